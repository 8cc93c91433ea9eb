import type { Value } from '../../../engine/core/trace.ts';
import { checkpoint, cond, ops, scan, whileLoop } from '../../../engine/index.ts';
import type { Sample } from './sample.ts';
import { array, bools, ints, numbersOf, random } from './values.ts';

const { add, mul, sin, cos, tanh, exp, square, less, greater, sum } = ops;

const plain = (...xs: Value[]) => xs.map((x) => numbersOf(x));

/** sin x or x², by a predicate that is an input. */
const branches = (predicate: Value, x: Value, y: Value): Value[] =>
  cond(
    predicate,
    (a, b) => [mul(sin(a), b), square(a)],
    (a, b) => [square(a), mul(a, b)],
    x,
    y,
  ) as Value[];

export const condSamples: readonly Sample[] = [
  {
    name: 'taken',
    inputs: [bools([1], []), random([2], 301), random([2], 302)],
    f: (p, x, y) => branches(p!, x!, y!),
    expected: (_, x, y) => {
      const [a, b] = plain(x!, y!);
      return [...a!.map((v, i) => Math.sin(v) * b![i]!), ...a!.map((v) => v * v)];
    },
    vary: (i) => [bools([i % 2], []), random([2], 303 + i), random([2], 304 + i)],
  },
  {
    name: 'not taken',
    inputs: [bools([0], []), random([2], 305), random([2], 306)],
    f: (p, x, y) => branches(p!, x!, y!),
    expected: (_, x, y) => {
      const [a, b] = plain(x!, y!);
      return [...a!.map((v) => v * v), ...a!.map((v, i) => v * b![i]!)];
    },
    vary: (i) => [bools([i % 2], []), random([2], 303 + i), random([2], 304 + i)],
  },
  {
    name: 'a predicate of the data, a branch that closes over both',
    inputs: [random([3], 307), 0.7],
    f: (x, s) => [
      cond(
        greater(sum(x!), 0),
        (y: Value) => mul(exp(y), s!),
        () => sum(sin(mul(x!, s!))),
        mul(s!, 2),
      ) as Value,
    ],
    vary: (i) => [random([3], 308 + i, i - 2, i - 1), 0.3 * i],
  },
  {
    name: 'branches in branches, integers among the results',
    inputs: [array([0.4, 1.2]), ints([3], [])],
    f: (x, n) =>
      cond(
        less(n!, 5),
        (y, k) => {
          const inner = cond(
            greater(k, 2),
            (z) => tanh(z),
            (z) => mul(z, 3),
            y,
          );
          return [inner, add(k, 1)] as Value[];
        },
        (y, k) => [y, k] as Value[],
        x!,
        n!,
      ) as Value[],
    vary: (i) => [random([2], 309 + i), ints([2 * i], [])],
  },
  {
    name: 'numbers',
    inputs: [0.6, 1.3],
    f: (x, y) => [
      cond(
        less(x!, y!),
        (a, b) => mul(a, sin(b)),
        (a, b) => add(a, b),
        x!,
        y!,
      ) as Value,
    ],
  },
];

/** Doubles until beyond a limit; how often depends on the data. */
const doubling = (x: Value, scale: Value, most?: number): Value[] => {
  const end = whileLoop(
    ({ y }) => less(sum(y), 20),
    ({ y, n }) => ({ y: mul(y, add(scale, 1)), n: add(n, 1) }),
    { y: x, n: ints([0], []) as Value },
    most === undefined ? {} : { most },
  );
  return [end.y as Value, end.n as Value];
};

const doubled = (...[x, scale]: Value[]) => {
  let [y, n] = [numbersOf(x!), 0];
  while (y.reduce((a, b) => a + b, 0) < 20) {
    y = y.map((v) => v * (numbersOf(scale!)[0]! + 1));
    n++;
  }
  return [...y, n];
};

export const whileSamples: readonly Sample[] = [
  {
    name: 'as long as the data want',
    inputs: [array([0.7, 1.1]), 0.9],
    f: (x, s) => doubling(x!, s!),
    expected: doubled,
    uncounted: true,
  },
  {
    name: 'with a bound',
    inputs: [array([0.7, 1.1]), 0.9],
    f: (x, s) => doubling(x!, s!, 6),
    expected: doubled,
    vary: (i) => [array([0.5 + i, 1.1]), 0.9 + 0.1 * i],
  },
  {
    name: 'a bound that is met exactly',
    inputs: [array([1, 2])],
    f: (x) => [
      whileLoop(
        ({ i }) => less(i, 3),
        ({ i, y }) => ({ i: add(i, 1), y: sin(y) }),
        { i: ints([0], []) as Value, y: x! },
        { most: 3 },
      ).y as Value,
    ],
    expected: (x) => numbersOf(x!).map((v) => Math.sin(Math.sin(Math.sin(v)))),
  },
  {
    name: 'not one step',
    inputs: [array([30, 2]), 0.5],
    f: (x, s) => doubling(x!, s!, 4),
    expected: (x) => [...numbersOf(x!), 0],
  },
];

