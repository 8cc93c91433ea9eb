import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listKinds, newKind } from '../../agent/actions/kinds.ts';
import { loadKinds, loadPrompts } from '../../agent/host/prompts.ts';
import { parseKind } from '../../agent/programs/kinds.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'vibegrad-kinds-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe('the kinds that come with Vibegrad', () => {
  it('are thirteen, and each says what a good answer contains and gives questions', () => {
    const kinds = loadKinds().map(({ kind }) => kind);
    expect(kinds.map(({ id }) => id)).toEqual([
      'clarify',
      'code-reading',
      'contrast',
      'counterexample',
      'definition',
      'derivation',
      'error-diagnosis',
      'finite-difference-instability',
      'limits',
      'mechanism-trace',
      'numerical-experiment',
      'prediction',
      'transfer',
    ]);
    for (const { id, good, exemplars } of kinds) {
      expect(good.length, id).toBeGreaterThanOrEqual(3);
      expect(
        exemplars.every((question) => question.endsWith('?')),
        id,
      ).toBe(true);
    }
  });

  it('tell a model the least number of claims and their forms', () => {
    const guide = loadPrompts().find(({ id }) => id === 'question-derivation')?.body;
    expect(guide).toContain('It makes at least 2 claims; what fits best: equals, less-than.');
  });
});

describe('a kind of a workspace', () => {
  it('is drafted once, listed as its own, and part of the prompts', () => {
    const dir = folder();
    const path = newKind('worked-example', dir);
    const before = readFileSync(path, 'utf8');
    expect(() => newKind('worked-example', dir)).toThrow(/is there already/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(listKinds(dir).kinds.filter(({ own }) => own)).toMatchObject([{ id: 'worked-example', path }]);
    expect(loadPrompts(undefined, dir).at(-1)?.id).toBe('question-worked-example');
  });

  it('neither takes the name of a shipped one nor a name that is no name', () => {
    const dir = folder();
    expect(() => newKind('limits', dir)).toThrow(/the kind limits is there already/);
    for (const name of ['../x', 'Limits', 'a b', '', 'a--b', '-a']) {
      expect(() => newKind(name, dir), name).toThrow(/is no name of a kind/);
    }
    mkdirSync(join(dir, 'questions'));
    writeFileSync(join(dir, 'questions', 'other.md'), readFileSync('prompts/questions/limits.md'));
    expect(() => loadKinds(dir)).toThrow(/other\.md holds the kind limits/);
  });

  it.each([
    ['no front matter', 'text', /front matter cannot be read/],
    ['a line that is nothing', '---\nid: x\n?\n---\nbody', /front matter cannot be read/],
    ['no claims', kind({ claims: '0' }), /claims: /],
    ['a form that is none', kind({ sorts: '\n  - louder-than' }), /sorts\.0: /],
    ['no exemplars', kind({ exemplars: '' }), /exemplars: /],
    ['no text for the model', kind({}, ''), /prompt: /],
  ])('with %s is refused by its path and the member', (_name, text, why) => {
    expect(() => parseKind(text, 'questions/x.md')).toThrow(/^questions\/x\.md is not a kind of question: /);
    expect(() => parseKind(text, 'questions/x.md')).toThrow(why);
  });
});

function kind(fields: { readonly [name: string]: string }, body = 'Say it.'): string {
  const all = { id: 'x', version: '1', title: 't: "u"', claims: '1', ...lists, ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `---\n${lines.join('\n')}\n---\n${body}\n`;
}

const lists = { sorts: '\n  - equals', good: '\n  - a', exemplars: '\n  - Why: so?' };

it('front matter keeps colons and quotes, and does not mind line ends', () => {
  expect(parseKind(kind({}).replaceAll('\n', '\r\n'), 'x.md')).toMatchObject({
    title: 't: "u"',
    exemplars: ['Why: so?'],
  });
});
