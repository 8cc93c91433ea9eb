import { wants } from '../core/errors.ts';
import { avalText, NONE } from '../core/program.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as e from '../elementwise/ops.ts';
import * as linalg from '../primitives/linalg.ts';
import { mismatch } from '../structural/shared.ts';
import { alike, batched, complete, floating, reshaped } from './arguments.ts';
import { eye } from './make.ts';
import { stopGradient } from './values.ts';

/** Square matrices of floating-point numbers. */
function square(op: string, a: Value): Value {
  const matrix = floating(op, a);
  const aval = avalOf(matrix);
  const [m, n] = aval.shape.slice(-2);
  if (aval.shape.length < 2 || m !== n) wants(op, 'square matrices', avalText(aval));
  return matrix;
}

/**
 * The lower triangular L with L Lᵀ = A, for a symmetric positive definite A (the last two axes). Only the lower triangle of
 * A is read, and only there has it a derivative; NaN where A is not positive definite.
 * (Golub & Van Loan, "Matrix Computations", 2013, §4.2; derivative: Murray, "Differentiation of the Cholesky decomposition",
 * 2016.)
 *
 * @throws EngineError where a is not square
 */
export function cholesky(a: Value): Value {
  return bind(linalg.cholesky, [square('cholesky', a)], NONE);
}

export interface TriangularSettings {
  /** Which triangle is read: the lower where it is left out. */
  readonly lower?: boolean;
  /** Whether Aᵀ X = B is solved. */
  readonly transposed?: boolean;
  /** Whether the diagonal is taken for ones, unread. */
  readonly unit?: boolean;
}

/**
 * X with A X = B for a triangular A, by substitution. B is one vector or the columns of matrices; leading axes broadcast. A
 * zero on the diagonal gives infinities and NaN. (Golub & Van Loan, "Matrix Computations", 2013, §3.1.)
 *
 * @throws EngineError where a is not square, or b has another number of rows
 */
export function triangularSolve(a: Value, b: Value, settings: TriangularSettings = {}): Value {
  const op = 'triangularSolve';
  const { lower, transposed, unit } = complete(op, settings, { lower: true, transposed: false, unit: false });
  return solving(op, a, b, (x, y) => bind(linalg.triangularSolve, [x, y], { lower, transposed, unit }));
}

/**
 * X with A X = B, by LU factors with partial pivoting. B is one vector or the columns of matrices; leading axes broadcast.
 * Where A is singular, infinities and NaN. (Golub & Van Loan, "Matrix Computations", 2013, §3.4; derivative: Giles, "Collected
 * matrix derivative results", 2008, §2.3.1.)
 *
 * @throws EngineError where a is not square, or b has another number of rows
 */
export function solve(a: Value, b: Value): Value {
  return solving('solve', a, b, (x, y) => bind(linalg.solve, [x, y], { transposed: false }));
}

function solving(op: string, a: Value, b: Value, by: (a: Value, b: Value) => Value): Value {
  const [left, right] = alike(op, [square(op, a), floating(op, b)]) as [Value, Value];
  const { shape } = avalOf(right);
  const vector = shape.length === 1;
  const columns = vector ? reshaped(right, [...shape, 1]) : right;
  const rows = avalOf(columns).shape.at(-2);
  if (rows === undefined || rows !== avalOf(left).shape.at(-1)) throw mismatch(op, [avalOf(left), avalOf(b)]);
  const [x, y] = batched(op, [left, 2], [columns, 2]);
  const solved = by(x, y);
  return vector ? reshaped(solved, avalOf(solved).shape.slice(0, -1)) : solved;
}

/**
 * A⁻¹ of the last two axes. To apply it, `solve` is faster and more exact.
 *
 * @throws EngineError where a is not square
 */
export function inverse(a: Value): Value {
  const matrix = square('inverse', a);
  const { shape, dtype } = avalOf(matrix);
  return solve(matrix, eye(shape.at(-1)!, { dtype }));
}

/**
 * Determinants of the last two axes, by LU factors. Its derivative is the matrix of cofactors, det A · A⁻ᵀ (Jacobi), also where
 * A is singular; beyond 8 × 8 the second derivative needs an A that is regular.
 *
 * @throws EngineError where a is not square
 */
export function det(a: Value): Value {
  return bind(linalg.det, [square('det', a)], NONE);
}

/**
 * log |det A| of the last two axes, without overflow; −∞ where A is singular. Its derivative is A⁻ᵀ (Giles, "Collected matrix
 * derivative results", 2008, §2.2.4).
 *
 * @throws EngineError where a is not square
 */
export function logdet(a: Value): Value {
  return bind(linalg.logdet, [square('logdet', a)], NONE);
}

/**
 * The sign of det A (−1, 0 or 1, without derivative) and log |det A|, for the last two axes.
 *
 * @throws EngineError where a is not square
 */
export function slogdet(a: Value): { readonly sign: Value; readonly logdet: Value } {
  const matrix = square('slogdet', a);
  const log = logdet(matrix);
  const { shape } = avalOf(matrix);
  // Scaled so that |det| is about 1: then it neither overflows nor underflows.
  const size = stopGradient(e.div(log, Math.max(shape.at(-1)!, 1)));
  const scale = e.exp(e.neg(e.select(e.isfinite(size), size, 0)));
  const perMatrix = reshaped(scale, [...shape.slice(0, -2), 1, 1]);
  return { sign: e.sign(det(e.mul(stopGradient(matrix), perMatrix))), logdet: log };
}
