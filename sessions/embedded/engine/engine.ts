import type { Op, Value } from './contract.ts';

/**
 * A primitive: its value, and one partial derivative for each input.
 *
 * A partial gets the inputs and then the output, `(x, y)` or `(a, b, y)`. It is written with `ops`, not
 * with bare arithmetic, so that it can itself be differentiated once the engine learns to nest.
 */
interface Primitive {
  readonly value: (...inputs: number[]) => number;
  readonly partials: readonly ((...inputs: Value[]) => Value)[];
}

const primitives: Record<string, Primitive> = {
  add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },
  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },
  neg: { value: (x) => -x, partials: [() => -1] },
  sub: { value: (a, b) => a - b, partials: [() => 1, () => -1] },
  div: { value: (a, b) => a / b, partials: [(_a, b) => ops.div(1, b), (_a, b, y) => ops.neg(ops.div(y, b))] },
  reciprocal: { value: (x) => 1 / x, partials: [(_x, y) => ops.neg(ops.mul(y, y))] },
  square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },
  cube: { value: (x) => x * x * x, partials: [(x) => ops.mul(ops.mul(x, x), 3)] },
  sqrt: { value: (x) => Math.sqrt(x), partials: [(_x, y) => ops.div(0.5, y)] },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), partials: [(x, y) => ops.neg(ops.div(y, ops.mul(2, x)))] },
  cbrt: { value: (x) => Math.cbrt(x), partials: [(_x, y) => ops.div(1, ops.mul(y, ops.mul(y, 3)))] },
  exp: { value: (x) => Math.exp(x), partials: [(_x, y) => y] },
  exp2: { value: (x) => 2 ** x, partials: [(_x, y) => ops.mul(y, Math.LN2)] },
  expm1: { value: (x) => Math.expm1(x), partials: [(x) => ops.exp(x)] },
  log: { value: (x) => Math.log(x), partials: [(x) => ops.div(1, x)] },
  log2: { value: (x) => Math.log2(x), partials: [(x) => ops.div(1, ops.mul(x, Math.LN2))] },
  log10: { value: (x) => Math.log10(x), partials: [(x) => ops.div(1, ops.mul(x, Math.LN10))] },
  log1p: { value: (x) => Math.log1p(x), partials: [(_x, y) => ops.exp(ops.neg(y))] },
  sin: { value: (x) => Math.sin(x), partials: [(x) => ops.cos(x)] },
  cos: { value: (x) => Math.cos(x), partials: [(x) => ops.neg(ops.sin(x))] },
  tan: { value: (x) => Math.tan(x), partials: [(_x, y) => ops.add(1, ops.mul(y, y))] },
  asin: { value: (x) => Math.asin(x), partials: [(x) => ops.rsqrt(ops.sub(1, ops.mul(x, x)))] },
  acos: { value: (x) => Math.acos(x), partials: [(x) => ops.neg(ops.rsqrt(ops.sub(1, ops.mul(x, x))))] },
  atan: { value: (x) => Math.atan(x), partials: [(x) => ops.div(1, ops.add(1, ops.mul(x, x)))] },
  asinh: { value: (x) => Math.asinh(x), partials: [(x) => ops.rsqrt(ops.add(1, ops.mul(x, x)))] },
  acosh: { value: (x) => Math.acosh(x), partials: [(x) => ops.rsqrt(ops.sub(ops.mul(x, x), 1))] },
  atanh: { value: (x) => Math.atanh(x), partials: [(x) => ops.div(1, ops.sub(1, ops.mul(x, x)))] },
  sinh: { value: (x) => Math.sinh(x), partials: [(x) => ops.cosh(x)] },
  cosh: { value: (x) => Math.cosh(x), partials: [(x) => ops.sinh(x)] },
  tanh: { value: (x) => Math.tanh(x), partials: [(_x, y) => ops.sub(1, ops.mul(y, y))] },
  abs: { value: (x) => Math.abs(x), partials: [(x) => Math.sign(primal(x))] },
  relu: { value: (x) => Math.max(x, 0), partials: [(x) => (primal(x) > 0 ? 1 : 0)] },
  max: {
    value: (a, b) => Math.max(a, b),
    partials: [(a, b) => (primal(a) - primal(b) > 0 ? 1 : 0), (a, b) => (primal(a) > primal(b) ? 0 : 1)],
  },
  min: {
    value: (a, b) => Math.min(a, b),
    partials: [(a, b) => (primal(a) > primal(b) ? 0 : 1), (a, b) => (primal(a) - primal(b) > 0 ? 1 : 0)],
  },
  pow: {
    value: (a, b) => a ** b,
    partials: [(a, b) => ops.mul(b, ops.pow(a, ops.sub(b, 1))), (a, _b, y) => ops.mul(y, ops.log(a))],
  },
  sigmoid: {
    value: (x) => 1 / (1 + Math.exp(-x)),
    partials: [(x, y) => ops.mul(y, ops.sigmoid(ops.neg(x)))],
  },
  softplus: {
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    partials: [(x) => ops.sigmoid(x)],
  },
  logsigmoid: {
    value: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    partials: [(_x, y) => ops.neg(ops.expm1(y))],
  },
  logaddexp: {
    value: (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    partials: [(a, b) => ops.sigmoid(ops.sub(a, b)), (a, b) => ops.sigmoid(ops.neg(ops.sub(a, b)))],
  },
  logcosh: {
    value: (x) =>
      Math.abs(x) < 1
        ? Math.log1p(2 * (Math.sinh(x / 2) * Math.sinh(x / 2)))
        : Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
    partials: [(x) => ops.tanh(x)],
  },
  log1mexp: {
    value: (x) => (x < Math.LN2 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x))),
    partials: [(x) => ops.div(ops.exp(ops.neg(x)), ops.neg(ops.expm1(ops.neg(x))))],
  },
  hypot: {
    value: (a, b) => Math.hypot(a, b),
    partials: [(a, _b, y) => ops.div(a, y), (_a, b, y) => ops.div(b, y)],
  },
  atan2: {
    value: (a, b) => Math.atan2(a, b),
    partials: [
      (a, b) => ops.div(b, ops.add(ops.square(a), ops.square(b))),
      (a, b) => ops.neg(ops.div(a, ops.add(ops.square(a), ops.square(b)))),
    ],
  },
  xlogy: {
    value: (a, b) => (a === 0 ? (b === b ? 0 : b) : a * Math.log(b)),
    partials: [(_a, b) => ops.log(b), (a, b) => ops.div(a, b)],
  },
  huber: {
    value: (x) => (Math.abs(x) <= 1 ? 0.5 * x * x : Math.abs(x) - 0.5),
    partials: [(x) => (Math.abs(primal(x)) <= 1 ? x : Math.sign(primal(x)))],
  },
  logit: {
    value: (x) => Math.log(x) - Math.log1p(-x),
    partials: [(x) => ops.div(ops.exp(ops.neg(ops.log1p(ops.neg(x)))), x)],
  },
  silu: {
    value: (x) => x / (1 + Math.exp(-x)),
    partials: [(x, y) => ops.add(y, ops.div(ops.sub(1, y), ops.add(1, ops.exp(ops.neg(x)))))],
  },
};

