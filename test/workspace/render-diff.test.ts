import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../agent/workspace/edits/line-diff.ts';
import { renderDiff } from '../../agent/workspace/edits/render-diff.ts';
import { bytesOf, randomEdit } from './random-edits.ts';
import { git, sandbox } from './repository.ts';

const here = sandbox();
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 });

describe('the difference of two texts', () => {
  it('makes one into the other, and is as short as can be', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const changes = diffLines(a, b);
        const out: string[] = [];
        let at = 0;
        for (const { from, to, newFrom, newTo } of changes) {
          out.push(...a.slice(at, from), ...b.slice(newFrom, newTo));
          at = to;
        }
        expect([...out, ...a.slice(at)]).toEqual(b);
        const length = changes.reduce((sum, c) => sum + (c.to - c.from) + (c.newTo - c.newFrom), 0);
        expect(length).toBe(a.length + b.length - 2 * longestCommon(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('stays bounded where nothing agrees', () => {
    const a = Array.from({ length: 100_000 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 100_000 }, (_, i) => `b${i}`);
    expect(diffLines(a, b)).toEqual([{ from: 0, to: 100_000, newFrom: 0, newTo: 100_000 }]);
  });
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (const [j, y] of b.entries()) next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return row.at(-1)!;
}

describe('a rendered diff', () => {
  it('is one that git applies', () => {
    const repo = here.repository();
    const path = join(repo, 'engine.ts');
    fc.assert(
      fc.property(randomEdit({ changeFinal: true, create: false }), (edit) => {
        const [before, after] = [bytesOf(edit, 'before'), bytesOf(edit, 'after')];
        fc.pre(before.length > 0 && after.length > 0);
        const version = (bytes: Uint8Array) => ({ mode: '100644', bytes });
        const { diff } = renderDiff([{ path: 'engine.ts', before: version(before), after: version(after) }]);
        writeFileSync(path, before);
        execFileSync('git', ['apply', '--whitespace=nowarn'], {
          cwd: repo,
          input: diff,
          stdio: ['pipe', 'pipe', 'pipe'],
        });
        expect(readFileSync(path).equals(after)).toBe(true);
      }),
      { numRuns: 25 },
    );
    git(repo, 'checkout', '--', '.');
  });

  it('says what changed besides text', () => {
    const text = { mode: '100644', bytes: Buffer.from('a\n') };
    const binary = { mode: '100644', bytes: Buffer.from([0, 1]) };
    const { diff, added, removed } = renderDiff([
      { path: 'gone', before: text, after: null },
      { path: 'mode', before: text, after: { ...text, mode: '100755' } },
      { path: 'quo"te', before: binary, after: text },
    ]);
    expect({ added, removed }).toEqual({ added: 0, removed: 1 });
    expect(diff).toBe(
      [
        'diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
        'diff --git a/mode b/mode\nold mode 100644\nnew mode 100755\n',
        'diff --git "a/quo\\"te" "b/quo\\"te"\nBinary files "a/quo\\"te" and "b/quo\\"te" differ\n',
      ].join(''),
    );
  });
});
