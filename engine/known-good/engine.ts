import type { Attributes, Engine, Op, Value } from '../seed/contract.ts';

/**
 * An engine that meets every goal of rungs 0 to 4, written for checking the checks: plain and correct, not
 * fast. Differentiations are numbered; a value remembers which one it belongs to, so that they nest.
 */

/** A row-major array. */
class Grid {
  readonly shape: readonly number[];
  readonly value: Float64Array;

  constructor(shape: readonly number[], value: Float64Array) {
    this.shape = shape;
    this.value = value;
  }
}

/** A step of reverse mode: its value belongs to an outer differentiation, or to none. */
class Trace {
  static count = 0;
  readonly serial = Trace.count++;
  readonly level: number;
  readonly value: Value;
  /** What it passes on, for each input that it passes anything on to. */
  readonly back: readonly (readonly [Trace, (cotangent: Value) => Value])[];

  constructor(level: number, value: Value, back: Trace['back'] = []) {
    this.level = level;
    this.value = value;
    this.back = back;
  }
}

/** A value of forward mode. */
class Dual {
  readonly level: number;
  readonly value: Value;
  readonly tangent: Value;

  constructor(level: number, value: Value, tangent: Value) {
    this.level = level;
    this.value = value;
    this.tangent = tangent;
  }
}

