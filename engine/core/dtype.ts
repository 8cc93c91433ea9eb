/** Types of elements. Arithmetic is done in float64; float32 is a way to store. */
export type DType = 'float64' | 'float32' | 'int32' | 'bool';

/** The elements of an array, row-major. Booleans are bytes that hold 0 or 1. */
export type Elements = Float64Array | Float32Array | Int32Array | Uint8Array;

export function allocate(dtype: DType, size: number): Elements {
  switch (dtype) {
    case 'float64':
      return new Float64Array(size);
    case 'float32':
      return new Float32Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}

/** Whether values of this type have derivatives. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float64' || dtype === 'float32';
}

const RANK: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/** The type that holds values of both: bool < int32 < float32 < float64. */
export function promote(a: DType, b: DType): DType {
  return RANK[a] >= RANK[b] ? a : b;
}
