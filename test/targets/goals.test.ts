import { describe, expect, test } from 'vitest';
import { digest, type Json } from '../../agent/base/json.ts';
import { drawFrom } from '../../agent/checks/draw.ts';
import { operations } from '../../agent/checks/operations.ts';
import type { Case, Goal } from '../../agent/checks/types.ts';
import { evaluate, parseExpression } from '../../agent/targets/engine/rule.ts';
import {
  definition,
  engineTarget,
  finiteDifferenceError,
  goalById,
  secondOrderChecks,
  visiblePoints,
} from '../../agent/targets/index.ts';

const ids = (rung: number) => engineTarget.goals.filter((g) => g.rung === rung).map((g) => g.id);
const bytes = new Uint8Array(32).fill(11);
const MET = new Set(['r3/jvp', 'r3/nesting', 'r3/hvp']);

/** Every check, those of second order included. */
const all = [
  ...engineTarget.goals.flatMap((goal) => goal.checks),
  ...[...operations.keys()].flatMap((name) => secondOrderChecks(name, MET)),
];

describe('the ladder', () => {
  test('has these goals', () => {
    const r1 =
      'neg sub div reciprocal square cube sqrt rsqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh abs relu max min pow';
    expect(ids(0)).toEqual(['r0/add', 'r0/mul', 'r0/fan-out']);
    expect(ids(1)).toEqual(r1.split(' ').map((name) => `r1/${name}`));
    expect(ids(2).sort()).toEqual(
      'atan2 gelu huber hypot log1mexp logaddexp logcosh logit logsigmoid mish sigmoid silu sinc softplus xlogy'
        .split(' ')
        .map((name) => `r2/${name}`),
    );
    expect(ids(3)).toEqual(['r3/jvp', 'r3/nesting', 'r3/hvp', 'r3/hessian', 'r3/jacobian']);
    expect(ids(4)).toEqual(
      'elementwise sum matmul transpose reshape slice softmax logsumexp'
        .split(' ')
        .map((name) => `r4/${name}`),
    );
    expect(ids(5)).toEqual(['r5/rosenbrock', 'r5/chain', 'r5/layers']);
  });

  test('needs only goals that come before, on the same rung or below', () => {
    const before = new Set<string>();
    for (const goal of engineTarget.goals) {
      for (const need of goal.needs) expect(before, `${goal.id} needs ${need}`).toContain(need);
      before.add(goal.id);
    }
  });

  test('says in each text what is to be added', () => {
    for (const goal of engineTarget.goals) {
      for (const op of goal.ops) expect(goal.text).toContain(`\`${op}(`);
      expect(goal.text.length).toBeGreaterThan(60);
      expect(goal.title).not.toBe('');
    }
  });

  test('gives every check an id of its own that begins with its goal', () => {
    const seen = all.map((check) => check.id);
    expect(new Set(seen).size).toBe(seen.length);
    for (const goal of engineTarget.goals) {
      for (const check of goal.checks) expect(check.id.startsWith(`${goal.id}/`)).toBe(true);
    }
  });

  test('is found by id', () => {
    expect(goalById('r1/tanh')?.ops).toEqual(['tanh']);
    expect(goalById('r1/frobnicate')).toBeUndefined();
  });

  test('asks nothing of rungs 1 and 2 but values and gradients of add, mul and the operation', () => {
    for (const goal of engineTarget.goals.filter((g) => g.rung === 1 || g.rung === 2)) {
      const cases = goal.checks.flatMap((check) => [
        ...check.visible(),
        ...check.heldOut(drawFrom(bytes, 'modes', check.id), 6),
      ]);
      for (const { request } of cases) {
        expect(['value', 'grad']).toContain(request.mode);
        for (const node of request.program.nodes) {
          expect(node.kind).not.toBe('grad');
          if (node.kind === 'op') expect(['add', 'mul', ...goal.ops]).toContain(node.op);
        }
      }
    }
  });
});