export interface Primitive {
  readonly value: (...inputs: number[]) => number;
  readonly partials: readonly ((...inputs: Value[]) => Value)[];
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const GELU = Math.sqrt(2 / Math.PI);
const geluGate = (x: Value) =>
  ops.sigmoid!(ops.mul!(2 * GELU, ops.add!(x, ops.mul!(0.044715, ops.cube!(x)))));
const oneMinus = (x: Value) => ops.sub!(1, x);

/** Scalar operations, and on arrays elementwise. `step`, `sign` and `where` are for partials; all their slopes are 0 or chosen. */
export const primitives: Record<string, Primitive> = {
  add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },
  mul: { value: (a, b) => a * b, partials: [(_, b) => b!, (a) => a!] },
  neg: { value: (x) => -x, partials: [() => -1] },
  sub: { value: (a, b) => a - b, partials: [() => 1, () => -1] },
  div: {
    value: (a, b) => a / b,
    partials: [(_, b) => ops.div!(1, b!), (_, b, y) => ops.neg!(ops.div!(y!, b!))],
  },
  reciprocal: { value: (x) => 1 / x, partials: [(_, y) => ops.neg!(ops.mul!(y!, y!))] },
  square: { value: (x) => x * x, partials: [(x) => ops.mul!(2, x!)] },
  cube: { value: (x) => x * x * x, partials: [(x) => ops.mul!(3, ops.mul!(x!, x!))] },
  sqrt: { value: Math.sqrt, partials: [(_, y) => ops.div!(0.5, y!)] },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), partials: [(_, y) => ops.mul!(-0.5, ops.cube!(y!))] },
  cbrt: { value: Math.cbrt, partials: [(_, y) => ops.div!(1, ops.mul!(3, ops.mul!(y!, y!)))] },
  exp: { value: Math.exp, partials: [(_, y) => y!] },
  exp2: { value: (x) => 2 ** x, partials: [(_, y) => ops.mul!(y!, Math.LN2)] },
  expm1: { value: Math.expm1, partials: [(x) => ops.exp!(x!)] },
  log: { value: Math.log, partials: [(x) => ops.div!(1, x!)] },
  log2: { value: Math.log2, partials: [(x) => ops.div!(1, ops.mul!(x!, Math.LN2))] },
  log10: { value: Math.log10, partials: [(x) => ops.div!(1, ops.mul!(x!, Math.LN10))] },
  log1p: { value: Math.log1p, partials: [(x) => ops.div!(1, ops.add!(1, x!))] },
  sin: { value: Math.sin, partials: [(x) => ops.cos!(x!)] },
  cos: { value: Math.cos, partials: [(x) => ops.neg!(ops.sin!(x!))] },
  tan: { value: Math.tan, partials: [(_, y) => ops.add!(1, ops.mul!(y!, y!))] },
  asin: { value: Math.asin, partials: [(x) => ops.div!(1, ops.sqrt!(oneMinus(ops.mul!(x!, x!))))] },
  acos: { value: Math.acos, partials: [(x) => ops.div!(-1, ops.sqrt!(oneMinus(ops.mul!(x!, x!))))] },
  atan: { value: Math.atan, partials: [(x) => ops.div!(1, ops.add!(1, ops.mul!(x!, x!)))] },
  sinh: { value: Math.sinh, partials: [(x) => ops.cosh!(x!)] },
  cosh: { value: Math.cosh, partials: [(x) => ops.sinh!(x!)] },
  tanh: { value: Math.tanh, partials: [(_, y) => oneMinus(ops.mul!(y!, y!))] },
  asinh: { value: Math.asinh, partials: [(x) => ops.div!(1, ops.sqrt!(ops.add!(ops.mul!(x!, x!), 1)))] },
  acosh: { value: Math.acosh, partials: [(x) => ops.div!(1, ops.sqrt!(ops.sub!(ops.mul!(x!, x!), 1)))] },
  atanh: { value: Math.atanh, partials: [(x) => ops.div!(1, oneMinus(ops.mul!(x!, x!)))] },
  abs: { value: Math.abs, partials: [(x) => ops.sign!(x!)] },
  relu: { value: (x) => Math.max(x, 0), partials: [(x) => ops.step!(x!)] },
  max: {
    value: (a, b) => Math.max(a, b),
    partials: [(a, b) => ops.step!(ops.sub!(a!, b!)), (a, b) => oneMinus(ops.step!(ops.sub!(a!, b!)))],
  },
  min: {
    value: (a, b) => Math.min(a, b),
    partials: [(a, b) => ops.step!(ops.sub!(b!, a!)), (a, b) => oneMinus(ops.step!(ops.sub!(b!, a!)))],
  },
  pow: {
    value: (a, b) => a ** b,
    partials: [
      (a, b) => ops.mul!(b!, ops.pow!(a!, ops.sub!(b!, 1))),
      (a, _, y) => ops.mul!(y!, ops.log!(a!)),
    ],
  },
  sigmoid: { value: sigmoid, partials: [(_, y) => ops.mul!(y!, oneMinus(y!))] },
  softplus: { value: softplus, partials: [(x) => ops.sigmoid!(x!)] },
  logsigmoid: { value: (x) => -softplus(-x), partials: [(x) => ops.sigmoid!(ops.neg!(x!))] },
  logaddexp: {
    value: (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))),
    partials: [(a, b) => ops.sigmoid!(ops.sub!(a!, b!)), (a, b) => ops.sigmoid!(ops.sub!(b!, a!))],
  },
  silu: {
    value: (x) => x * sigmoid(x),
    partials: [
      (x) => {
        const s = ops.sigmoid!(x!);
        return ops.mul!(s, ops.add!(1, ops.mul!(x!, oneMinus(s))));
      },
    ],
  },
  gelu: {
    value: (x) => x * sigmoid(2 * GELU * (x + 0.044715 * x ** 3)),
    partials: [
      (x) => {
        const s = geluGate(x!);
        const slope = ops.mul!(2 * GELU, ops.add!(1, ops.mul!(3 * 0.044715, ops.mul!(x!, x!))));
        return ops.add!(s, ops.mul!(ops.mul!(x!, slope), ops.mul!(s, oneMinus(s))));
      },
    ],
  },
  mish: {
    value: (x) => x * Math.tanh(softplus(x)),
    partials: [
      (x) => {
        const t = ops.tanh!(ops.softplus!(x!));
        return ops.add!(t, ops.mul!(x!, ops.mul!(oneMinus(ops.mul!(t, t)), ops.sigmoid!(x!))));
      },
    ],
  },
  hypot: {
    value: (a, b) => Math.hypot(a, b),
    partials: [(a, _, y) => ops.div!(a!, y!), (_, b, y) => ops.div!(b!, y!)],
  },
  atan2: {
    value: (a, b) => Math.atan2(a, b),
    partials: [
      (a, b) => ops.div!(b!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!))),
      (a, b) => ops.neg!(ops.div!(a!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!)))),
    ],
  },
  xlogy: {
    value: (a, b) => (a === 0 && b >= 0 ? 0 : a * Math.log(b)),
    partials: [(_, b) => ops.log!(b!), (a, b) => ops.div!(a!, b!)],
  },
  sinc: { value: (x) => (x === 0 ? 1 : Math.sin(x) / x), partials: [(x) => sincSlope(x!)] },
  huber: {
    value: (x) => (Math.abs(x) <= 1 ? 0.5 * x * x : Math.abs(x) - 0.5),
    partials: [(x) => ops.max!(-1, ops.min!(x!, 1))],
  },
  logit: {
    value: (x) => Math.log(x) - Math.log1p(-x),
    partials: [(x) => ops.div!(1, ops.mul!(x!, oneMinus(x!)))],
  },
  log1mexp: {
    value: (x) => (x < Math.LN2 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x))),
    partials: [(x) => ops.div!(ops.exp!(ops.neg!(x!)), ops.neg!(ops.expm1!(ops.neg!(x!))))],
  },
  logcosh: {
    value: (x) => {
      const a = Math.abs(x);
      return a < 1 ? Math.log1p(2 * Math.sinh(a / 2) ** 2) : a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
    },
    partials: [(x) => ops.tanh!(x!)],
  },
  step: { value: (x) => (x > 0 ? 1 : 0), partials: [() => 0] },
  sign: { value: Math.sign, partials: [() => 0] },
  where: {
    value: (mask, a, b) => (mask === 1 ? a : b),
    partials: [() => 0, (mask) => mask!, (mask) => oneMinus(mask!)],
  },
};

