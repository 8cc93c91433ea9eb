import {
  add,
  array,
  at,
  div,
  greater,
  jit,
  mul,
  type NDArray,
  neg,
  norm,
  reciprocal,
  square,
  stack,
  sub,
  type Value,
  whileLoop,
} from '../../../engine/index.ts';
import { type Fields, real } from '../input.ts';
import { evaluation, flat, type Module } from '../task.ts';
import { argmin, type Cost, NESTINGS, type Slope } from './descent.ts';

const STEP = 0.1;
/** Far more steps than the particle takes to fall; under `jit` reverse mode keeps room for as many. */
const MOST = 500;

/** The electric potential at a place, of charges at (10, 10 − w) and (10, 0). */
function potential(w: Value): Cost {
  const charges = [stack([10, sub(10, w)]), array([10, 0])];
  return (place) => {
    const [moving, fixed] = charges.map((charge) => reciprocal(norm(sub(place, charge)))) as [Value, Value];
    return add(moving, fixed);
  };
}

/**
 * The square of where the particle meets the x axis: Euler's method from (0, 8) with velocity (0.75, 0) to the last step
 * above the axis, and from there in a straight line. `slope` differentiates the potential.
 */
function miss(slope: Slope): Cost {
  return (control) => {
    const force = slope(potential(at(control, 0)));
    const moved = ({ place, velocity }: { place: Value; velocity: Value }) => add(place, mul(STEP, velocity));
    const last = whileLoop(
      (state) => greater(at(moved(state), 1), 0),
      (state) => ({
        place: moved(state),
        velocity: sub(state.velocity, mul(STEP, force(state.place))),
      }),
      { place: array([0, 8]), velocity: array([0.75, 0]) },
      { most: MOST },
    );
    const rest = neg(div(at(last.place, 1), at(last.velocity, 1)));
    return square(add(at(last.place, 0), mul(rest, at(last.velocity, 0))));
  };
}

const read = (input: Fields): NDArray => array([real(input, 'w')]);

/** The control that lets a charged particle meet the origin, by descent, in all four nestings of forward and reverse mode. */
export const particle: Module = Object.fromEntries(
  Object.entries(NESTINGS).map(([name, [outer, inner]]) => {
    const cost = miss(inner);
    const control = jit((start: Value) => argmin(cost, outer(cost), start));
    return [name, evaluation(read, control, (found) => flat(found)[0])];
  }),
);
