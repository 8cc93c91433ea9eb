import type { NDArray } from '../../../engine/index.ts';
import { random } from '../support/values.ts';
import { type Compared, elementwise, linear, structural } from './functions.ts';
import { control, networks } from './networks.ts';
import { physics, statistics } from './sciences.ts';

export type { Compared } from './functions.ts';

/** Every program of the comparison with PyTorch and JAX, by name. */
export const programs: Readonly<Record<string, Compared>> = {
  ...elementwise,
  ...structural,
  ...linear,
  ...control,
  ...networks,
  ...statistics,
  ...physics,
};

/** The arguments of a program, and a direction in which they move: always the same numbers. */
export function pointOf({ rooms }: Compared): { readonly inputs: NDArray[]; readonly direction: NDArray[] } {
  return {
    inputs: rooms.map(([shape, low, high], i) => random(shape, 11 + i, low, high)),
    direction: rooms.map(([shape], i) => random(shape, 71 + i, -1, 1)),
  };
}

/** Weights for the numbers of a result of this shape, by which its gradient is taken. */
export const weightsFor = (shape: readonly number[]): NDArray => random(shape, 131, 0.5, 1.5);
