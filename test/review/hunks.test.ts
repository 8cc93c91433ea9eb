import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hunkVariants } from '../../agent/review/hunks.ts';
import { fence } from '../../agent/review/sanitise.ts';
import { applyEdits, renderDiff } from '../../agent/workspace/index.ts';

const rules = { editable: ['engine.ts'], pinned: [] };
const file = (text: string) => ({ path: 'engine.ts', mode: '100644', bytes: Buffer.from(text) });

const diffOf = (before: string, after: string) =>
  renderDiff([{ path: 'engine.ts', before: file(before), after: file(after) }]).diff;

/** The text after the first variant of each hunk that applies; null where one has none. */
function applied(text: string, diff: string): string | null {
  let current = text;
  for (const variants of hunkVariants(diff)) {
    const result = variants
      .map((variant) => applyEdits('unified-diff', fence(variant, 'diff'), [file(current)], rules))
      .find((edit) => edit.ok);
    if (result?.ok !== true) return null;
    current = Buffer.from(result.files[0]?.bytes ?? []).toString();
  }
  return current;
}

describe('the hunks of a diff', () => {
  it('give the same text as the whole diff where nothing has changed', () => {
    const line = fc.integer({ min: 0, max: 9999 }).map(String);
    const text = fc.uniqueArray(line, { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.tuple(fc.nat(39), fc.boolean()), { maxLength: 4 }), (lines, changes) => {
        const after = [...lines];
        for (const [at, insert] of changes) {
          if (insert) after.splice(at, 0, `new ${at}`);
          else if (after.length > 2) after.splice(at % after.length, 1);
        }
        const [old, now] = [`${lines.join('\n')}\n`, `${after.join('\n')}\n`];
        if (old !== now) expect(applied(old, diffOf(old, now))).toBe(now);
      }),
    );
  });

  it('still fit beside a neighbour that is gone, on the side that is left', () => {
    const diff = diffOf('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nNEW\nd\ne\nf\n');
    expect(applied('a\nb\nd\ne\nf\n', diff)).toBe('a\nb\nNEW\nd\ne\nf\n');
    expect(applied('a\nb\nc\ne\nf\n', diff)).toBe('a\nb\nc\nNEW\ne\nf\n');
  });

  it('fit nowhere when what they change is gone', () => {
    const diff = diffOf('a\nb\nc\n', 'a\nB\nc\n');
    expect(applied('a\nc\n', diff)).toBe(null);
  });
});
