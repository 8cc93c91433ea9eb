import type { Aval } from '../core/program.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { broadcasted } from '../elementwise/ops.ts';
import * as cumulative from '../primitives/cumulative.ts';
import { stretch } from '../structural/looks.ts';
import { jointAval } from '../structural/shared.ts';
import { alike, axisFor, complete, floating, numeric } from './arguments.ts';

export interface CumulativeSettings {
  /** Along which axis: the last where it is left out. */
  readonly axis?: number;
  /** Whether it starts at the end. */
  readonly reverse?: boolean;
}

function params(op: string, aval: Aval, settings: CumulativeSettings): { axis: number; reverse: boolean } {
  const { axis, reverse } = complete(op, settings, { axis: -1, reverse: false });
  return { axis: axisFor(op, axis, aval), reverse };
}

/** Sums of all elements so far along an axis. @throws EngineError for an axis that x does not have */
export function cumsum(x: Value, settings: CumulativeSettings = {}): Value {
  const values = numeric('cumsum', x);
  return bind(cumulative.cumsum, [values], params('cumsum', avalOf(values), settings));
}

/** Products of all elements so far along an axis; exact derivatives at zeros. @throws as `cumsum` */
export function cumprod(x: Value, settings: CumulativeSettings = {}): Value {
  const values = numeric('cumprod', x);
  return bind(cumulative.cumprod, [values], params('cumprod', avalOf(values), settings));
}

/**
 * s_k = a_k s_{k−1} + b_k along an axis, from s = 0: a filter, a discounted sum, an exponential mean. a and b broadcast.
 *
 * @throws EngineError where shapes do not broadcast, or for an axis that they do not have
 */
export function linearRecurrence(a: Value, b: Value, settings: CumulativeSettings = {}): Value {
  const op = 'linearRecurrence';
  const both = broadcasted(op, alike(op, [floating(op, a), floating(op, b)]));
  const aval = jointAval(both.map((x) => avalOf(x)));
  const inputs = both.map((x) => stretch(x, aval.shape));
  return bind(cumulative.linearRecurrence, inputs, params(op, aval, settings));
}
