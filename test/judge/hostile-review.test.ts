import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { Json } from '../../agent/base/json.ts';
import { createJudge, verifyReceipt } from '../../agent/judge/index.ts';
import { type Oracle, openOracle, stripTypes } from '../../agent/judge/oracle/index.ts';
import { engineTarget, goalById } from '../../agent/targets/index.ts';
import { context, request, seed, tree, withRow, withRules } from './engines.ts';

/** What a hostile reader got past the judge once and one candidate alone does not show; the others are in the corpus (test/redteam). */

const judge = createJudge();
afterAll(() => judge.close());

const TANH = 'r1/tanh';
const base = withRules(seed, 'neg: -1\nsub: 1, -1\nexp: y\nsin: cos(x)\ncos: -sin(x)');
const tanh = '  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },';
const honest = withRow(tanh, base);

/** The honest engine with one of its texts replaced. */
function edited(from: string, to: string, more = ''): string {
  if (!honest.includes(from)) throw new Error(`the seed has changed: ${from}`);
  return honest.replace(from, () => to) + more;
}

const PARTIAL = 'const partial = primal(';

test('a rule whose second derivative is wrong, where the engine nests', async () => {
  const good = readFileSync(new URL('../../engine/known-good/engine.ts', import.meta.url), 'utf8').replace(
    '../seed/contract.ts',
    './contract.ts',
  );
  const row = /^ {2}sinh: \{[^\n]*\n/m;
  const flat = '  sinh: { value: Math.sinh, partials: [(x) => Math.cosh(primal(x!))] },\n';
  const asked = request(tree(good.replace(row, flat)), ['r1/sinh'], tree(good.replace(row, '')));
  const verdict = await judge.judge({ ...asked, shrink: false }, context());
  expect(verdict.accepted).toBe(false);
  expect(verdict.counterexample).toMatchObject({
    label: expect.stringMatching(/^the second derivative of −1\.5·sinh at/),
    got: '0',
  });
});

describe('an operation that answers in part, and that nobody names,', () => {
  const abs = (slope: string): string => `  abs: {
    value: (x) => {
      if (x > 3) throw new RangeError('not yet');
      return Math.abs(x);
    },
    partials: [(x) => (primal(x) > 0 ? ${slope} : -1)],
  },`;
  const judged = (engine: string) =>
    judge.judge(
      { ...request(tree(engine), [TANH], tree(withRow(abs('1'), base))), shrink: false },
      context(),
    );

  test('may stay so', async () => {
    expect((await judged(withRow(abs('1'), honest))).reasons).toEqual([]);
  });

  test.each([
    ['in public', '2'],
    ['where nobody has looked yet', '(primal(x) > 0.51 && primal(x) < 0.99 ? 2 : 1)'],
  ])('may not turn wrong %s', async (_name, slope) => {
    const verdict = await judged(withRow(abs(slope), honest));
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons.join('\n')).toMatch(/^r1\/abs\//m);
  });
});

describe('what goals ask together', () => {
  const goals = (...ids: string[]) => ids.map((id) => goalById(id)!);

  test('an operation that is new answers for itself under an old ability, an ability that is new for all', () => {
    const owners = (kept: string[], fresh: string[]) => [
      ...new Set(
        engineTarget.together(goals(...kept), goals(...fresh)).map((t) => `${t.goal.id} ${t.fresh}`),
      ),
    ];
    expect(owners(['r3/nesting'], [TANH])).toEqual([`${TANH} true`]);
    expect(owners([TANH], ['r3/nesting'])).toEqual(['r3/nesting true']);
    expect(owners([TANH, 'r3/nesting'], [])).toEqual(['r3/nesting false']);
    expect(owners([TANH], [])).toEqual([]);
  });

  test('what the base has is asked with nothing that it has not', () => {
    const asked = engineTarget.together(goals('r1/sin', 'r1/cos'), goals(TANH));
    const ops = (id: string): Set<string> =>
      new Set(
        asked
          .filter((t) => t.check.id === id)
          .flatMap((t) => t.check.heldOut({ uint32: counting() }, 40))
          .flatMap((c) => c.request.program.nodes.flatMap((n) => (n.kind === 'op' ? [n.op] : []))),
      );
    expect(ops('r1/sin/mixed')).not.toContain('tanh');
    expect([...ops('r1/tanh/mixed')]).toEqual(expect.arrayContaining(['sin', 'cos', 'tanh']));
  });
});

/** Numbers that go all over the range. */
function counting(): () => number {
  let n = 0;
  return () => (n = (n + 0x9e3779b9) >>> 0);
}

test('what an engine says of a public input tells nothing of a held-out one', async () => {
  // A rule of sin that listens, and one of cosh that hands on in its errors what it heard.
  const listening = honest.replace('=> Math.sin(x)', '=> (heard.push(x), Math.sin(x))');
  const telling = `  cosh: {
    value: (x) => (Math.abs(x) > 1.5 ? 7 : Math.cosh(x)),
    partials: [() => { throw new TypeError(\`heard \${heard.slice(-4).join(' ')}\`); }],
  },`;
  const engine = withRow(telling, listening).replace(
    'const primitives',
    'const heard: number[] = [];\nconst primitives',
  );
  const verdict = await judge.judge(request(tree(engine), [TANH], tree(base)), context());
  expect(verdict).toMatchObject({ accepted: false, stage: 'full' });
  expect(verdict.reasons.join(' ')).toMatch(/heard -?\d/);
  // When it spoke it had been asked nothing but what is public.
  const { evidence } = verdict.receipt as { evidence: { checks: { cases: number[] }[] }[] };
  const asked = evidence.flatMap(({ checks }) => checks.map(({ cases }) => cases));
  expect(asked.length).toBeGreaterThan(0);
  for (const [, full, confirm] of asked) expect([full, confirm]).toEqual([0, 0]);
});

describe('timed calls', () => {
  const load = async (oracle: Oracle, engine: string): Promise<void> => {
    const stripped = stripTypes(engine);
    if (!stripped.ok) throw new Error(stripped.error);
    expect(await oracle.define([{ path: 'engine.ts', text: stripped.text }], 'engine.ts')).toEqual({
      ok: true,
    });
  };
  const { request: rosenbrock } = goalById('r5/rosenbrock')!.speed!;

  test.each([
    [
      'nothing from the third call on',
      `const seen = new WeakMap(); const first = GRAD;
export const grad = (f) => { const g = first(f); return (...xs) => {
  seen.set(f, (seen.get(f) ?? 0) + 1); return seen.get(f) > 2 ? xs : g(...xs); }; };`,
      'another answer than one by itself',
      200,
    ],
    [
      'an array whose numbers are computed when they are read, and wrongly',
      `const first = GRAD; let calls = 0;
export const grad = (f) => (...xs) => {
  calls += 1; const mine = calls;
  return new Proxy(xs, { get: (t, k) => (mine > 3 && k === '0' ? mine : Reflect.get(first(f)(...t), k)) }); };`,
      'another answer than one by itself',
      8,
    ],
  ])('%s', async (_name, cheat, message, calls) => {
    const oracle = await openOracle();
    try {
      const inner = seed.replace('export function grad', 'function firstGrad');
      await load(oracle, `${inner}\n${cheat.replace('GRAD', 'firstGrad')}`);
      await expect(oracle.time(rosenbrock, calls)).rejects.toMatchObject({
        reason: 'threw',
        message: expect.stringContaining(message),
      });
    } finally {
      await oracle.close();
    }
  });

  test('an honest engine is timed', async () => {
    const oracle = await openOracle();
    try {
      await load(oracle, seed);
      expect(await oracle.time(rosenbrock, 8)).toBeGreaterThan(0);
    } finally {
      await oracle.close();
    }
  });
});

test('a receipt that says itself that little was asked is not taken for one of ours', async () => {
  const table = edited(PARTIAL, 'const partial = (String(step.value).length > 19 ? 2 : 1) * primal(');
  const lax = createJudge({ limits: { full: { fresh: 0, kept: 0 }, confirm: { fresh: 0, kept: 0 } } });
  try {
    const { receipt } = await lax.judge(
      { ...request(tree(table), [TANH], tree(base)), shrink: false },
      context(),
    );
    expect(await verifyReceipt(receipt as Json)).toMatchObject({
      class: 'judge changed',
      judgeChanged: true,
      differences: [
        expect.stringMatching(
          /^It was judged with other limits: 0 held-out inputs a check for new goals in the first draw, here 12/,
        ),
      ],
    });
  } finally {
    await lax.close();
  }
});
