import type { DD } from './dd.ts';
import * as exact from './dd.ts';

/**
 * Numbers that the references compute with: a double-double with a running error, and dual numbers over
 * them to any depth. One formula, written once with `call`, gives values, derivatives of every order, and
 * the error that a float64 evaluation of the same formula may make.
 *
 * Sources: running error analysis, N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 3.3;
 * tagged dual numbers against perturbation confusion, J. M. Siskind, B. A. Pearlmutter (2005).
 */
export type Tower = Real | Dual;

/**
 * A real number. `err`·ε bounds (to first order) how far a careful float64 evaluation may be from it: an
 * exact input has 0, each operation adds its result's size and passes its inputs' errors on. An infinite
 * or NaN `err` says that the number is undecided: the formula sits on a kink.
 */
export interface Real extends DD {
  readonly err: number;
}

/** A number and its derivatives along the directions of one differentiation, `undefined` where exactly 0. */
export interface Dual {
  /** Which differentiation: an inner one has a larger tag than those around it. */
  readonly tag: number;
  readonly primal: Tower;
  readonly tangents: readonly (Tower | undefined)[];
}

/** A partial derivative written with operations: it gets the inputs, then the output. */
export type Formula = (...inputsAndOutput: Tower[]) => Tower;

/** A scalar operation: its value in double-double, and its partials as formulas. */
export interface ScalarOp {
  readonly value: (...inputs: DD[]) => DD;
  readonly partials: readonly Formula[];
  /**
   * Other right ways to write each partial. They do not change the reference; where one of them loses more
   * to rounding than `partials`, the error it makes is allowed too.
   */
  readonly alternates?: readonly (readonly Formula[])[];
  /** The value as a formula of other operations, whose running error is then the value's. */
  readonly formula?: Formula;
  /** What a right float64 evaluation of the value may lose beside the value's own size. */
  readonly slack?: (inputs: readonly DD[], value: DD) => number;
}

export const zero: Real = { hi: 0, lo: 0, err: 0 };
export const one: Real = { hi: 1, lo: 0, err: 0 };

/**
 * The derivative of a variable by itself, with half a unit of error. Nothing is rounded there; but the error passes
 * along every path without cancelling, and so allows what reverse mode may lose where paths that cancel meet only
 * in the last sum (a forward reference sees them cancel early: x − x has slope exactly 0).
 */
export const direction: Real = { hi: 1, lo: 0, err: 0.5 };
export const undecided: Real = { hi: 0, lo: 0, err: Number.POSITIVE_INFINITY };

/** A float64, exactly. */
export function real(x: number): Real {
  return { hi: x, lo: 0, err: 0 };
}

/** A constant that float64 holds rounded: ln 2. */
export function constant(x: DD): Real {
  return { hi: x.hi, lo: x.lo, err: Math.abs(x.hi) / 2 };
}

export function isDual(x: Tower): x is Dual {
  return 'tag' in x;
}

/** The plain number at the bottom. */
export function bottom(x: Tower): Real {
  let v = x;
  while (isDual(v)) v = v.primal;
  return v;
}

const EPSILON = 2 ** -52;

/** −1 or 1; 0 where the sign cannot be told from float64's rounding errors (0 itself included). */
export function decidedSign(x: Tower): number {
  const v = bottom(x);
  return Math.abs(v.hi) > 16 * EPSILON * v.err ? Math.sign(v.hi) : 0;
}

export const addition: ScalarOp = { value: exact.add, partials: [() => one, () => one] };
export const subtraction: ScalarOp = { value: exact.sub, partials: [() => one, () => real(-1)] };
export const multiplication: ScalarOp = { value: exact.mul, partials: [(_, b) => b!, (a) => a!] };
export const division: ScalarOp = {
  value: exact.div,
  partials: [(_, b) => div(one, b!), (a, b, y) => quotientSlope(a!, b!, y!)],
};
export const squareRoot: ScalarOp = { value: exact.sqrt, partials: [(_, y) => div(real(0.5), y!)] };

export function add(a: Tower, b: Tower): Tower {
  if (isDual(a) || isDual(b)) return call(addition, a, b);
  const r = exact.add(a, b);
  return { hi: r.hi, lo: r.lo, err: a.err + b.err + Math.abs(r.hi) };
}

export function sub(a: Tower, b: Tower): Tower {
  if (isDual(a) || isDual(b)) return call(subtraction, a, b);
  const r = exact.sub(a, b);
  return { hi: r.hi, lo: r.lo, err: a.err + b.err + Math.abs(r.hi) };
}

export function mul(a: Tower, b: Tower): Tower {
  if (a === one) return b;
  if (b === one) return a;
  if (b === direction) return directed(a);
  if (isDual(a) || isDual(b)) return call(multiplication, a, b);
  const r = exact.mul(a, b);
  return { hi: r.hi, lo: r.lo, err: Math.abs(a.hi) * b.err + Math.abs(b.hi) * a.err + Math.abs(r.hi) };
}

/** x·direction: exact, but for the direction's own error. */
function directed(x: Tower): Tower {
  if (!isDual(x)) return { hi: x.hi, lo: x.lo, err: x.err + direction.err * Math.abs(x.hi) };
  return { tag: x.tag, primal: directed(x.primal), tangents: x.tangents.map((t) => t && directed(t)) };
}