function sincSlope(x: Value): Value {
  const small = ops.step!(ops.sub!(0.25, ops.abs!(x)));
  const s = ops.mul!(x, x);
  let series: Value = 0;
  for (let n = 10, f = 51090942171709440000; n >= 1; f /= 2 * n * (2 * n + 1), n--) {
    series = ops.add!(ops.mul!(series, s), ((n % 2 === 1 ? -2 : 2) * n) / f);
  }
  const away = ops.where!(small, 1, x);
  const direct = ops.div!(ops.sub!(ops.cos!(away), ops.div!(ops.sin!(away), away)), away);
  return ops.where!(small, ops.mul!(x, series), direct);
}

/** An array operation: on plain arrays, and how a cotangent goes back. All are linear in each input. */
interface ArrayPrimitive {
  readonly value: (attributes: Attributes, ...inputs: Grid[]) => Grid;
  readonly back: readonly ((ct: Value, attributes: Attributes, ...inputs: Value[]) => Value)[];
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const list = (a: Attributes, name: string) => a[name] as readonly number[];
const axesOf = (a: Attributes, rank: number) =>
  a.axes === undefined ? Array.from({ length: rank }, (_, i) => i) : list(a, 'axes');

function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) result[i] = result[i + 1]! * shape[i + 1]!;
  return result;
}

/** A grid of a shape; each element from the flat index that its indices, times `steps`, plus `start`, lead to. */
function gather(x: Grid, shape: readonly number[], steps: readonly number[], start = 0): Grid {
  const own = strides(shape);
  const data = new Float64Array(size(shape));
  for (let flat = 0; flat < data.length; flat++) {
    let from = start;
    for (let axis = 0; axis < shape.length; axis++) {
      from += (Math.floor(flat / own[axis]!) % shape[axis]!) * steps[axis]!;
    }
    data[flat] = x.value[from]!;
  }
  return new Grid(shape, data);
}

