import fc from 'fast-check';
import { expect } from 'vitest';
import { evaluator } from '../../engine/backend/index.ts';
import { install, type Value } from '../../engine/core/trace.ts';
import * as engine from '../../engine/ops/index.ts';

install(evaluator);

/** Arrays as the references see them: an element is found by its index, never by a stride. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** All index tuples of a shape, row-major. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );
}

export function build(shape: readonly number[], element: (index: number[]) => number): Plain {
  return { shape, data: indices(shape).map(element) };
}

export function get(x: Plain, index: readonly number[]): number {
  return x.data[index.reduce((flat, i, axis) => flat * x.shape[axis]! + i, 0)]!;
}

export const toEngine = (x: Plain) => engine.array([...x.data], x.shape);

export function expectValue(value: Value, expected: Plain, digits = 12): void {
  const { shape, data } = engine.unpack(value);
  expect(shape).toEqual(expected.shape);
  const near = (x: number, y: number) =>
    Object.is(x, y) || x === y || Math.abs(x - y) <= 10 ** -digits * Math.max(1, Math.abs(y));
  const got = Array.from(data);
  const wrong = got.findIndex((x, i) => !near(x, expected.data[i]!));
  if (wrong >= 0) expect(got).toEqual(expected.data);
  expect(got.length).toBe(expected.data.length);
}

/** Multiples of 1/4, so that sums and products of a few are exact. */
const number = fc.integer({ min: -12, max: 12 }).map((n) => n / 4);

export function plainOf(shape: readonly number[]): fc.Arbitrary<Plain> {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.array(number, { minLength: size, maxLength: size }).map((data) => ({ shape, data }));
}

/** Shapes with axes of length `least` to 3. */
export function shapes(minLength: number, maxLength: number, least = 0): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: least, max: 3 }), { minLength, maxLength });
}

export function plains(minRank: number, maxRank: number, least = 0): fc.Arbitrary<Plain> {
  return shapes(minRank, maxRank, least).chain(plainOf);
}

/** An axis of an array, counted from either end, and where it is from the front. */
export function axisOf(rank: number): fc.Arbitrary<{ given: number; axis: number }> {
  return fc
    .integer({ min: -rank, max: rank - 1 })
    .map((given) => ({ given, axis: given < 0 ? given + rank : given }));
}

export function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, property), { numRuns: 60 });
}
