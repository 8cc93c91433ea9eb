// Newton's method without a Hessian: its product with a vector is all that conjugate gradients ask for.
import * as e from '../../../engine/index.ts';

const { add, dot, mul, sub, square } = e;

/** Rosenbrock's valley in n dimensions: Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)². Its minimum is 0, at ones. */
function valley(x: e.Value): e.Value {
  const [n] = e.shapeOf(x);
  const here = e.slice(x, { stop: n! - 1 });
  const next = e.slice(x, { start: 1 });
  return e.sum(add(mul(100, square(sub(next, square(here)))), square(sub(1, here))));
}

const value = e.jit(valley);
const slope = e.jit((x: e.Value) => e.grad(valley)(x)[0]);
const curve = e.jit((x: e.Value, v: e.Value) => e.hvp(valley, [x], [v])[0]);
const number = (x: e.Value) => Number(e.item(x));

/**
 * A direction d with H d ≈ −g by conjugate gradients, ended early far from the minimum, and where the valley curves down
 * (Steihaug, 1983; Nocedal & Wright, "Numerical Optimization", 2006, algorithm 7.1).
 */
function direction(x: e.Value, g: e.Value): e.Value {
  const steep = number(e.norm(g));
  const enough = Math.min(0.5, Math.sqrt(steep)) * steep;
  let d: e.Value = mul(0, g);
  let rest = e.neg(g);
  let v = rest;
  for (let i = 0; i < 2 * e.shapeOf(x)[0]! && number(e.norm(rest)) > enough; i++) {
    const hv = curve(x, v);
    const bend = number(dot(v, hv));
    if (bend <= 0) return i === 0 ? v : d;
    const before = number(dot(rest, rest));
    const far = before / bend;
    d = add(d, mul(far, v));
    rest = sub(rest, mul(far, hv));
    v = add(rest, mul(number(dot(rest, rest)) / before, v));
  }
  return d;
}

/** How far along a direction the value falls enough (Armijo, 1966). */
function length(x: e.Value, g: e.Value, d: e.Value): number {
  const promised = 1e-4 * number(dot(g, d));
  const now = number(value(x));
  let t = 1;
  while (t > 1e-10 && number(value(add(x, mul(t, d)))) > now + t * promised) t /= 2;
  return t;
}

/** Minimises from the usual start; gives where it ends, the value and slope there, and the steps it took. */
export function run(n = 20) {
  let x: e.Value = e.array(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)));
  let g = slope(x);
  let steps = 0;
  while (number(e.norm(g)) > 1e-9 && steps < 500) {
    const d = direction(x, g);
    x = add(x, mul(length(x, g, d), d));
    g = slope(x);
    steps++;
  }
  return { x: Array.from(e.unpack(x).data), value: number(value(x)), steepness: number(e.norm(g)), steps };
}

if (import.meta.main) console.log(run());