/** The operations by name. On plain numbers they compute; on traced values they also remember. */
export const ops: Record<string, Op> = Object.fromEntries(
  Object.entries(primitives).map(([name, p]) => [name, (...inputs: Value[]) => apply(name, p, inputs)]),
);

/** One step of a traced program. `serial` grows with time, so it is a topological order. */
class Trace {
  static count = 0;
  readonly serial = Trace.count++;
  readonly value: number;
  readonly inputs: readonly Value[];
  readonly primitive: Primitive | undefined;

  constructor(value: number, inputs: readonly Value[] = [], primitive?: Primitive) {
    this.value = value;
    this.inputs = inputs;
    this.primitive = primitive;
  }
}

/** The plain number under a value. */
export function primal(value: Value): number {
  return typeof value === 'number' ? value : (value as Trace).value;
}

function apply(name: string, primitive: Primitive, inputs: Value[]): Value {
  if (inputs.length !== primitive.partials.length) {
    throw new TypeError(`${name} takes ${primitive.partials.length} inputs, not ${inputs.length}`);
  }
  const value = primitive.value(...inputs.map(primal));
  return inputs.some((input) => input instanceof Trace) ? new Trace(value, inputs, primitive) : value;
}

/** Reverse mode: run the program once, then walk it backwards, adding up what each step passes on. */
export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {
  return (...xs) => {
    if (xs.some((x) => typeof x !== 'number')) throw new TypeError('grad does not nest yet');
    const roots = xs.map((x) => new Trace(primal(x)));
    const output = f(...roots);
    const cotangents = new Map<Trace, number>();
    if (output instanceof Trace) cotangents.set(output, 1);
    for (const step of stepsBehind(output)) {
      const cotangent = cotangents.get(step) ?? 0;
      step.inputs.forEach((input, i) => {
        if (!(input instanceof Trace)) return;
        const partial = primal(step.primitive!.partials[i]!(...step.inputs.map(primal), step.value));
        cotangents.set(input, (cotangents.get(input) ?? 0) + cotangent * partial);
      });
    }
    return roots.map((root) => cotangents.get(root) ?? 0);
  };
}

/** Every step that a value depends on, latest first. */
function stepsBehind(value: Value): Trace[] {
  const seen = new Set<Trace>();
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next instanceof Trace && !seen.has(next)) {
      seen.add(next);
      open.push(...next.inputs);
    }
  }
  return [...seen].sort((a, b) => b.serial - a.serial);
}
