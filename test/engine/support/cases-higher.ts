import type { Higher } from '../../../engine/core/program.ts';
import type { Value } from '../../../engine/core/trace.ts';
import { checkpoint, cond, customJvp, customVjp, ops, scan } from '../../../engine/index.ts';
import { condSamples, scanSamples, whileSamples } from './cases-control.ts';
import type { Sample } from './sample.ts';
import { array, ints, numbersOf, random } from './values.ts';

const { add, mul, sin, cos, tanh, exp, square, less, greater } = ops;

const checkpointed = checkpoint((x: Value, y: Value) => mul(exp(sin(x)), y));
const scanned = checkpoint(
  (x: Value, xs: Value) => scan((a: Value, b: Value) => [sin(mul(a, b)), null] as const, x, xs)[0] as Value,
);

const checkpointSamples: readonly Sample[] = [
  {
    name: 'two arguments',
    inputs: [random([2], 341), 1.2],
    f: (x, y) => [checkpointed(x!, y!)],
    expected: (x, y) => numbersOf(x!).map((v) => Math.exp(Math.sin(v)) * numbersOf(y!)[0]!),
  },
  {
    name: 'closes over an argument, checkpoints in checkpoints',
    inputs: [random([2], 342), 0.4],
    f: (x, y) => [
      checkpoint((a: Value) => {
        const inner = checkpoint((b: Value) => tanh(mul(b, y!)));
        return add(inner(inner(a)), y!);
      })(x!),
    ],
  },
  {
    name: 'a scan inside',
    inputs: [0.8, random([3], 343)],
    f: (x, xs) => [scanned(x!, xs!)],
  },
  {
    name: 'inside a scan, with a scan inside',
    inputs: [0.8, random([2, 3], 344)],
    f: (x, rows) => [scan((a: Value, row: Value) => [scanned(a, row), null] as const, x!, rows!)[0] as Value],
  },
  {
    name: 'in a branch',
    inputs: [0.5, 1.5],
    f: (x, y) => [
      cond(
        less(x!, 1),
        (a, b) => checkpointed(a, b),
        (a) => a,
        x!,
        y!,
      ) as Value,
    ],
  },
  {
    name: 'of integers, too',
    inputs: [ints([2, 1]), random([2], 345)],
    f: (n, x) => checkpoint((k: Value, v: Value) => [add(k, 1), mul(sin(v), k)])(n!, x!),
    expected: (n, x) => [
      ...numbersOf(n!).map((k) => k + 1),
      ...numbersOf(x!).map((v, i) => Math.sin(v) * numbersOf(n!)[i]!),
    ],
  },
];

/** x·eˣ, whose rule is right. */
const ruled = customJvp(
  (x: Value) => mul(x, exp(x)),
  ([x], [t]) => [mul(x, exp(x)), mul(t, mul(add(x, 1), exp(x)))],
);
const two = customJvp(
  (x: Value, n: Value) => ({ a: mul(sin(x), n), n: add(n, 1) }),
  ([x, n], [t]) => [
    { a: mul(sin(x), n), n: add(n, 1) },
    { a: mul(t, mul(cos(x), n)), n: 0 },
  ],
);

const customJvpSamples: readonly Sample[] = [
  {
    name: 'a rule',
    inputs: [random([2], 351)],
    f: (x) => [ruled(x!)],
    expected: (x) => numbersOf(x!).map((v) => v * Math.exp(v)),
  },
  {
    name: 'a number, twice',
    inputs: [0.3],
    f: (x) => [ruled(ruled(x!))],
  },
  {
    name: 'trees and integers',
    inputs: [random([2], 352), ints([3, 4])],
    f: (x, n) => {
      const result = two(x!, n!);
      return [result.a, result.n] as Value[];
    },
    expected: (x, n) => [
      ...numbersOf(x!).map((v, i) => Math.sin(v) * numbersOf(n!)[i]!),
      ...numbersOf(n!).map((k) => k + 1),
    ],
  },
  {
    name: 'inside a scan, a branch and a checkpoint',
    inputs: [0.2, random([3], 353)],
    f: (x, xs) => [
      scan(
        (a: Value, b: Value) =>
          [
            cond(
              greater(b, 0),
              (c) => tanh(ruled(c)),
              (c) => checkpoint((d: Value) => sin(ruled(d)))(c),
              mul(a, b),
            ) as Value,
            null,
          ] as const,
        x!,
        xs!,
      )[0] as Value,
    ],
  },
];

/** x²·y, whose reverse rule is right. */
const pulled = customVjp(
  (x: Value, y: Value) => mul(square(x), y),
  (x, y) => [mul(square(x), y), { x, y }] as const,
  ({ x, y }: { x: Value; y: Value }, ct: Value) => [mul(ct, mul(2, mul(x, y))), mul(ct, square(x))],
);

const customVjpSamples: readonly Sample[] = (
  [
    {
      name: 'a rule',
      inputs: [random([2], 361), random([2], 362)],
      f: (x, y) => [pulled(x!, y!)],
      expected: (x, y) => numbersOf(x!).map((v, i) => v * v * numbersOf(y!)[i]!),
    },
    {
      name: 'numbers, twice',
      inputs: [0.3, 1.1],
      f: (x, y) => [pulled(pulled(x!, y!), y!)],
    },
    {
      name: 'inside a scan, of what is not differentiated, too',
      inputs: [0.9, random([3], 363)],
      f: (x, xs) => [
        scan(
          (a: Value, b: Value) => [add(pulled(sin(a), b), pulled(b, 2)), null] as const,
          x!,
          xs!,
        )[0] as Value,
      ],
    },
    {
      name: 'in a branch',
      inputs: [0.5, 1.5],
      f: (x, y) => [
        cond(
          less(x!, 1),
          (a, b) => pulled(a, b),
          (a) => a,
          x!,
          y!,
        ) as Value,
      ],
    },
    {
      name: 'in a checkpoint',
      inputs: [random([2], 364), random([2], 365)],
      f: (x, y) => [checkpoint((a: Value, b: Value) => sin(pulled(a, b)))(x!, y!)],
    },
  ] satisfies readonly Sample[]
).map((sample) => ({ ...sample, reverseOnly: true, float64Only: sample.name.includes('scan') }));

/**
 * Programs around each primitive that holds programs. The linear maps of `checkpoint` and `customVjp` turn up where those
 * are linearised, so they have the same.
 */
export const higherSamples: { readonly [P in Higher]: readonly Sample[] } = {
  cond: condSamples,
  while: whileSamples,
  scan: scanSamples,
  checkpoint: checkpointSamples,
  checkpointLinear: [
    {
      name: 'one argument moves',
      inputs: [random([2], 371)],
      f: (x) => [checkpointed(x!, 2)],
    },
    {
      name: 'in a scan, one argument moves',
      float64Only: true,
      inputs: [0.7],
      f: (x) => [
        scan(
          (a: Value, b: Value) => [add(checkpointed(a, b), checkpointed(b, 2)), null] as const,
          x!,
          random([3], 372),
        )[0] as Value,
      ],
    },
  ],
  customJvp: customJvpSamples,
  customVjp: customVjpSamples,
  customVjpLinear: [
    {
      name: 'one argument moves',
      inputs: [random([2], 373)],
      f: (x) => [pulled(x!, array([2, -1]))],
      reverseOnly: true,
    },
  ],
};
