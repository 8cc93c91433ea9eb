import {
  add,
  array,
  grad,
  jit,
  mul,
  type NDArray,
  scan,
  shapeOf,
  sub,
  sum,
  type Value,
  zeros,
} from '../../../engine/index.ts';
import { type Fields, numbers, whole } from '../input.ts';
import { evaluation, type Module, nested } from '../task.ts';

interface Input {
  /** Coefficients of a polynomial, the constant first: [m]. */
  readonly x: NDArray;
  /** n places from −1 to 1. */
  readonly t: NDArray;
  /** Their signs. */
  readonly s: NDArray;
}

function read(input: Fields): Input {
  const n = whole(input, 'n', 2);
  const places = Float64Array.from({ length: n }, (_, i) => -1 + (i * 2) / (n - 1));
  return { x: numbers(input, 'x', [-1]), t: array(places), s: array(places.map(Math.sign)) };
}

/** Half the sum of squares of s − (x₀ + x₁t + x₂t² + …), the polynomial by Horner's rule at all places at once. */
function loss({ x, t, s }: { readonly [K in keyof Input]: Value }): Value {
  const horner = (sum: Value, coefficient: Value) => [add(mul(sum, t), coefficient), null] as const;
  const [fitted] = scan(horner, zeros(shapeOf(t)), x, { reverse: true });
  const residual = sub(s, fitted);
  return mul(0.5, sum(mul(residual, residual)));
}

const primal = jit(loss);
const gradient = jit((input: { readonly [K in keyof Input]: Value }) => {
  const { t, s } = input;
  return grad((x: Value) => loss({ x, t, s }))(input.x)[0];
});

/** A polynomial's linear least squares against the sign function, and the gradient by its coefficients. */
export const llsq: Module = {
  primal: evaluation(read, primal, nested),
  gradient: evaluation(read, gradient, nested),
};
