import { NDArray } from '../../../engine/core/ndarray.ts';
import { sizeOf, stridesOf } from '../../../engine/core/shape.ts';
import { avalOf, type Value } from '../../../engine/core/trace.ts';
import { type DType, ops } from '../../../engine/index.ts';

/** Uniform numbers from a seed (Marsaglia's xorshift), the same on every machine. */
function uniform(seed: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

export function array(data: readonly number[], shape: readonly number[] = [data.length]): NDArray {
  return new NDArray(Float64Array.from(data), shape, 'float64');
}

export function ints(data: readonly number[], shape: readonly number[] = [data.length]): NDArray {
  return new NDArray(Int32Array.from(data), shape, 'int32');
}

export function bools(data: readonly number[], shape: readonly number[] = [data.length]): NDArray {
  return new NDArray(Uint8Array.from(data), shape, 'bool');
}

/** Numbers between two bounds. */
export function random(shape: readonly number[], seed: number, low = -2, high = 2): NDArray {
  const next = uniform(seed);
  return array(
    Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
    shape,
  );
}

/** Symmetric positive definite matrices, far from singular. */
export function positiveDefinite(batch: readonly number[], n: number, seed: number): NDArray {
  const b = random([...batch, n, n], seed, -1, 1).data;
  const data: number[] = [];
  for (let k = 0; k < sizeOf(batch); k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = i === j ? 2 : 0;
        for (let m = 0; m < n; m++) sum += b[(k * n + i) * n + m]! * b[(k * n + j) * n + m]!;
        data.push(sum);
      }
    }
  }
  return array(data, [...batch, n, n]);
}

/** Square matrices with a heavy diagonal. */
export function regular(batch: readonly number[], n: number, seed: number): NDArray {
  const x = random([...batch, n, n], seed, -1, 1);
  const data = Array.from(x.data, (v, i) => (Math.floor((i % (n * n)) / n) === i % n ? v + 3 : v));
  return array(data, x.shape);
}

/** A regular matrix with zeros but for the diagonal and its neighbours. */
export function band(n: number, seed: number): NDArray {
  const { data, shape } = regular([], n, seed);
  const near = Array.from(data, (v, i) => (Math.abs(Math.floor(i / n) - (i % n)) < 2 ? v : 0));
  return array(near, shape);
}

export const isFloatValue = (x: Value): boolean => {
  const { dtype } = avalOf(x);
  return dtype === 'float64' || dtype === 'float32';
};

/** The numbers under a value, row-major. */
export function numbersOf(x: Value): number[] {
  return Array.from(ops.unpack(x).data);
}

export const allNumbers = (values: readonly Value[]): number[] => values.flatMap(numbersOf);

/** A value of this shape and type, computed index by index. */
export function fill(shape: readonly number[], at: (index: readonly number[]) => number): NDArray {
  const strides = stridesOf(shape);
  const data = Array.from({ length: sizeOf(shape) }, (_, i) =>
    at(shape.map((n, axis) => Math.floor(i / strides[axis]!) % n)),
  );
  return array(data, shape);
}

/** The element at an index. */
export function get(x: NDArray, index: readonly number[]): number {
  const strides = stridesOf(x.shape);
  return x.data[index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!;
}

/** A value of the same shape with other numbers of a type. */
export function like(x: Value, data: readonly number[], dtype: DType = avalOf(x).dtype): Value {
  if (typeof x === 'number' && dtype === 'float64') return data[0]!;
  return made(data, avalOf(x).shape, dtype);
}

export function made(data: readonly number[], shape: readonly number[], dtype: DType): NDArray {
  switch (dtype) {
    case 'float64':
      return array(data, shape);
    case 'float32':
      return new NDArray(Float32Array.from(data), shape, dtype);
    case 'int32':
      return ints(data, shape);
    case 'bool':
      return bools(data, shape);
  }
}

/** A direction for each input: numbers between −1 and 1 for floats, zeros for the rest. */
export function directions(inputs: readonly Value[], seed: number): Value[] {
  return inputs.map((x, i) => {
    if (!isFloatValue(x)) return like(x, new Array(numbersOf(x).length).fill(0));
    const numbers = random(avalOf(x).shape, seed * 101 + i, -1, 1);
    return like(x, Array.from(numbers.data));
  });
}

/** x + t·v, float by float. */
export function moved(inputs: readonly Value[], along: readonly Value[], t: number): Value[] {
  return inputs.map((x, i) => {
    if (!isFloatValue(x)) return x;
    const v = numbersOf(along[i]!);
    return like(
      x,
      numbersOf(x).map((a, k) => a + t * v[k]!),
    );
  });
}

export function dotNumbers(a: readonly Value[], b: readonly Value[]): number {
  const right = allNumbers(b);
  return allNumbers(a).reduce((sum, x, i) => sum + x * right[i]!, 0);
}

/** @throws Error where numbers differ by more than `tolerance`·(1 + the largest of those wanted) */
export function near(got: readonly number[], wanted: readonly number[], tolerance: number): void {
  const scale = wanted.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
  const bad = got.findIndex((x, i) => {
    const y = wanted[i]!;
    return !(Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * scale);
  });
  if (bad < 0 && got.length === wanted.length) return;
  const shown = (list: readonly number[]) => `[${list.slice(0, 12).join(', ')}]`;
  throw new Error(`got ${shown(got)}, wanted ${shown(wanted)} (number ${bad}, tolerance ${tolerance})`);
}

/** @throws Error where shapes or types differ */
export function sameAvals(got: readonly Value[], wanted: readonly Value[]): void {
  const text = (values: readonly Value[]) =>
    values.map((x) => `${avalOf(x).dtype}[${avalOf(x).shape.join(', ')}]`).join(' ');
  if (text(got) !== text(wanted)) throw new Error(`got ${text(got)}, wanted ${text(wanted)}`);
}
