import type { DType } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';

/** Rounds computed numbers to what their type can hold; integers wrap around, as they do in an Int32Array. */
export function settle(dtype: DType, x: Float64Array): void {
  if (dtype === 'float32') for (let i = 0; i < x.length; i++) x[i] = Math.fround(x[i]!);
  else if (dtype === 'int32') for (let i = 0; i < x.length; i++) x[i] = x[i]! | 0;
}

/**
 * Makes other-typed numbers of x, in place: toward zero for integers, anything but 0 (NaN too) true.
 * @throws EngineError for a number that int32 does not hold
 */
export function convertTo(dtype: DType, x: Float64Array): void {
  if (dtype === 'bool') for (let i = 0; i < x.length; i++) x[i] = x[i] !== 0 ? 1 : 0;
  else if (dtype === 'int32') for (let i = 0; i < x.length; i++) x[i] = toInt32(x[i]!);
  else settle(dtype, x);
}

export function toInt32(x: number): number {
  const whole = Math.trunc(x);
  if (whole >= -(2 ** 31) && whole < 2 ** 31) return whole | 0;
  throw new EngineError('convert', `${x} is no int32`);
}
