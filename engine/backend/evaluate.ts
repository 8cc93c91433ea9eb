import { runProgram } from '../core/apply.ts';
import { allocate } from '../core/dtype.ts';
import type { HigherPrimitive } from '../core/higher.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { type Aval, type Higher, NONE, type Params, type Program, type Single } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { avalOf, type Evaluator, isPlain, type Value } from '../core/trace.ts';
import { isElementwise } from '../elementwise/rules.ts';
import { copyOf } from '../kernels/copy.ts';
import { wholeView } from '../kernels/view.ts';
import { CONVERSION, type LoopName, loopOf } from './elementwise.ts';

/** Computes each primitive when it is applied. */
export const evaluator: Evaluator = { evaluate, evaluateMany };

function evaluate<P extends Single>(
  primitive: Primitive<P>,
  inputs: readonly Value[],
  params: Params<P>,
): Value {
  if (inputs.every(isPlain)) {
    const plain = plainResult(primitive, inputs);
    if (plain !== null) return plain;
  }
  const { name, compute } = primitive;
  const avals = inputs.map((x) => avalOf(x, name));
  const aval = primitive.aval(avals, params, primitive);
  const [x] = inputs;
  if (name === 'reshape' && x instanceof NDArray) return new NDArray(x.data, aval.shape, aval.dtype);
  if (name === 'stopGradient' && x instanceof NDArray) return x;
  const numbers = inputs.map(numbersOf);
  const output = new Float64Array(sizeOf(aval.shape));
  if (compute === 'loop') applyLoop(name as LoopName, numbers, avals, output);
  else {
    const views = avals.map(({ shape }) => wholeView(shape));
    const kernel =
      'view' in compute ? copyOf(compute.view(views[0]!, params)) : compute.make(views, params, aval);
    kernel(numbers, output);
  }
  const change = name === 'convert' ? CONVERSION[aval.dtype] : null;
  if (change !== null) applyLoop(change, [output], [aval], output);
  return stored(output, aval);
}

/** What elementwise primitives and choices of plain numbers give is plain; null for anything else. */
function plainResult<P extends Single>(primitive: Primitive<P>, inputs: readonly Value[]): Value | null {
  if (primitive.name === 'stopGradient') return inputs[0]!;
  if (primitive.name === 'select') return (inputs[0] ? inputs[1] : inputs[2])!;
  if (!isElementwise(primitive)) return null;
  const { dtype } = primitive.aval(
    inputs.map((x) => avalOf(x)),
    NONE,
    primitive,
  );
  const value = primitive.value(...(inputs.map(Number) as number[]));
  return dtype === 'bool' ? value !== 0 : value;
}

/** The elements of a value as float64. */
export function numbersOf(value: Value): Float64Array {
  if (value instanceof NDArray) {
    return value.dtype === 'float64' ? (value.data as Float64Array) : new Float64Array(value.data);
  }
  return Float64Array.of(Number(value));
}

/** An array of computed numbers, which storing rounds to what its type can hold. */
export function stored(numbers: Float64Array, { shape, dtype }: Aval): NDArray {
  if (dtype === 'float64') return new NDArray(numbers, shape, dtype);
  const data = allocate(dtype, numbers.length);
  data.set(numbers);
  return new NDArray(data, shape, dtype);
}

function applyLoop(
  loop: LoopName,
  numbers: readonly Float64Array[],
  avals: readonly Aval[],
  output: Float64Array,
): void {
  const [a, b = a, c = a] = numbers as [Float64Array, Float64Array?, Float64Array?];
  const step = (i: number) => (avals[i] === undefined || avals[i].shape.length === 0 ? 0 : 1);
  loopOf(loop)(output, output.length, a, step(0), b, step(1), c, step(2), 0);
}

function evaluateMany<P extends Higher>(
  { compute }: HigherPrimitive<P>,
  inputs: readonly Value[],
  params: Params<P>,
): readonly Value[] {
  if (compute === 'program') return runProgram((params as { program: Program }).program, inputs);
  // Linear maps that are only known by their transpose are resolved before anything is computed.
  return compute!.evaluate(inputs, params, runProgram);
}
