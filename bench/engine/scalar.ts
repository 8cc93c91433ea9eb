import { add, grad, jit, mul, sin, sub, type Value } from '../../engine/index.ts';

/** Operations of one step of `pendulum`. */
const PER_STEP = 5;
const H = 0.01;
const START = [1, 0.5] as const;

type Program = (angle: Value, speed: Value) => Value;

/** A pendulum's angle after as many operations on numbers, leapfrog step by step: neither it nor its gradient dies out. */
export function pendulum(operations: number): Program {
  return (angle, speed) => {
    let [q, v] = [angle, speed];
    for (let i = 0; i < operations / PER_STEP; i++) {
      v = sub(v, mul(H, sin(q)));
      q = add(q, mul(H, v));
    }
    return q;
  };
}

/** Its gradient by hand. */
export function handGradient(operations: number): [number, number] {
  const steps = operations / PER_STEP;
  const angles = new Float64Array(steps);
  let [q, v]: number[] = [...START];
  for (let i = 0; i < steps; i++) {
    angles[i] = q!;
    v = v! - H * Math.sin(q!);
    q = q! + H * v;
  }
  let [dq, dv] = [1, 0];
  for (let i = steps - 1; i >= 0; i--) {
    dv += H * dq;
    dq -= H * Math.cos(angles[i]!) * dv;
  }
  return [dq, dv];
}

/** A fresh program of that length, so that nothing of it is known yet. */
export const scalars = {
  /** Traced and pulled once: `grad` at its first call. */
  first: (operations: number) => grad(pendulum(operations))(...START) as [number, number],
  /** The compiled gradient; its first call traces and compiles. */
  gradient: (operations: number) => {
    const compiled = jit((q: Value, v: Value) => grad(pendulum(operations))(q, v));
    return () => compiled(...START) as unknown as [number, number];
  },
  /** The compiled function itself. */
  primal: (operations: number) => {
    const compiled = jit(pendulum(operations));
    return () => compiled(...START);
  },
};
