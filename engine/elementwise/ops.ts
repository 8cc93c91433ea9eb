import { type DType, isFloat, promote } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import { type Aval, NONE } from '../core/program.ts';
import { broadcastShapes, type Shape, textOf } from '../core/shape.ts';
import { avalOf, bind, NUMBER, type Value } from '../core/trace.ts';
import { select as choose, convert as convertTo } from '../structural/choices.ts';
import { stretch } from '../structural/looks.ts';
import type { ElementwisePrimitive } from './row.ts';
import { table } from './rules.ts';
import type { ElementwiseName } from './table.ts';

export type Unary = (x: Value) => Value;
export type Binary = (a: Value, b: Value) => Value;

/** On plain numbers a plain number (or boolean), computed at once; else an application of the primitive. */
function unary(name: ElementwiseName): Unary {
  let primitive: ElementwisePrimitive | undefined;
  return (x) => {
    primitive ??= table[name];
    if (typeof x === 'number') return plain(primitive, primitive.value(x));
    return bind(primitive, [asKind(primitive, x, avalOf(x, name).dtype)], NONE);
  };
}

function binary(name: ElementwiseName): Binary {
  let primitive: ElementwisePrimitive | undefined;
  return (a, b) => {
    primitive ??= table[name];
    if (typeof a === 'number' && typeof b === 'number') return plain(primitive, primitive.value(a, b));
    const left = avalOf(a, name);
    const right = avalOf(b, name);
    // Single numbers, the commonest case, are as they must be.
    if (left === NUMBER && right === NUMBER && primitive.kind !== 'logic')
      return bind(primitive, [a, b], NONE);
    const dtype = jointType(a, left, b, right);
    const inputs = [asKind(primitive, a, dtype), asKind(primitive, b, dtype)];
    return bind(primitive, broadcasted(name, inputs), NONE);
  };
}

/** A primitive on inputs that are already of one type and shape: see `bind`. On plain numbers a plain number. */
export function apply(primitive: ElementwisePrimitive, inputs: readonly Value[]): Value {
  const [a, b] = inputs;
  if (typeof a === 'number') {
    if (inputs.length === 1) return plain(primitive, primitive.value(a));
    if (typeof b === 'number') return plain(primitive, primitive.value(a, b));
  }
  return bind(primitive, inputs, NONE);
}

function plain({ kind }: ElementwisePrimitive, value: number): Value {
  return kind === 'compare' || kind === 'logic' ? value !== 0 : value;
}

/** A plain number takes the type of the array beside it, unless that holds integers and the number is none. */
function jointType(a: Value, left: Aval, b: Value, right: Aval): DType {
  if (typeof a === 'number') return weakly(a, right.dtype);
  if (typeof b === 'number') return weakly(b, left.dtype);
  return promote(left.dtype, right.dtype);
}

function weakly(x: number, dtype: DType): DType {
  if (isFloat(dtype)) return dtype;
  return dtype === 'int32' && Number.isInteger(x) && Math.abs(x) < 2 ** 31 ? 'int32' : 'float64';
}

function asKind({ kind }: ElementwisePrimitive, x: Value, dtype: DType): Value {
  if (kind === 'logic') return convert(x, 'bool');
  if (kind === 'compare') return convert(x, dtype);
  if (kind === 'number') return convert(x, dtype === 'bool' ? 'int32' : dtype);
  return convert(x, isFloat(dtype) ? dtype : 'float64');
}

/**
 * The same values as another type. To int32 truncates toward zero; to bool anything but 0 is true. Between float64 and float32
 * derivatives go through, rounded; from and to integers and booleans there are none.
 *
 * @throws EngineError for what is no value
 */
export function convert(x: Value, dtype: DType): Value {
  const { dtype: from } = avalOf(x, 'convert');
  if (from === dtype) return x;
  return bind(convertTo, [x], { dtype });
}

/** Values broadcast to one shape, but for 0-d ones, which elementwise primitives take as they are. */
export function broadcasted(op: string, values: readonly Value[]): readonly Value[] {
  let shape: Shape = [];
  let uneven = false;
  for (const value of values) {
    const own = avalOf(value, op).shape;
    if (own.length === 0) continue;
    if (shape.length > 0 && own !== shape) uneven = true;
    const joint = broadcastShapes(shape, own);
    if (joint === null) {
      const all = values.map((v) => textOf(avalOf(v).shape)).join(' and ');
      throw new EngineError(op, `shapes ${all} do not broadcast`);
    }
    shape = joint;
  }
  if (!uneven) return values;
  return values.map((value) => (avalOf(value).shape.length === 0 ? value : stretch(value, shape)));
}

