import { allocate } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Aval, HigherParams } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { asArray, type Value } from '../core/trace.ts';
import { runProgram } from './run.ts';

export function evaluateCond(
  [predicate, ...operands]: readonly Value[],
  { onTrue, onFalse }: HigherParams['cond'],
): readonly Value[] {
  return runProgram(holds(predicate!) ? onTrue : onFalse, operands);
}

/** @throws EngineError where the predicate still holds after `most` steps */
export function evaluateWhile(
  inputs: readonly Value[],
  { predicate, body, predicateConsts, bodyConsts, most }: HigherParams['while'],
): readonly Value[] {
  const asked = inputs.slice(0, predicateConsts);
  const held = inputs.slice(predicateConsts, predicateConsts + bodyConsts);
  let state = inputs.slice(predicateConsts + bodyConsts) as readonly Value[];
  for (let steps = 0; holds(runProgram(predicate, [...asked, ...state])[0]!); steps++) {
    if (most !== undefined && steps >= most) throw tooLong(most);
    state = runProgram(body, [...held, ...state]);
  }
  return state;
}

export function tooLong(most: number): EngineError {
  return new EngineError(
    'while',
    `the predicate still holds after ${most} steps, the most that were allowed`,
  );
}

export function evaluateScan(
  inputs: readonly Value[],
  { body, consts, carry, length, reverse }: HigherParams['scan'],
): readonly Value[] {
  const held = inputs.slice(0, consts);
  let state = inputs.slice(consts, consts + carry) as readonly Value[];
  const walked = inputs.slice(consts + carry).map(asArray);
  const stacks = body.outputs.slice(carry).map(({ aval }) => emptyStack(aval, length));
  for (let turn = 0; turn < length; turn++) {
    const i = reverse ? length - 1 - turn : turn;
    const results = runProgram(body, [...held, ...state, ...walked.map((x) => sliceAt(x, i))]);
    state = results.slice(0, carry);
    stacks.forEach((stack, k) => {
      const part = asArray(results[carry + k]!);
      stack.data.set(part.data, i * part.size);
    });
  }
  return [...state, ...stacks];
}

function emptyStack({ shape, dtype }: Aval, length: number): NDArray {
  return new NDArray(allocate(dtype, length * sizeOf(shape)), [length, ...shape], dtype);
}

/** The i-th element along the first axis, without a copy. */
function sliceAt(x: NDArray, i: number): NDArray {
  const shape = x.shape.slice(1);
  const size = sizeOf(shape);
  return new NDArray(x.data.subarray(i * size, (i + 1) * size), shape, x.dtype);
}

/** Whether a 0-d boolean is true. */
function holds(value: Value): boolean {
  return asArray(value).data[0] !== 0;
}
