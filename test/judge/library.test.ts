import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findEngine, readEngine } from '../../agent/judge/files.ts';
import { createJudge, verifyReceipt } from '../../agent/judge/index.ts';
import { looseTree } from '../../agent/judge/tree.ts';
import type { FrozenTree, Verdict } from '../../agent/judge/types.ts';
import { applyRules, parseRules } from '../../agent/targets/engine/rule.ts';
import { engineTarget, libraryTarget } from '../../agent/targets/index.ts';

const root = join(import.meta.dirname, '..', '..');
const files = readEngine(findEngine(root));
const { table } = libraryTarget;

/** The library with another text of its table. */
const withTable = (text: string): FrozenTree =>
  looseTree(files.map((file) => (file.path === table ? { ...file, bytes: Buffer.from(text) } : file)));
const bare = readFileSync(join(root, 'sessions', 'library-base', 'rules', table), 'utf8');
const base = withTable(bare);
const withRules = (rules: string): FrozenTree => {
  const parsed = parseRules(rules);
  const applied = parsed.ok ? applyRules(bare, parsed.rules) : null;
  if (!applied?.ok) throw new Error(`${rules} cannot be written`);
  return withTable(applied.text);
};

const judge = createJudge();
afterAll(() => judge.close());
const judged = (candidate: FrozenTree, ...goals: string[]): Promise<Verdict> =>
  judge.judge(
    { target: 'library', base, candidate, goals, attempts: {}, shrink: false },
    {
      draw: async () => randomBytes(32),
      store: async (kept) => looseTree(kept).id,
      signal: new AbortController().signal,
    },
  );

const patient = { timeout: 60_000 };

describe('a verdict on the library', () => {
  test(
    'accepts a right rule, also where another goal that was named is left as it was',
    patient,
    async () => {
      const verdict = await judged(withRules('rsqrt: -0.5*cube(y)'), 'r1/rsqrt', 'r1/cbrt');
      expect(verdict.reasons).toEqual([]);
      expect(verdict.accepted).toBe(true);
      const gained = verdict.goals.filter((goal) => goal.after && !goal.before).map((goal) => goal.id);
      expect(gained).toEqual(['r1/rsqrt']);
      const again = await verifyReceipt(verdict.receipt);
      expect(again).toMatchObject({ class: 'bit-equal', verdictSame: true });
    },
  );

  test.each([
    ['is wrong', 'rsqrt: -0.5*y*y', /r1\/rsqrt\/grad/],
    [
      'leans on a rule that is not there, in its second derivative',
      'asin: 1/sqrt(1 - x*x)',
      /sqrt: it has no rule/,
    ],
  ])('refuses a rule that %s', patient, async (_, rules, why) => {
    const verdict = await judged(withRules(rules), `r1/${rules.slice(0, rules.indexOf(':'))}`);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons.join('\n')).toMatch(why);
  });

  test('refuses a rule that is right for numbers alone', patient, async () => {
    const row = 'value: (x) => Math.max(x, 0),\n    partials: [';
    const text = bare.replace(row, `${row}(x) => ((x as number) > 0 ? 1 : 0)`);
    const verdict = await judged(withTable(text), 'r1/relu');
    expect(verdict.reasons.join('\n')).toMatch(/r1\/relu\/arrays/);
  });

  test('refuses a change of what carries the rules', patient, async () => {
    const path = 'engine/transform/jvp.ts';
    const changed = looseTree(
      base.files.map((f) =>
        f.path === path ? { ...f, bytes: Buffer.concat([f.bytes, Buffer.from('\n')]) } : f,
      ),
    );
    expect((await judged(changed, 'r1/rsqrt')).reasons[0]).toMatch(`${path} is pinned`);
  });
});

describe('the engine that a path means', () => {
  test.each(['.', 'engine', 'engine/index.ts'])('%s of this repository is the library', (path) => {
    expect(findEngine(join(root, path))).toEqual({ target: libraryTarget, folder: root });
  });
  test.each(['engine/seed', 'engine/seed/engine.ts'])('%s is an engine of its own', (path) => {
    expect(findEngine(join(root, path))).toEqual({ target: engineTarget, folder: join(root, 'engine/seed') });
  });
  test('a folder below an engine is none', () => {
    expect(findEngine(join(root, 'engine', 'numeric')).folder).toBe(join(root, 'engine', 'numeric'));
  });
});
