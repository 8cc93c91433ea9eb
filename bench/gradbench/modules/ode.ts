import {
  add,
  at,
  concatenate,
  grad,
  jit,
  mul,
  type NDArray,
  ones,
  scan,
  shapeOf,
  slice,
  type Value,
  zeros,
} from '../../../engine/index.ts';
import { type Fields, numbers, whole } from '../input.ts';
import { evaluation, type Module, nested, remembered } from '../task.ts';

const END = 2;

/** y₀′ = x₀ and yᵢ′ = xᵢ yᵢ₋₁. */
function slope(x: Value, y: Value): Value {
  return mul(x, concatenate([ones([1]), slice(y, { stop: [-1] })]));
}

/** y(2) from y(0) = 0 by `steps` steps of the classical Runge–Kutta method. */
function solution(x: Value, steps: number): Value {
  const h = END / steps;
  const step = (y: Value) => {
    const k1 = slope(x, y);
    const k2 = slope(x, add(y, mul(h / 2, k1)));
    const k3 = slope(x, add(y, mul(h / 2, k2)));
    const k4 = slope(x, add(y, mul(h, k3)));
    const total = add(add(k1, mul(2, k2)), add(mul(2, k3), k4));
    return [add(y, mul(h / 6, total)), null] as const;
  };
  return scan(step, zeros(shapeOf(x)), null, { length: steps })[0];
}

const primal = remembered((steps: number) => jit((x: Value) => solution(x, steps)));
const gradient = remembered((steps: number) =>
  jit((x: Value) => grad((x: Value) => at(solution(x, steps), -1))(x)[0]),
);

function read(input: Fields): { readonly x: NDArray; readonly steps: number } {
  return { x: numbers(input, 'x', [-1]), steps: whole(input, 's', 1) };
}

/** The solution of an ordinary differential equation, and the gradient of its last element. */
export const ode: Module = {
  primal: evaluation(read, ({ x, steps }) => primal(steps)(x), nested),
  gradient: evaluation(read, ({ x, steps }) => gradient(steps)(x), nested),
};