const arrayPrimitives: Record<string, ArrayPrimitive> = {
  sum: {
    value: (a, x) => {
      const axes = axesOf(a, x!.shape.length);
      const kept = x!.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
      const to = strides(kept).map((s, axis) => (axes.includes(axis) ? 0 : s));
      const from = strides(x!.shape);
      const data = new Float64Array(size(kept));
      x!.value.forEach((v, flat) => {
        const place = from.reduce(
          (p, s, axis) => p + (Math.floor(flat / s) % x!.shape[axis]!) * to[axis]!,
          0,
        );
        data[place] = data[place]! + v;
      });
      return new Grid(a.keepdims ? kept : x!.shape.filter((_, axis) => !axes.includes(axis)), data);
    },
    back: [
      (ct, a, x) => {
        const shape = shapeOf(x!);
        const axes = axesOf(a, shape.length);
        const kept = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
        return ops.mul!(ops.reshape!(ct, { shape: kept } as never), filled(shape, 1));
      },
    ],
  },
  matmul: {
    value: (_, a, b) => {
      const [n, m] = a!.shape as [number, number];
      const k = b!.shape[1]!;
      const data = new Float64Array(n * k);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < k; j++)
          for (let l = 0; l < m; l++) data[i * k + j]! += a!.value[i * m + l]! * b!.value[l * k + j]!;
      return new Grid([n, k], data);
    },
    back: [
      (ct, _, __, b) => ops.matmul!(ct, ops.transpose!(b!, {} as never)),
      (ct, _, a) => ops.matmul!(ops.transpose!(a!, {} as never), ct),
    ],
  },
  transpose: {
    value: (a, x) => {
      const perm = permOf(a, x!.shape.length);
      const steps = strides(x!.shape);
      return gather(
        x!,
        perm.map((axis) => x!.shape[axis]!),
        perm.map((axis) => steps[axis]!),
      );
    },
    back: [
      (ct, a, x) => {
        const perm = permOf(a, shapeOf(x!).length);
        return ops.transpose!(ct, { perm: perm.map((_, i) => perm.indexOf(i)) } as never);
      },
    ],
  },
  reshape: {
    value: (a, x) => new Grid(list(a, 'shape'), x!.value),
    back: [(ct, _, x) => ops.reshape!(ct, { shape: shapeOf(x!) } as never)],
  },
  slice: {
    value: (a, x) => {
      const start = list(a, 'start');
      const steps = strides(x!.shape);
      const offset = start.reduce((sum, from, axis) => sum + from * steps[axis]!, 0);
      return gather(
        x!,
        list(a, 'stop').map((to, axis) => to - start[axis]!),
        steps,
        offset,
      );
    },
    back: [(ct, a, x) => ops.pad!(ct, { start: list(a, 'start'), shape: shapeOf(x!) } as never)],
  },
  /** Zeros of `shape` with x at `start`: the transpose of slice. */
  pad: {
    value: (a, x) => {
      const shape = list(a, 'shape');
      const start = list(a, 'start');
      const from = strides(x!.shape);
      const to = strides(shape);
      const data = new Float64Array(size(shape));
      x!.value.forEach((v, flat) => {
        const place = from.reduce(
          (p, s, axis) => p + ((Math.floor(flat / s) % x!.shape[axis]!) + start[axis]!) * to[axis]!,
          0,
        );
        data[place] = v;
      });
      return new Grid(shape, data);
    },
    back: [
      (ct, a, x) => {
        const start = list(a, 'start');
        return ops.slice!(ct, {
          start,
          stop: shapeOf(x!).map((n, axis) => n + start[axis]!),
        } as never);
      },
    ],
  },
};

const permOf = (a: Attributes, rank: number) =>
  a.perm === undefined ? Array.from({ length: rank }, (_, i) => rank - 1 - i) : list(a, 'perm');

const isBox = (x: Value): x is Trace | Dual => x instanceof Trace || x instanceof Dual;

/** The number or array under all differentiations. */
function plain(x: Value): number | Grid {
  let v: unknown = x;
  while (v instanceof Trace || v instanceof Dual) v = v.value;
  return v as number | Grid;
}

function shapeOf(x: Value): readonly number[] {
  const v = plain(x);
  return typeof v === 'number' ? [] : v.shape;
}

function filled(shape: readonly number[], x: number): Value {
  return shape.length === 0 ? x : new Grid(shape, new Float64Array(size(shape)).fill(x));
}

function asGrid(x: Value): Grid {
  return typeof x === 'number' ? new Grid([], Float64Array.of(x)) : (x as Grid);
}

/** A 0-d array is a number. */
const settle = (g: Grid): Value => (g.shape.length === 0 ? g.value[0]! : g);

function elementwise(f: (...x: number[]) => number, inputs: readonly Grid[]): Grid {
  let shape: readonly number[] = [];
  for (const { shape: own } of inputs) {
    const rank = Math.max(shape.length, own.length);
    shape = Array.from({ length: rank }, (_, axis) => {
      const a = shape[axis - rank + shape.length] ?? 1;
      const b = own[axis - rank + own.length] ?? 1;
      if (a !== b && a !== 1 && b !== 1) throw new TypeError(`[${shape}] and [${own}] do not broadcast`);
      return a === 1 ? b : a;
    });
  }
  const spread = inputs.map((x) => {
    const own = strides(x.shape);
    const lead = shape.length - x.shape.length;
    return gather(
      x,
      shape,
      shape.map((_, axis) => (axis < lead || x.shape[axis - lead] === 1 ? 0 : own[axis - lead]!)),
    );
  });
  const data = new Float64Array(size(shape));
  for (let i = 0; i < data.length; i++) data[i] = f(...spread.map((x) => x.value[i]!));
  return new Grid(shape, data);
}