/**
 * Where `mask` is true `a`, else `b`, which broadcast. A NaN on the side that is not taken reaches neither the value nor the
 * tangent. On the way back that side gets a cotangent of 0, which a partial that is infinite there makes NaN: keep what it
 * is computed from inside the domain, as in `where(x > 0, sqrt(where(x > 0, x, 1)), 0)`.
 *
 * @throws EngineError where the shapes do not broadcast
 */
export function select(mask: Value, a: Value, b: Value): Value {
  if (typeof mask === 'boolean' || typeof mask === 'number') {
    if (typeof a === 'number' && typeof b === 'number') return Number(mask) !== 0 ? a : b;
  }
  const left = avalOf(a, 'where');
  const right = avalOf(b, 'where');
  const dtype = jointType(a, left, b, right);
  return bind(
    choose,
    broadcasted('where', [convert(mask, 'bool'), convert(a, dtype), convert(b, dtype)]),
    NONE,
  );
}

/** a + b. */
export const add: Binary = binary('add');
/** a · b. */
export const mul: Binary = binary('mul');
/** −x. */
export const neg: Unary = unary('neg');
/** a − b. */
export const sub: Binary = binary('sub');
/** a / b; ±∞ or NaN at b = 0. */
export const div: Binary = binary('div');
/** 1/x; ±∞ at ±0. */
export const reciprocal: Unary = unary('reciprocal');
/** x². */
export const square: Unary = unary('square');
/** x³. */
export const cube: Unary = unary('cube');
/** √x, for x ≥ 0; NaN below. Its derivative at 0 is ∞. */
export const sqrt: Unary = unary('sqrt');
/** 1/√x, for x > 0; ∞ at 0, NaN below. */
export const rsqrt: Unary = unary('rsqrt');
/** ∛x, of negative numbers too. Its derivative at 0 is ∞. */
export const cbrt: Unary = unary('cbrt');
/** eˣ; ∞ above 709.78. */
export const exp: Unary = unary('exp');
/** 2ˣ; ∞ from 1024 on. */
export const exp2: Unary = unary('exp2');
/** eˣ − 1, exact near 0. */
export const expm1: Unary = unary('expm1');
/** Natural logarithm, for x > 0; −∞ at 0, NaN below. */
export const log: Unary = unary('log');
/** Logarithm to base 2, for x > 0; −∞ at 0, NaN below. */
export const log2: Unary = unary('log2');
/** Logarithm to base 10, for x > 0; −∞ at 0, NaN below. */
export const log10: Unary = unary('log10');
/** log(1 + x), exact near 0, for x > −1; −∞ at −1, NaN below. */
export const log1p: Unary = unary('log1p');
/** Sine of x radians. */
export const sin: Unary = unary('sin');
/** Cosine of x radians. */
export const cos: Unary = unary('cos');
/** Tangent of x radians. No float64 is a pole. */
export const tan: Unary = unary('tan');
/** Arc sine in radians, for |x| ≤ 1, else NaN. Its derivative at ±1 is ∞. */
export const asin: Unary = unary('asin');
/** Arc cosine in radians, for |x| ≤ 1, else NaN. Its derivative at ±1 is −∞. */
export const acos: Unary = unary('acos');
/** Arc tangent in radians. */
export const atan: Unary = unary('atan');
/** Hyperbolic sine; ±∞ beyond ±710.47. */
export const sinh: Unary = unary('sinh');
/** Hyperbolic cosine; ∞ beyond ±710.47. */
export const cosh: Unary = unary('cosh');
/** Hyperbolic tangent. */
export const tanh: Unary = unary('tanh');
/** Inverse hyperbolic sine. */
export const asinh: Unary = unary('asinh');
/** Inverse hyperbolic cosine, for x ≥ 1; NaN below. Its derivative at 1 is ∞. */
export const acosh: Unary = unary('acosh');
/** Inverse hyperbolic tangent, for |x| < 1; ±∞ at ±1, NaN beyond. */
export const atanh: Unary = unary('atanh');
/** |x|; its derivative at 0 is 0. */
export const abs: Unary = unary('abs');
/** max(x, 0); its derivative at 0 is 0. */
export const relu: Unary = unary('relu');
/** The larger of two, NaN if one is; at a tie the derivative is b's. */
export const max: Binary = binary('max');
/** The smaller of two, NaN if one is; at a tie the derivative is b's. */
export const min: Binary = binary('min');
/** aᵇ, for a ≥ 0, or any a with a whole b; else NaN. At a = 0 < b the derivative by b is 0. */
export const pow: Binary = binary('pow');
/** 1/(1 + e⁻ˣ), without overflow. */
export const sigmoid: Unary = unary('sigmoid');
/** log(1 + eˣ), without overflow. */
export const softplus: Unary = unary('softplus');
/** log σ(x) = −log(1 + e⁻ˣ), without overflow. */
export const logsigmoid: Unary = unary('logsigmoid');
/** log(eᵃ + eᵇ), without overflow. */
export const logaddexp: Binary = binary('logaddexp');
/** x·σ(x) (Elfwing, Uchibe & Doya, 2018). */
export const silu: Unary = unary('silu');
/** The tanh form of the Gaussian error linear unit (Hendrycks & Gimpel, 2016). */
export const gelu: Unary = unary('gelu');
/** x·tanh(softplus x) (Misra, 2019). */
export const mish: Unary = unary('mish');
/** √(a² + b²), without overflow. */
export const hypot: Binary = binary('hypot');
/** The angle of the point (b, a), in radians, from −π to π. */
export const atan2: Binary = binary('atan2');
/** a·log b, 0 at a = 0 ≤ b. */
export const xlogy: Binary = binary('xlogy');
/** sin(x)/x, 1 at 0. */
export const sinc: Unary = unary('sinc');
/** x²/2 for |x| ≤ 1, else |x| − 1/2 (Huber, 1964). */
export const huber: Unary = unary('huber');
/** log(x/(1 − x)), for 0 < x < 1; −∞ at 0, ∞ at 1, NaN beyond. */
export const logit: Unary = unary('logit');
/** log(1 − e⁻ˣ), for x > 0; −∞ at 0, NaN below (Mächler, 2012). */
export const log1mexp: Unary = unary('log1mexp');
/** log cosh x, without overflow. */
export const logcosh: Unary = unary('logcosh');
/** The error function 2/√π ∫₀ˣ e^(−t²) dt (DLMF 7.2.1). */
export const erf: Unary = unary('erf');
/** 1 − erf x, accurate to its last digits far to the right, where it is small (DLMF 7.2.2). */
export const erfc: Unary = unary('erfc');
/** The inverse of erf (DLMF 7.17.1), for |x| ≤ 1; ±∞ at ±1, NaN beyond. */
export const erfinv: Unary = unary('erfinv');
/** log |Γ(x)| (DLMF 5.11.1); +∞ at 0, −1, −2, …. */
export const lgamma: Unary = unary('lgamma');
/** ψ(x) = Γ′(x)/Γ(x) (DLMF 5.2.2); NaN at −1, −2, …, and ∓∞ at ±0. */
export const digamma: Unary = unary('digamma');
/** ψ⁽ⁿ⁾(x), the n-th derivative of digamma, the order n = 0, 1, 2, … first (DLMF 5.15); its derivative by n is 0. */
export const polygamma: Binary = binary('polygamma');
/** a − b·trunc(a/b): the remainder with the sign of a; NaN at b = 0. */
export const rem: Binary = binary('rem');
/** −1, 0 or 1; derivative 0. */
export const sign: Unary = unary('sign');
/** The largest integer ≤ x; derivative 0. */
export const floor: Unary = unary('floor');
/** The smallest integer ≥ x; derivative 0. */
export const ceil: Unary = unary('ceil');
/** x without its fraction; derivative 0. */
export const trunc: Unary = unary('trunc');
/** The nearest integer, ties to even; derivative 0. */
export const round: Unary = unary('round');
/** a = b, as booleans; NaN equals nothing. */
export const equal: Binary = binary('equal');
/** a ≠ b, as booleans; NaN differs from everything. */
export const notEqual: Binary = binary('notEqual');
/** a < b, as booleans; false where one is NaN. */
export const less: Binary = binary('less');
/** a ≤ b, as booleans; false where one is NaN. */
export const lessEqual: Binary = binary('lessEqual');
/** a > b, as booleans; false where one is NaN. */
export const greater: Binary = binary('greater');
/** a ≥ b, as booleans; false where one is NaN. */
export const greaterEqual: Binary = binary('greaterEqual');
/** Whether x is neither infinite nor NaN. */
export const isfinite: Unary = unary('isfinite');
/** Whether x is NaN. */
export const isnan: Unary = unary('isnan');
/** Whether both are true, or not 0. */
export const and: Binary = binary('and');
/** Whether either is true, or not 0. */
export const or: Binary = binary('or');
/** Whether x is false, or 0. */
export const not: Unary = unary('not');
/**
 * x held between two bounds; outside them its derivative is 0, and the bound's is 1.
 *
 * @throws EngineError where the shapes do not broadcast
 */
export function clamp(x: Value, low: Value, high: Value): Value {
  const inside = and(greaterEqual(x, low), lessEqual(x, high));
  return select(inside, x, max(low, min(x, high)));
}
