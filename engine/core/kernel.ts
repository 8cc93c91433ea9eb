import type { Aval } from './program.ts';
import type { Shape } from './shape.ts';

/** How the elements of an array lie in a line of numbers: the one at `index` is at offset + Σ index·stride. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * Computes one step. All numbers are float64 here, whatever their type: integers, float32 and booleans (0 or 1) are among
 * the float64 numbers, so every kernel is written once and its loops see one kind of array only. Whoever runs it rounds results.
 *
 * What depends on shapes only is worked out when the kernel is made; a run allocates nothing.
 */
export type Kernel = (inputs: readonly Float64Array[], output: Float64Array) => void;

/** Makes a kernel for inputs that lie as the views say; its output is row-major without gaps. */
export type MakeKernel<P> = (inputs: readonly View[], params: P, output: Aval) => Kernel;
