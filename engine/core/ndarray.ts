import { allocate, type DType, type Elements } from './dtype.ts';
import { SCALAR, type Shape, sizeOf } from './shape.ts';

/** An array of any rank, row-major and contiguous. Nothing in the engine changes one after it is made. */
export class NDArray {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: Elements;

  /** `data` is kept, not copied, and must hold as many elements as `shape` says. */
  constructor(data: Elements, shape: Shape, dtype: DType) {
    this.data = data;
    this.shape = shape;
    this.dtype = dtype;
  }

  get size(): number {
    return this.data.length;
  }

  /** Plain numbers (or booleans): one for a 0-d array, else nested lists. */
  get value(): Nested {
    return nest(this, 0, 0, this.size);
  }

  toString(): string {
    return `${this.dtype}[${this.shape.join(', ')}] ${JSON.stringify(this.value)}`;
  }
}

export type Nested = number | boolean | readonly Nested[];

function nest(x: NDArray, axis: number, from: number, size: number): Nested {
  if (axis === x.shape.length) return x.dtype === 'bool' ? x.data[from] !== 0 : x.data[from]!;
  const length = x.shape[axis]!;
  const step = length === 0 ? 0 : size / length;
  return Array.from({ length }, (_, i) => nest(x, axis + 1, from + i * step, step));
}

/** A 0-d array. */
export function scalarArray(value: number | boolean, dtype: DType): NDArray {
  const data = allocate(dtype, 1);
  data[0] = Number(value);
  return new NDArray(data, SCALAR, dtype);
}

/** All elements alike. */
export function filled(value: number, shape: Shape, dtype: DType = 'float64'): NDArray {
  const data = allocate(dtype, sizeOf(shape));
  if (value !== 0) data.fill(value);
  return new NDArray(data, shape, dtype);
}
