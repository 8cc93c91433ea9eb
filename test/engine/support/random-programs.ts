import fc from 'fast-check';
import { operation } from '../../../agent/checks/operations.ts';
import { add, call, mul, real, sub, type Tower, zero } from '../../../agent/checks/tower.ts';
import type { Value } from '../../../engine/core/trace.ts';
import type { ElementwiseName } from '../../../engine/elementwise/table.ts';
import { checkpoint, cond, customJvp, ops, scan, whileLoop } from '../../../engine/index.ts';
import { bind } from './primitives.ts';
import { array, ints } from './values.ts';

/** Every vector of a random program has as many numbers. */
export const N = 3;

const unary = [
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'atan',
  'asinh',
  'softplus',
  'silu',
  'gelu',
  'logcosh',
  'sinc',
  'neg',
  'logsigmoid',
  'mish',
] as const satisfies readonly ElementwiseName[];
const binary = ['add', 'mul', 'sub', 'logaddexp'] as const satisfies readonly ElementwiseName[];

const MATRIX = [0.5, -0.25, 0.75, 0.25, 0.5, -0.5, -0.75, 0.25, 0.5];
const PLACES = [2, 0, 2];
const WEIGHTS = [0.5, -1, 0.75];

/** What a vector becomes: by the engine, and number by number in the judge's double-double. */
interface Kind {
  readonly arity: 1 | 2;
  engine(x: Value, y: Value): Value;
  reference(x: readonly Tower[], y: readonly Tower[]): Tower[];
}

const sumOf = (x: readonly Tower[]): Tower => x.reduce(add, zero);
const one = (name: string, x: Tower) => call(operation(name), x);
const matrix = array(MATRIX, [N, N]);
const along = { axis: 0, reverse: false } as const;
const back = { axis: 0, reverse: true } as const;

/** s ← tanh(s·y) + x, all s. */
const walk = (x: Value, y: Value) =>
  scan(
    (s: Value, { a, b }: { readonly a: Value; readonly b: Value }) => {
      const next = ops.add(ops.tanh(ops.mul(s, b)), a);
      return [next, next] as const;
    },
    ops.sum(ops.mul(x, 0.25)),
    { a: x, b: y },
  )[1] as Value;

