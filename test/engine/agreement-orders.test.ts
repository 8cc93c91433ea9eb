import { describe, expect, it } from 'vitest';
import { grad, hvp, jvp, NDArray, ops, type Value } from '../../engine/index.ts';
import { everyOp } from './agreement/every-op.ts';
import { type Compared, pointOf, programs, weightsFor } from './agreement/programs.ts';

/** Σ gᵢ·vᵢ over the arguments. */
const along = (slopes: readonly Value[], v: readonly Value[]): Value =>
  slopes.map((g, i) => ops.sum(ops.mul(g, v[i]!))).reduce((a, b) => ops.add(a, b));

/** How a number moves along a direction, by forward mode. */
const forward =
  (f: (...xs: Value[]) => Value, v: readonly NDArray[]) =>
  (...xs: Value[]): Value =>
    jvp(f, xs, v)[1] as Value;

/** D²f[v, v] and D³f[v, v, v] of a program's weighed sum f: forward mode alone, and the gradient of a Hessian-vector product. */
function orders(program: Compared) {
  const { inputs, direction } = pointOf(program);
  const weights = weightsFor(ops.shapeOf(program.f(...inputs)));
  const f = (...xs: Value[]): Value => ops.sum(ops.mul(program.f(...xs), weights));
  const twice = (...xs: Value[]): Value => along(hvp(f, xs, direction), direction);
  const second = forward(forward(f, direction), direction);
  const third = forward(second, direction);
  const slopes = [grad(twice)(...inputs)].flat() as Value[];
  return {
    second: [twice(...inputs), second(...inputs)].map(ops.item) as number[],
    third: [along(slopes, direction), third(...inputs)].map(ops.item) as number[],
  };
}

function expectSame([reverse, forward]: number[]): void {
  expect(forward).not.toBeNaN();
  expect(Math.abs(reverse! - forward!)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(forward!)));
}

describe('derivatives of second and third order are there, and both modes find the same', () => {
  it.each(Object.keys(everyOp) as (keyof typeof everyOp)[])('of ops.%s', (name) => {
    const { second, third } = orders(everyOp[name]);
    expectSame(second);
    expectSame(third);
  });

  it.each(Object.keys(programs))('of the program: %s', (name) => {
    const { second, third } = orders(programs[name]!);
    expectSame(second);
    expectSame(third);
  });
});

describe('derivatives of second and third order do not throw', () => {
  const strange = [0, -0, 1, -1, 1e308, -1e308, Number.MIN_VALUE, Infinity, -Infinity, NaN];

  it.each(Object.keys(everyOp) as (keyof typeof everyOp)[])('of ops.%s at strange numbers', (name) => {
    const { rooms, f } = everyOp[name];
    for (const number of strange) {
      const inputs = rooms.map(([shape]) => ops.full(shape, number));
      const ones = rooms.map(([shape]) => ops.ones(shape));
      const second = (...xs: Value[]): Value =>
        along(
          hvp((...ys) => ops.sum(f(...ys)), xs, ones),
          ones,
        );
      for (const slope of [grad(second)(...inputs)].flat()) expect(slope).toBeInstanceOf(NDArray);
    }
  });
});