export function div(a: Tower, b: Tower): Tower {
  if (isDual(a) || isDual(b)) return call(division, a, b);
  const r = exact.div(a, b);
  const size = Math.abs(r.hi);
  // Relative errors add; the partials themselves may leave float64's range where the quotient does not.
  const err = a.err === 0 ? size : size + a.err / Math.abs(b.hi);
  return { hi: r.hi, lo: r.lo, err: b.err === 0 ? err : err + size * (b.err / Math.abs(b.hi)) };
}

/** Far enough above the subnormal numbers to lose no digit there. */
const UP = 300;

/** ∂(a/b)/∂b = −(a/b)/b; where that is tiny, stretched until the end. */
function quotientSlope(a: Tower, b: Tower, y: Tower): Tower {
  const size = Math.abs(bottom(y).hi);
  if (size === 0 || size / Math.abs(bottom(b).hi) > 2 ** -400) return neg(div(y, b));
  const quotient = size < 2 ** -400 ? div(stretch(a, UP), b) : stretch(y, UP);
  return neg(stretch(div(quotient, b), -UP));
}

export function neg(a: Tower): Tower {
  if (isDual(a)) return { tag: a.tag, primal: neg(a.primal), tangents: a.tangents.map((t) => t && neg(t)) };
  return { hi: -a.hi, lo: -a.lo, err: a.err };
}

/** x·2ⁿ, which rounds nothing but subnormal numbers. */
export function stretch(x: Tower, n: number): Tower {
  if (isDual(x)) {
    return { tag: x.tag, primal: stretch(x.primal, n), tangents: x.tangents.map((t) => t && stretch(t, n)) };
  }
  const { hi, lo } = exact.scale(x, n);
  return { hi, lo, err: exact.scale(exact.dd(x.err), n).hi };
}

export function sqrt(a: Tower): Tower {
  return call(squareRoot, a);
}

/** Applies an operation: to plain numbers, or by the chain rule to the innermost differentiation among its inputs. */
export function call(op: ScalarOp, ...inputs: Tower[]): Tower {
  let tag = -1;
  for (const input of inputs) if (isDual(input) && input.tag > tag) tag = input.tag;
  if (tag < 0) return callReal(op, inputs as Real[]);
  const primals = inputs.map((input) => (isDual(input) && input.tag === tag ? input.primal : input));
  const y = call(op, ...primals);
  const tangents: (Tower | undefined)[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (!isDual(input) || input.tag !== tag) continue;
    const slope = partial(op, i, primals, y);
    for (let k = 0; k < input.tangents.length; k++) {
      const t = input.tangents[k];
      if (t === undefined) {
        if (tangents.length <= k) tangents.push(undefined);
        continue;
      }
      const step = mul(slope, t);
      const before = tangents[k];
      tangents[k] = before === undefined ? step : add(before, step);
    }
  }
  return { tag, primal: y, tangents };
}

function callReal(op: ScalarOp, inputs: readonly Real[]): Real {
  if (op.formula) return bottom(op.formula(...inputs));
  const value = op.value(...inputs);
  let err = Math.abs(value.hi) + (op.slack?.(inputs, value) ?? 0);
  // Most inputs are exact, and then no partial is asked.
  let all: Real[] | undefined;
  for (let i = 0; i < inputs.length; i++) {
    const from = inputs[i]!.err;
    if (from === 0) continue;
    all ??= [...inputs, value].map(({ hi, lo }) => ({ hi, lo, err: 0 }));
    err += Math.abs(bottom(op.partials[i]!(...all)).hi) * from;
  }
  return { hi: value.hi, lo: value.lo, err };
}

function partial(op: ScalarOp, i: number, inputs: readonly Tower[], y: Tower): Tower {
  let slope = op.partials[i]!(...inputs, y);
  for (const alternate of op.alternates?.[i] ?? []) slope = widen(slope, alternate(...inputs, y));
  return slope;
}

/**
 * A value that is decided where its derivatives by `x` are not: the slope of a function with a kink in its
 * slope.
 */
export function cornered(value: Real, x: Tower): Tower {
  if (!isDual(x)) return value;
  return {
    tag: x.tag,
    primal: cornered(value, x.primal),
    tangents: x.tangents.map((t) => (t === undefined ? undefined : undecided)),
  };
}

/** `x` with the larger of two running errors, at every level. */
export function widen(x: Tower, other: Tower): Tower {
  if (!isDual(x)) {
    const { err } = bottom(other);
    // One that leaves float64's range itself says nothing of how much is lost.
    return err > x.err && Number.isFinite(err) ? { hi: x.hi, lo: x.lo, err } : x;
  }
  if (!isDual(other) || other.tag !== x.tag) return { ...x, primal: widen(x.primal, other) };
  return {
    tag: x.tag,
    primal: widen(x.primal, other.primal),
    tangents: x.tangents.map((t, k) => {
      const u = other.tangents[k];
      return t === undefined || u === undefined ? t : widen(t, u);
    }),
  };
}