/** The sum of x over whatever broadcasting to its shape repeated. */
function unbroadcast(x: Value, shape: readonly number[]): Value {
  const from = shapeOf(x);
  if (from.length === shape.length && from.every((n, axis) => n === shape[axis])) return x;
  const lead = from.length - shape.length;
  const axes = from
    .map((_, axis) => axis)
    .filter((a) => a < lead || (shape[a - lead] === 1 && from[a] !== 1));
  const summed = ops.sum!(x, { axes } as never);
  return shape.length === 0 ? summed : ops.reshape!(summed, { shape } as never);
}

/** What applies an operation at one level, and how derivatives pass through it. */
interface Rule {
  readonly plain: (inputs: readonly Value[]) => Value;
  readonly back: (i: number, ct: Value, inputs: readonly Value[], y: Value) => Value;
  readonly forward: (i: number, tangent: Value, inputs: readonly Value[], y: Value) => Value;
}

function apply(rule: Rule, inputs: readonly Value[]): Value {
  const level = Math.max(-1, ...inputs.map((x) => (isBox(x) ? x.level : -1)));
  if (level < 0) return rule.plain(inputs);
  const own = (x: Value): x is Trace | Dual => isBox(x) && x.level === level;
  const lower = inputs.map((x) => (own(x) ? x.value : x));
  const y = apply(rule, lower);
  const back: (readonly [Trace, (ct: Value) => Value])[] = [];
  let tangent: Value | undefined;
  inputs.forEach((x, i) => {
    if (!own(x)) return;
    if (x instanceof Trace) back.push([x, (ct) => rule.back(i, ct, lower, y)]);
    else {
      const step = rule.forward(i, x.tangent, lower, y);
      tangent = tangent === undefined ? step : ops.add!(tangent, step);
    }
  });
  return tangent === undefined ? new Trace(level, y, back) : new Dual(level, y, tangent);
}

function scalarOp(name: string, { value, partials }: Primitive): Op {
  const rule: Rule = {
    plain: (inputs) =>
      inputs.every((x) => typeof x === 'number')
        ? value(...(inputs as number[]))
        : settle(elementwise(value, inputs.map(asGrid))),
    back: (i, ct, inputs, y) => unbroadcast(times(ct, partials[i]!(...inputs, y)), shapeOf(inputs[i]!)),
    forward: (i, t, inputs, y) => {
      const step = times(t, partials[i]!(...inputs, y));
      const shape = shapeOf(y);
      return shapeOf(step).length === shape.length ? step : ops.mul!(step, filled(shape, 1));
    },
  };
  return (...inputs) => {
    if (inputs.length !== partials.length) {
      throw new TypeError(`${name} takes ${partials.length} inputs, not ${inputs.length}`);
    }
    return apply(rule, inputs);
  };
}

/** a·b, where a structural 1 costs nothing. */
const times = (a: Value, b: Value): Value => (a === 1 ? b : b === 1 ? a : ops.mul!(a, b));

function arrayOp({ value, back }: ArrayPrimitive): Op {
  return (...all) => {
    const inputs = all.slice(0, back.length);
    const attributes = (all[back.length] ?? {}) as unknown as Attributes;
    const run = (xs: readonly Value[]) => settle(value(attributes, ...xs.map(asGrid)));
    return apply(
      {
        plain: run,
        back: (i, ct, xs) => back[i]!(ct, attributes, ...xs),
        forward: (i, t, xs) => arrayOp({ value, back })(...xs.with(i, t), attributes as never),
      },
      inputs,
    );
  };
}

/** The largest element of each fibre along an axis, as a constant of every differentiation. */
function largest(x: Value, axis: number): Value {
  const g = asGrid(plain(x));
  const last = g.shape.length - 1;
  const perm = [...g.shape.keys()].filter((a) => a !== axis);
  const rows = asGrid(ops.transpose!(g, { perm: [...perm, axis] } as never));
  const length = rows.shape[last]!;
  const data = new Float64Array(rows.value.length / length);
  for (let i = 0; i < data.length; i++)
    data[i] = Math.max(...rows.value.subarray(i * length, (i + 1) * length));
  return new Grid(g.shape.with(axis, 1), data);
}

