import type { Primitive } from '../core/primitive.ts';
import type { Value } from '../core/trace.ts';
import type { ElementwiseName } from './table.ts';

/**
 * A function of numbers that arrays are mapped with: its value, and one partial derivative for each input.
 *
 * A partial gets the inputs and then the output, `(x, y)` or `(a, b, y)`. It is written with `ops`, so that it is itself a
 * program: every other transformation, and every further derivative, comes from it.
 */
export interface Elementwise {
  readonly value: (...inputs: number[]) => number;
  readonly partials: readonly ((...inputs: Value[]) => Value)[];
  /** Types that go in and come out as they are; left out: float64 or float32, to which others are converted. */
  readonly kind?: 'number' | 'compare' | 'logic';
}

/** An elementwise primitive: its row, and the rules that all of them share. */
export interface ElementwisePrimitive extends Primitive<ElementwiseName> {
  readonly value: Elementwise['value'];
  readonly partials: Elementwise['partials'];
  readonly kind: Elementwise['kind'];
}