const kinds: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(
    unary.map((name): [string, Kind] => [
      name,
      { arity: 1, engine: (x) => bind(name, [x], {}), reference: (x) => x.map((v) => one(name, v)) },
    ]),
  ),
  ...Object.fromEntries(
    binary.map((name): [string, Kind] => [
      name,
      {
        arity: 2,
        engine: (x, y) => bind(name, [x, y], {}),
        reference: (x, y) => x.map((v, i) => call(operation(name), v, y[i]!)),
      },
    ]),
  ),
  sum: {
    arity: 1,
    engine: (x) => ops.broadcastTo(ops.mul(ops.sum(x), 0.5), { shape: [N] }),
    reference: (x) => x.map(() => mul(sumOf(x), real(0.5))),
  },
  prod: {
    arity: 2,
    engine: (x, y) => ops.mul(ops.prod(x), y),
    reference: (x, y) => y.map((v) => mul(x.reduce(mul), v)),
  },
  cumsum: {
    arity: 1,
    engine: (x) => bind('cumsum', [x], back),
    reference: (x) => x.map((_, i) => sumOf(x.slice(i))),
  },
  cumprod: {
    arity: 1,
    engine: (x) => bind('cumprod', [x], along),
    reference: (x) => x.map((_, i) => x.slice(0, i + 1).reduce(mul)),
  },
  recurrence: {
    arity: 2,
    engine: (x, y) => bind('linearRecurrence', [ops.tanh(x), y], along),
    reference: (x, y) => {
      let s: Tower = zero;
      return x.map((v, i) => {
        s = add(mul(one('tanh', v), s), y[i]!);
        return s;
      });
    },
  },
  dot: {
    arity: 1,
    engine: (x) => ops.matmul(matrix, x),
    reference: (x) => x.map((_, i) => sumOf(x.map((v, j) => mul(real(MATRIX[i * N + j]!), v)))),
  },
  outer: {
    arity: 2,
    engine: (x, y) => ops.sum(ops.mul(ops.outer(x, y), matrix), { axes: [1] }),
    reference: (x, y) => x.map((v, i) => sumOf(y.map((w, j) => mul(mul(v, w), real(MATRIX[i * N + j]!))))),
  },
  solve: {
    arity: 1,
    // (4 + tanh x₀)·I + the matrix is far from singular.
    engine: (x) => {
      const scale = ops.add(ops.tanh(ops.at(x, 0)), 4);
      const a = ops.add(matrix, ops.mul(scale, array([1, 0, 0, 0, 1, 0, 0, 0, 1], [N, N])));
      return ops.reshape(ops.solve(a, ops.reshape(x, { shape: [N, 1] })), { shape: [N] });
    },
    reference: (x) => cramer(add(one('tanh', x[0]!), real(4)), x),
  },
  reverse: {
    arity: 1,
    engine: (x) => bind('reverse', [x], { axes: [0] }),
    reference: (x) => [...x].reverse(),
  },
  gather: {
    arity: 1,
    engine: (x) => bind('gather', [x, ints(PLACES)], {}),
    reference: (x) => PLACES.map((i) => x[i]!),
  },
  scatter: {
    arity: 1,
    engine: (x) => bind('scatterAdd', [x, ints(PLACES)], { size: N }),
    reference: (x) => x.map((_, i) => sumOf(x.filter((__, k) => PLACES[k] === i))),
  },
  shift: {
    arity: 1,
    engine: (x) => ops.pad(ops.slice(x, { stop: [N - 1] }), { low: [1] }),
    reference: (x) => [zero, ...x.slice(0, N - 1)],
  },
  where: {
    arity: 2,
    engine: (x, y) => ops.where(array([1, 0, 1]), x, y),
    reference: (x, y) => x.map((v, i) => (i === 1 ? y[i]! : v)),
  },
  concatenate: {
    arity: 2,
    engine: (x, y) => ops.concatenate([ops.slice(y, { start: [2] }), ops.slice(x, { stop: [2] })]),
    reference: (x, y) => [y[2]!, x[0]!, x[1]!],
  },
  scan: {
    arity: 2,
    engine: walk,
    reference: (x, y) => {
      let s = mul(sumOf(x), real(0.25));
      return x.map((v, i) => {
        s = add(one('tanh', mul(s, y[i]!)), v);
        return s;
      });
    },
  },
  while: {
    arity: 1,
    engine: (x) =>
      whileLoop(
        ({ i }) => ops.less(i, 2),
        ({ i, v }) => ({ i: ops.add(i, 1), v: ops.add(ops.sin(v), 0.25) }),
        { i: ints([0], []) as Value, v: x },
        { most: 3 },
      ).v as Value,
    reference: (x) => {
      const once = (v: Tower) => add(one('sin', v), real(0.25));
      return x.map((v) => once(once(v)));
    },
  },
  cond: {
    arity: 2,
    engine: (x, y) =>
      cond(
        true,
        (a, b) => ops.mul(ops.sin(a), b),
        (a) => a,
        x,
        y,
      ) as Value,
    reference: (x, y) => x.map((v, i) => mul(one('sin', v), y[i]!)),
  },
  checkpoint: {
    arity: 2,
    engine: (x, y) => checkpoint((a: Value, b: Value) => ops.mul(ops.tanh(a), ops.cos(b)))(x, y),
    reference: (x, y) => x.map((v, i) => mul(one('tanh', v), one('cos', y[i]!))),
  },
  customJvp: {
    arity: 1,
    engine: customJvp(
      (x: Value) => ops.mul(x, ops.sin(x)),
      ([x], [t]) => [ops.mul(x, ops.sin(x)), ops.mul(t, ops.add(ops.sin(x), ops.mul(x, ops.cos(x))))],
    ),
    reference: (x) => x.map((v) => mul(v, one('sin', v))),
  },
};

/** By Cramer's rule: (s·I + M)⁻¹ x. */
function cramer(s: Tower, x: readonly Tower[]): Tower[] {
  const m = MATRIX.map((v, k): Tower => (k % (N + 1) === 0 ? add(real(v), s) : real(v)));
  const det = (a: readonly Tower[]): Tower => {
    const minor = (i: number, j: number, k: number, l: number) => sub(mul(a[i]!, a[l]!), mul(a[j]!, a[k]!));
    return add(
      sub(mul(a[0]!, minor(4, 5, 7, 8)), mul(a[1]!, minor(3, 5, 6, 8))),
      mul(a[2]!, minor(3, 4, 6, 7)),
    );
  };
  const whole = det(m);
  return x.map((_, i) =>
    call(operation('div'), det(m.map((v, k) => (k % N === i ? x[Math.floor(k / N)]! : v))), whole),
  );
}

export interface Step {
  readonly kind: string;
  /** Which of the vectors so far, counted from the newest. */
  readonly first: number;
  readonly second: number;
}

export const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(kinds)),
    first: fc.nat(2),
    second: fc.nat(3),
  }),
  { minLength: 1, maxLength: 5 },
);

function run<T>(list: readonly Step[], x: T, apply: (kind: Kind, x: T, y: T) => T): T {
  const found = [x];
  const from = (back: number) => found[Math.max(found.length - 1 - back, 0)]!;
  for (const { kind, first, second } of list) found.push(apply(kinds[kind]!, from(first), from(second)));
  return found.at(-1)!;
}

/** A number of N numbers. */
export interface Scalar {
  engine(x: Value): Value;
  reference(x: readonly Tower[]): Tower;
}

/** Σ weights · the last vector. */
export function scalar(list: readonly Step[]): Scalar {
  return {
    engine: (x) =>
      ops.sum(
        ops.mul(
          run<Value>(list, x, (k, a, b) => k.engine(a, b)),
          array(WEIGHTS),
        ),
      ),
    reference: (x) => {
      const last = run<readonly Tower[]>(list, x, (k, a, b) => k.reference(a, b));
      return sumOf(last.map((v, i) => mul(v, real(WEIGHTS[i]!))));
    },
  };
}
