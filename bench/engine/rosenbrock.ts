import {
  add,
  array,
  grad,
  hvp,
  jit,
  mul,
  type NDArray,
  slice,
  square,
  sub,
  sum,
  type Value,
} from '../../engine/index.ts';
import { type Problem, spread } from './problem.ts';

/** Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)². (Rosenbrock, "An automatic method for finding the greatest or least value", 1960.) */
function rosenbrock(x: Value, n: number): Value {
  const here = slice(x, { start: [0], stop: [n - 1] });
  const next = slice(x, { start: [1], stop: [n] });
  return sum(add(mul(100, square(sub(next, square(here)))), square(sub(1, here))));
}

function gradientInto(x: Float64Array, out: Float64Array): Float64Array {
  out[0] = 0;
  for (let i = 0; i < x.length - 1; i++) {
    const a = x[i]!;
    const t = 200 * (x[i + 1]! - a * a);
    out[i]! += -2 * a * t - 2 * (1 - a);
    out[i + 1] = t;
  }
  return out;
}

function productInto(x: Float64Array, v: Float64Array, out: Float64Array): Float64Array {
  out[0] = 0;
  for (let i = 0; i < x.length - 1; i++) {
    const a = x[i]!;
    const da = v[i]!;
    const t = 200 * (x[i + 1]! - a * a);
    const dt = 200 * (v[i + 1]! - 2 * a * da);
    out[i]! += -2 * (da * t + a * dt) + 2 * da;
    out[i + 1] = dt;
  }
  return out;
}

/** The gradient of Rosenbrock's function of n variables. */
export function gradient(n: number): Problem {
  const x = array(spread(n, 1), [n]);
  const plain = x.data as Float64Array;
  const f = (at: Value) => rosenbrock(at, n);
  const g = jit((at: NDArray) => grad(f)(at)[0]) as (at: NDArray) => NDArray;
  const compiled = jit(f);
  const used = new Float64Array(n);
  return {
    key: 'rosenbrock',
    title: `Rosenbrock n = ${n}`,
    most: 30,
    inputs: { x },
    engine: () => [g(x)],
    primal: () => compiled(x),
    hand: () => [gradientInto(plain, new Float64Array(n))],
    handInto: () => [gradientInto(plain, used)],
  };
}

/** Its Hessian times a vector. */
export function product(n: number): Problem {
  const x = array(spread(n, 1), [n]);
  const v = array(spread(n, 2), [n]);
  const [plainX, plainV] = [x.data as Float64Array, v.data as Float64Array];
  const f = (at: Value) => rosenbrock(at, n);
  const h = jit((at: NDArray, along: NDArray) => hvp(f, [at], [along])[0]) as unknown as (
    at: NDArray,
    along: NDArray,
  ) => NDArray;
  const compiled = jit(f);
  const used = new Float64Array(n);
  return {
    key: 'hvp',
    title: `Rosenbrock n = ${n}, Hessian-vector product`,
    most: 40,
    inputs: { x, v },
    engine: () => [h(x, v)],
    primal: () => compiled(x),
    hand: () => [productInto(plainX, plainV, new Float64Array(n))],
    handInto: () => [productInto(plainX, plainV, used)],
  };
}
