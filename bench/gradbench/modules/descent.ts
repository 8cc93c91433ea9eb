import {
  add,
  and,
  array,
  cond,
  equal,
  grad,
  greater,
  jacfwd,
  less,
  mul,
  norm,
  not,
  sub,
  type Value,
  whileLoop,
} from '../../../engine/index.ts';

/** A function of a vector that gives a number. */
export type Cost = (x: Value) => Value;

/** The gradient of such a function, by forward or by reverse mode. */
export type Slope = (f: Cost) => (x: Value) => Value;

export const forward: Slope = (f) => (x) => (jacfwd(f)(x) as readonly Value[])[0]!;
export const reverse: Slope = (f) => (x) => grad(f)(x)[0];

/** The two modes of nested differentiation, the outer first: what the functions of a module are called. */
export const NESTINGS = {
  ff: [forward, forward],
  fr: [forward, reverse],
  rf: [reverse, forward],
  rr: [reverse, reverse],
} as const;

/** A gradient or a step this short ends the descent. */
const SHORT = 1e-5;
const FIRST_RATE = 1e-5;
/** After as many steps without a setback the rate doubles. */
const STREAK = 10;
/** These problems take 170 to 180 steps, from far away too; under `jit` reverse mode keeps room for as many. */
const MOST = 500;

interface State<V = Value> {
  readonly x: V;
  readonly cost: V;
  readonly slope: V;
  readonly rate: V;
  /** Steps without a setback. */
  readonly streak: V;
  readonly done: V;
}

/**
 * Where a function is least, by gradient descent that halves its rate at a setback and doubles it after ten steps without
 * one: the solver that the specification prescribes for its nested evaluations. A loop of the engine, so it is
 * differentiated like any other step.
 */
export function argmin(f: Cost, slopeOf: (x: Value) => Value, start: Value): Value {
  const zero = array(0, { dtype: 'int32' });
  const first: State = {
    x: start,
    cost: f(start),
    slope: slopeOf(start),
    rate: FIRST_RATE,
    streak: zero,
    done: false,
  };

  const faster = (state: State): State => ({ ...state, rate: mul(state.rate, 2), streak: zero });
  const slower = (state: State): State => ({ ...state, rate: mul(state.rate, 0.5), streak: zero });
  const finished = (state: State): State => ({ ...state, done: true });
  const step = (state: State): State => {
    const next = sub(state.x, mul(state.rate, state.slope));
    const cost = f(next);
    const moved = (own: State): State => ({
      ...own,
      x: next,
      cost,
      slope: slopeOf(next),
      streak: add(own.streak, 1),
    });
    const judged = (own: State): State => cond(less(cost, own.cost), moved, slower, own) as State;
    return cond(greater(norm(sub(next, state.x)), SHORT), judged, finished, state) as State;
  };

  const goesOn = ({ slope, done }: State) => and(not(done), greater(norm(slope), SHORT));
  const turn = (state: State) => cond(equal(state.streak, STREAK), faster, step, state) as State;
  return whileLoop(goesOn, turn, first, { most: MOST }).x;
}