export const scanSamples: readonly Sample[] = [
  {
    name: 'constants, a carry and rows',
    inputs: [random([2], 321), random([2, 2], 322), random([3, 2], 323)],
    f: (h, w, xs) => {
      const [end, ys] = scan(
        (c: Value, x: Value) => {
          const next = tanh(add(ops.matmul(w!, c), x));
          return [next, sum(square(next))] as const;
        },
        h!,
        xs!,
      );
      return [end as Value, ys as Value];
    },
    expected: (h, w, xs) => {
      const [start, m, rows] = plain(h!, w!, xs!);
      let c = start!;
      const ys: number[] = [];
      for (let i = 0; i < 3; i++) {
        c = [0, 1].map((k) => Math.tanh(m![2 * k]! * c[0]! + m![2 * k + 1]! * c[1]! + rows![2 * i + k]!));
        ys.push(c.reduce((a, b) => a + b * b, 0));
      }
      return [...c, ...ys];
    },
  },
  {
    name: 'from the end, trees',
    inputs: [0.3, random([4], 324), random([4, 2], 325)],
    f: (c, xs, zs) => {
      const [end, ys] = scan(
        ({ a, n }, { x, z }) => {
          const next = { a: add(sin(mul(a, x)), sum(z)), n: add(n, 1) };
          return [next, [mul(next.a, x), next.n]] as const;
        },
        { a: c!, n: ints([0], []) as Value },
        { x: xs!, z: zs! },
        { reverse: true },
      );
      return [end.a, end.n, ...(ys as readonly Value[])] as Value[];
    },
  },
  {
    name: 'without rows',
    inputs: [array([0.4, -0.8])],
    f: (x) => [scan((c: Value) => [mul(cos(c), x!), null] as const, x!, null, { length: 3 })[0] as Value],
    expected: (x) => {
      const step = (c: readonly number[]) => c.map((v, i) => Math.cos(v) * numbersOf(x!)[i]!);
      return step(step(step(numbersOf(x!))));
    },
  },
  {
    name: 'no steps',
    inputs: [random([2], 326), random([0, 2], 327)],
    f: (c, xs) => {
      const [end, ys] = scan((a: Value, x: Value) => [mul(a, x), sin(a)] as const, c!, xs!);
      return [end as Value, ys as Value];
    },
    expected: (c) => numbersOf(c!),
  },
  {
    name: 'scan in scan',
    inputs: [0.5, random([2, 3], 328)],
    f: (c, xs) => [
      scan(
        (a: Value, row: Value) =>
          [scan((b: Value, x: Value) => [sin(add(mul(b, x), a)), null] as const, a, row)[0], null] as const,
        c!,
        xs!,
      )[0] as Value,
    ],
    expected: (c, xs) => {
      let [a] = numbersOf(c!);
      const rows = numbersOf(xs!);
      for (let i = 0; i < 2; i++) {
        let b = a!;
        for (let k = 0; k < 3; k++) b = Math.sin(b * rows[3 * i + k]! + a!);
        a = b;
      }
      return [a!];
    },
  },
  {
    name: 'cond, a bounded while and a checkpoint inside',
    inputs: [0.9, random([3], 329)],
    f: (c, xs) => {
      const [end, ys] = scan(
        (a: Value, x: Value) => {
          const b = cond(
            greater(x, 0),
            (v) => sin(v),
            (v) => mul(v, c!),
            add(a, x),
          ) as Value;
          const d = checkpoint((v: Value) => exp(tanh(mul(v, x))))(b);
          const e = whileLoop(
            ({ i }) => less(i, 2),
            ({ i, y }) => ({ i: add(i, 1), y: tanh(mul(y, c!)) }),
            { i: ints([0], []) as Value, y: d },
            { most: 3 },
          );
          return [e.y, b] as const;
        },
        c!,
        xs!,
      );
      return [end as Value, ys as Value];
    },
  },
];
