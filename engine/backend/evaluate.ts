import { allocate } from '../core/dtype.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Aval, Higher, HigherParams, Params, Single } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { avalOf, type Evaluator, type Value } from '../core/trace.ts';
import { type ElementwiseName, table } from '../elementwise/table.ts';
import { resultAval } from '../rules/shapes.ts';
import { evaluateCond, evaluateScan, evaluateWhile } from './control.ts';
import { loopOf } from './elementwise.ts';
import type { MakeKernel } from './kernel.ts';
import { kernels } from './kernels.ts';
import { runProgram } from './run.ts';
import { convertTo, settle } from './settle.ts';
import { wholeView } from './view.ts';

/** Computes each primitive when it is applied. */
export const evaluator: Evaluator = { evaluate, evaluateMany };

function evaluate<P extends Single>(primitive: P, inputs: readonly Value[], params: Params<P>): Value {
  if (inputs.every(isPlain)) {
    const plain = plainResult(primitive, inputs);
    if (plain !== null) return plain;
  }
  const avals: Aval[] = [];
  for (let i = 0; i < inputs.length; i++) avals.push(avalOf(inputs[i]!, primitive));
  const aval = resultAval(primitive, avals, params);
  if (primitive === 'reshape' && inputs[0] instanceof NDArray) {
    return new NDArray(inputs[0].data, aval.shape, aval.dtype);
  }
  if (primitive === 'stopGradient' && inputs[0] instanceof NDArray) return inputs[0];
  const numbers = inputs.map(numbersOf);
  const output = new Float64Array(sizeOf(aval.shape));
  if (isElementwise(primitive)) applyLoop(primitive, numbers, avals, output);
  else {
    const { make } = kernels[primitive as keyof typeof kernels] as { make: MakeKernel<Params<P>> };
    const views = avals.map(({ shape }) => wholeView(shape));
    make(views, params, aval)(numbers, output);
  }
  if (primitive === 'convert') convertTo(aval.dtype, output);
  return stored(output, aval);
}

function isPlain(value: Value): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function isElementwise(primitive: Single): primitive is ElementwiseName | 'select' {
  return primitive === 'select' || primitive in table;
}

/** What elementwise primitives and choices of plain numbers give is plain; null for anything else. */
function plainResult(primitive: Single, inputs: readonly Value[]): Value | null {
  if (primitive === 'stopGradient') return inputs[0]!;
  if (primitive === 'select') return (inputs[0] ? inputs[1] : inputs[2])!;
  if (!(primitive in table)) return null;
  const { dtype } = resultAval(
    primitive as ElementwiseName,
    inputs.map((x) => avalOf(x)),
    {},
  );
  const value = table[primitive as ElementwiseName].value(...(inputs.map(Number) as number[]));
  return dtype === 'bool' ? value !== 0 : value;
}

/** The elements of a value as float64. */
function numbersOf(value: Value): Float64Array {
  if (value instanceof NDArray) {
    return value.dtype === 'float64' ? (value.data as Float64Array) : new Float64Array(value.data);
  }
  return Float64Array.of(Number(value));
}

function stored(numbers: Float64Array, { shape, dtype }: Aval): NDArray {
  if (dtype === 'float64') return new NDArray(numbers, shape, dtype);
  settle(dtype, numbers);
  const data = allocate(dtype, numbers.length);
  data.set(numbers);
  return new NDArray(data, shape, dtype);
}

function applyLoop(
  primitive: ElementwiseName | 'select',
  numbers: readonly Float64Array[],
  avals: readonly Aval[],
  output: Float64Array,
): void {
  const [a, b = a, c = a] = numbers as [Float64Array, Float64Array?, Float64Array?];
  const step = (i: number) => (avals[i] === undefined || avals[i].shape.length === 0 ? 0 : 1);
  loopOf(primitive)(output, output.length, a, step(0), b, step(1), c, step(2), 0);
}

const higher: {
  readonly [P in Higher]: (inputs: readonly Value[], params: HigherParams[P]) => readonly Value[];
} = {
  cond: evaluateCond,
  while: evaluateWhile,
  scan: evaluateScan,
  checkpoint: (inputs, { program }) => runProgram(program, inputs),
  customJvp: (inputs, { program }) => runProgram(program, inputs),
  customVjp: (inputs, { program }) => runProgram(program, inputs),
  checkpointLinear: () => unresolved('checkpointLinear'),
  customVjpLinear: () => unresolved('customVjpLinear'),
};

/** Linear maps that are only known by their transpose are resolved before anything is computed. */
function unresolved(primitive: Higher): never {
  throw new Error(`internal: ${primitive} reached the evaluator`);
}

function evaluateMany<P extends Higher>(
  primitive: P,
  inputs: readonly Value[],
  params: Params<P>,
): readonly Value[] {
  const rule = higher[primitive] as (inputs: readonly Value[], params: Params<P>) => readonly Value[];
  return rule(inputs, params);
}