describe('every check', () => {
  test('has a small public pool, always the same', () => {
    for (const check of all) {
      const pool = check.visible();
      expect(pool.length, check.id).toBeGreaterThanOrEqual(2);
      expect(pool.length, check.id).toBeLessThanOrEqual(26);
      expect(check.visible()).toBe(pool);
    }
  });

  test('gives as many held-out cases as are asked for, the same for the same draw', () => {
    for (const check of all) {
      const held = (tree: string) => check.heldOut(drawFrom(bytes, tree, check.id), 5);
      expect(held('t')).toHaveLength(5);
      expect(JSON.stringify(held('t')), check.id).toBe(JSON.stringify(held('t')));
    }
  });

  test('expects a number of each answer, except where an edge or a kink leaves it open', () => {
    const open = (c: Case) => c.expected.filter((e) => e.kind === 'any').length;
    for (const check of all) {
      const cases = [...check.visible(), ...check.heldOut(drawFrom(bytes, 'any', check.id), 12)];
      for (const c of cases) {
        if (check.family === 'nonfinite') expect(open(c), c.label).toBeLessThan(c.expected.length);
        else expect(open(c), c.label).toBe(0);
      }
    }
  });

  test('shows the smallest inputs first where its cases differ in nothing else', () => {
    const size = (c: Case) =>
      Math.max(
        ...c.label
          .split(' at ')[1]!
          .split(', ')
          .map((t) => Math.abs(Number(t.split(' = ')[1]))),
      );
    for (const goal of engineTarget.goals.filter((g) => g.rung === 1 || g.rung === 2)) {
      for (const check of goal.checks.filter((c) => ['value', 'grad', 'scales'].includes(c.family))) {
        const sizes = check.visible().map(size);
        expect(sizes, check.id).toEqual([...sizes].sort((a, b) => a - b));
      }
    }
  });
});

test('drawn cases are the same bits on every machine', () => {
  const cases = engineTarget.goals
    .filter((g) => g.rung <= 4)
    .flatMap((g) => g.checks.flatMap((c) => c.heldOut(drawFrom(bytes, 'tree', c.id), 2)))
    .map(({ request, expected }) => ({ request, expected }));
  expect(digest(cases as unknown as Json)).toBe(FINGERPRINT);
});

describe('for the search and the demo', () => {
  const scalar = engineTarget.goals.filter((g: Goal) => g.rung === 1 || g.rung === 2);

  test('every scalar goal has public points with value and partials, smallest first', () => {
    for (const goal of scalar) {
      const points = visiblePoints(goal);
      expect(points.length, goal.id).toBeGreaterThanOrEqual(8);
      for (const { at, value, partials } of points) {
        expect(partials).toHaveLength(at.length);
        expect([value, ...partials].every(Number.isFinite)).toBe(true);
      }
      const sizes = points.map(({ at }) => Math.max(...at.map(Math.abs)));
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }
    expect(visiblePoints(goalById('r3/jvp')!)).toEqual([]);
    expect(visiblePoints(goalById('r0/fan-out')!)).toEqual([]);
  });

  test('a definition is in the rule grammar and gives the value', () => {
    expect(definition(goalById('r1/relu')!)).toBe('max(x, 0)');
    expect(definition(goalById('r1/tanh')!)).toBeNull();
    expect(definition(goalById('r3/jvp')!)).toBeNull();
    let said = 0;
    for (const goal of scalar) {
      const text = definition(goal);
      if (text === null) continue;
      said += 1;
      expect(goal.text).toContain(text);
      const parsed = parseExpression(text);
      if (!parsed.ok) expect.fail(`${goal.id}: ${text}`);
      for (const { at, value } of visiblePoints(goal)) {
        const [x] = at;
        const env = at.length === 1 ? { x: x! } : { a: at[0]!, b: at[1]! };
        const got = evaluate(parsed.expression, env as never);
        expect(Math.abs(got - value), `${goal.id} at ${at}`).toBeLessThanOrEqual(
          1e-13 * Math.abs(value) + 1e-15 * Math.abs(x!),
        );
      }
    }
    expect(said).toBeGreaterThan(18);
  });

  test('finite differences lose about half the digits', () => {
    for (const [name, x] of [
      ['tanh', 0.5],
      ['exp', 1],
      ['sin', 2],
      ['tanh', 10],
    ] as const) {
      const error = finiteDifferenceError(name, [x]);
      expect(error, `${name} at ${x}`).toBeLessThan(1e7);
      if (x < 10) expect(error, `${name} at ${x}`).toBeGreaterThan(1e3);
    }
    expect(finiteDifferenceError('log', [1e-6])).toBeNaN();
    expect(() => finiteDifferenceError('frobnicate', [1])).toThrow('frobnicate');
  });
});

/** SHA-256 of the held-out cases above; it changes only with a check or a reference, on purpose. */
const FINGERPRINT = '06675c91db7a0da12959dbed909499a01aed2b73dad3b566da7e786119e18316';
