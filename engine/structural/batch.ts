import type { Primitive } from '../core/primitive.ts';
import type { Params, Single, Structural } from '../core/program.ts';
import { range, type Shape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { broadcast } from './looks.ts';

/** The shape of one example. */
function exampleShape(x: Value, batched: boolean): Shape {
  const { shape } = avalOf(x);
  return batched ? shape.slice(1) : shape;
}

/** Inputs of an elementwise primitive in one shape; 0-d ones that are not batched stay as they are. */
export function aligned(size: number, inputs: readonly Value[], batched: readonly boolean[]): Value[] {
  let shape: Shape = [];
  inputs.forEach((x, i) => {
    const own = exampleShape(x, batched[i]!);
    if (own.length > 0) shape = own;
  });
  return inputs.map((x, i) => {
    const own = exampleShape(x, batched[i]!);
    if (!batched[i] && own.length === 0) return x;
    return spread(x, batched[i]!, size, shape);
  });
}

/** An input with the batch in front and every example in `shape`, to which it broadcasts from a prefix of nothing or itself. */
function spread(x: Value, batched: boolean, size: number, shape: Shape): Value {
  const whole = [size, ...shape];
  const own = avalOf(x).shape;
  if (own.length === whole.length) return x;
  // Either the batch alone (a 0-d example), or an example without the batch.
  return bind(broadcast, [x], { shape: whole, axes: batched ? [0] : range(1, whole.length) });
}

/** An input as a batch, repeated where it is none. */
export function asBatch(x: Value, batched: boolean, size: number): Value {
  return spread(x, batched, size, exampleShape(x, batched));
}

/** A batch of an elementwise primitive. */
export function batchAligned<P extends Exclude<Single, Structural> | 'select'>(
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
  primitive: Primitive<P>,
): Value {
  return bind(primitive, aligned(size, inputs, batched), params);
}

/** A batch of a primitive for which more axes in front change nothing else. */
export function batchSame<P extends Structural>(
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
  primitive: Primitive<P>,
): Value {
  return bind(primitive, allBatched(size, inputs, batched), params);
}

/** A batch of a primitive that works along one axis. */
export function batchAxis<P extends 'concatenate' | 'cumsum' | 'cumprod' | 'linearRecurrence' | 'argmax'>(
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
  primitive: Primitive<P>,
): Value {
  return bind(primitive, allBatched(size, inputs, batched), { ...params, axis: params.axis + 1 });
}

/** Inputs that all have the batch in front. */
export function allBatched(size: number, inputs: readonly Value[], batched: readonly boolean[]): Value[] {
  return inputs.map((x, i) => asBatch(x, batched[i]!, size));
}