const axisOf = (a: unknown) => (a as Attributes).axis as number;

/** The operations by name. */
export const ops: Record<string, Op> = {
  ...Object.fromEntries(Object.entries(primitives).map(([name, p]) => [name, scalarOp(name, p)])),
  ...Object.fromEntries(Object.entries(arrayPrimitives).map(([name, p]) => [name, arrayOp(p)])),
  softmax: (x, a) => {
    const e = ops.exp!(ops.sub!(x!, largest(x!, axisOf(a))));
    return ops.div!(e, ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never));
  },
  logsumexp: (x, a) => {
    const m = largest(x!, axisOf(a));
    const total = ops.sum!(ops.exp!(ops.sub!(x!, m)), { axes: [axisOf(a)] } as never);
    return ops.add!(ops.log!(total), ops.reshape!(m, { shape: shapeOf(total) } as never));
  },
};

/** The plain number, or array, under a value. */
export function primal(value: Value): number {
  return plain(value) as number;
}

let levels = 0;

/** Reverse mode: ∂f/∂x for each argument, itself differentiable. */
export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {
  return (...xs) => {
    const level = ++levels;
    const roots = xs.map((x) => new Trace(level, x));
    const output = f(...roots);
    if (shapeOf(output).length > 0) throw new TypeError('grad needs a result without axes');
    const cotangents = new Map<Trace, Value>();
    if (output instanceof Trace && output.level === level) {
      cotangents.set(output, 1);
      for (const step of stepsBehind(output)) {
        const ct = cotangents.get(step);
        if (ct === undefined) continue;
        for (const [input, back] of step.back) {
          const before = cotangents.get(input);
          const share = back(ct);
          cotangents.set(input, before === undefined ? share : ops.add!(before, share));
        }
      }
    }
    return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));
  };
}

function stepsBehind(output: Trace): Trace[] {
  const seen = new Set<Trace>();
  const open = [output];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...next.back.map(([input]) => input));
  }
  return [...seen].sort((a, b) => b.serial - a.serial);
}

/** Forward mode: f at xs, and its derivative along ts. */
export function jvp(
  f: (...xs: Value[]) => Value,
  xs: readonly Value[],
  ts: readonly Value[],
): [Value, Value] {
  const level = ++levels;
  const y = f(...xs.map((x, i) => new Dual(level, x, ts[i]!)));
  return y instanceof Dual && y.level === level ? [y.value, y.tangent] : [y, filled(shapeOf(y), 0)];
}

/** The Hessian of f at xs times v: forward over reverse. */
export function hvp(f: (...xs: Value[]) => Value, xs: readonly Value[], v: readonly Value[]): Value[] {
  return xs.map((_, i) => jvp((...ys) => grad(f)(...ys)[i]!, xs, v)[1]);
}

/** `hessian(f)(...xs)[i][j]` is ∂²f/∂x_i∂x_j. */
export function hessian(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[][] {
  return (...xs) => jacobian((...ys) => grad(f)(...ys))(...xs);
}

/** `jacobian(f)(...xs)[i][j]` is ∂f_i/∂x_j. */
export function jacobian(f: (...xs: Value[]) => Value[]): (...xs: Value[]) => Value[][] {
  return (...xs) => {
    const rows = f(...xs).length;
    return Array.from({ length: rows }, (_, i) => grad((...ys) => f(...ys)[i]!)(...xs));
  };
}

/** A row-major array; copies `data`. */
export function array(data: ArrayLike<number>, shape: readonly number[]): Value {
  return new Grid([...shape], Float64Array.from(data));
}

/** The shape and elements under a value. */
export function unpack(value: Value): { shape: readonly number[]; data: ArrayLike<number> } {
  const g = asGrid(plain(value));
  return { shape: g.shape, data: g.value };
}

/** The engine with one scalar operation replaced. */
export function withPrimitive(name: string, primitive: Primitive): Engine {
  return { ...engine, ops: { ...ops, [name]: scalarOp(name, primitive) } };
}

export const engine: Engine = { ops, primal, grad, jvp, hvp, hessian, jacobian, array, unpack };
