/** Types of elements. Arithmetic is done in float64; float32 is a way to store. */
export type DType = 'float64' | 'float32' | 'int32' | 'bool';

/** The elements of an array, row-major. Booleans are bytes that hold 0 or 1. */
export type Elements = Float64Array | Float32Array | Int32Array | Uint8Array;

const ARRAYS = { float64: Float64Array, float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** All types, each before those whose values it holds too. */
export const DTYPES = Object.keys(ARRAYS) as readonly DType[];

export function allocate(dtype: DType, size: number): Elements {
  return new ARRAYS[dtype](size);
}

/** Whether values of this type have derivatives. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float64' || dtype === 'float32';
}

/** The type that holds values of both: bool < int32 < float32 < float64. */
export function promote(a: DType, b: DType): DType {
  return DTYPES.indexOf(a) < DTYPES.indexOf(b) ? a : b;
}
