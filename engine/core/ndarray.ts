import { allocate, type DType, type Elements } from './dtype.ts';
import { SCALAR, type Shape, sizeOf, textOf } from './shape.ts';

/**
 * An array of any rank, row-major and contiguous. `array` makes one; nothing in the engine changes one after it is made, and
 * nobody else should: others may hold the same elements.
 */
export class NDArray {
  /** The lengths of its axes. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** All elements in row-major order; booleans are 0 or 1. */
  readonly data: Elements;

  /** `data` is kept, not copied, and must hold as many elements as `shape` says. */
  constructor(data: Elements, shape: Shape, dtype: DType) {
    this.data = data;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** How many elements. */
  get size(): number {
    return this.data.length;
  }

  /** Plain numbers (or booleans): one for a 0-d array, else nested lists. */
  get value(): Nested {
    return nest(this, 0, 0, this.size);
  }

  /** Type, shape and elements; of large arrays without the elements. */
  toString(): string {
    const elements = this.size > MOST_SHOWN ? '…' : textOf(this.value);
    return `${this.dtype}${textOf(this.shape)} ${elements}`;
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const MOST_SHOWN = 1000;

/** Plain numbers, or nested lists of them. */
export type Nested = number | boolean | readonly Nested[];

function nest(x: NDArray, axis: number, from: number, size: number): Nested {
  if (axis === x.shape.length) return x.dtype === 'bool' ? x.data[from] !== 0 : x.data[from]!;
  const length = x.shape[axis]!;
  const step = length === 0 ? 0 : size / length;
  return Array.from({ length }, (_, i) => nest(x, axis + 1, from + i * step, step));
}

/** What operations on plain numbers give plainly: 0-d float64 and booleans as such. */
export function plainOf(x: NDArray): number | boolean | NDArray {
  if (x.shape.length > 0 || (x.dtype !== 'float64' && x.dtype !== 'bool')) return x;
  return x.value as number | boolean;
}

/** A 0-d array. */
export function scalarArray(value: number | boolean, dtype: DType): NDArray {
  return filled(Number(value), SCALAR, dtype);
}

/** All elements alike. */
export function filled(value: number, shape: Shape, dtype: DType = 'float64'): NDArray {
  const data = allocate(dtype, sizeOf(shape));
  if (!Object.is(value, 0)) data.fill(value);
  return new NDArray(data, shape, dtype);
}
