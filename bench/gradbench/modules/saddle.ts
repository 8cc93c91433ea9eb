import {
  add,
  at,
  concatenate,
  jit,
  type NDArray,
  neg,
  square,
  sub,
  type Value,
} from '../../../engine/index.ts';
import { type Fields, numbers } from '../input.ts';
import { evaluation, type Module, nested } from '../task.ts';
import { argmin, type Cost, NESTINGS, type Slope } from './descent.ts';

/** (x₁² + y₁²) − (x₂² + y₂²) of two points of the plane: least in the first and greatest in the second at 0. */
function cost(first: Value, second: Value): Value {
  const length = (p: Value) => add(square(at(p, 0)), square(at(p, 1)));
  return sub(length(first), length(second));
}

/** Where a function is greatest, and there its gradient by one mode. */
function argmax(f: Cost, slope: Slope, start: Value): Value {
  const downward: Cost = (x) => neg(f(x));
  return argmin(downward, slope(downward), start);
}

/**
 * The saddle point by descent in the first point over the greatest value in the second, which is a descent of its own: its
 * derivative is taken through all of that one's steps. `outer` differentiates the first, `inner` the second.
 */
function saddlePoint(outer: Slope, inner: Slope): (start: Value) => Value {
  return (start) => {
    const over =
      (first: Value): Cost =>
      (second) =>
        cost(first, second);
    const greatest: Cost = (first) => cost(first, argmax(over(first), inner, start));
    const first = argmin(greatest, outer(greatest), start);
    return concatenate([first, argmax(over(first), outer, start)]);
  };
}

const read = (input: Fields): NDArray => numbers(input, 'start', [2]);

/** The saddle point of a simple function by nested descent, in all four nestings of forward and reverse mode. */
export const saddle: Module = Object.fromEntries(
  Object.entries(NESTINGS).map(([name, [outer, inner]]) => [
    name,
    evaluation(read, jit(saddlePoint(outer, inner)), nested),
  ]),
);
