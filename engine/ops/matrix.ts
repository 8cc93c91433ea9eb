import { wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { type Aval, avalText, NONE } from '../core/program.ts';
import { stridesOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { convert, select } from '../elementwise/ops.ts';
import { gather, scatterAdd } from '../primitives/indexing.ts';
import { reduceSum } from '../structural/looks.ts';
import { complete, listOf, numeric, reshaped } from './arguments.ts';
import { stridedPositions } from './positions.ts';

export interface DiagonalSettings {
  /** Which diagonal: 0 (left out) the main one, above 0 to the right of it. */
  readonly k?: number;
}

function offset(op: string, settings: DiagonalSettings): number {
  return listOf(op, complete(op, settings, { k: 0 }).k, 'k')[0]!;
}

function matrices(op: string, x: Value): Aval {
  const aval = avalOf(x, op);
  if (aval.shape.length < 2) wants(op, 'matrices', avalText(aval));
  return aval;
}

/** A diagonal of the last two axes, as the last axis of the result. @throws EngineError where x has fewer than two axes */
export function diagonal(x: Value, settings: DiagonalSettings = {}): Value {
  return diagonalOf('diagonal', x, offset('diagonal', settings));
}

function diagonalOf(op: string, x: Value, k: number): Value {
  const { shape } = matrices(op, x);
  const [m, n] = shape.slice(-2) as [number, number];
  const length = Math.max(0, Math.min(m + Math.min(k, 0), n - Math.max(k, 0)));
  const strides = [...stridesOf(shape).slice(0, -2), n + 1];
  const positions = stridedPositions([...shape.slice(0, -2), length], strides, k >= 0 ? k : -k * n);
  return bind(gather, [x, positions], NONE);
}

/**
 * The square matrix that has a vector on a diagonal and zeros elsewhere; or, of a matrix, that diagonal.
 *
 * @throws EngineError where x has no axis, or more than two
 */
export function diag(x: Value, settings: DiagonalSettings = {}): Value {
  const k = offset('diag', settings);
  const aval = avalOf(x, 'diag');
  const [length] = aval.shape;
  if (aval.shape.length === 2) return diagonalOf('diag', x, k);
  if (aval.shape.length !== 1) wants('diag', 'a vector or a matrix', avalText(aval));
  const n = length! + Math.abs(k);
  const positions = stridedPositions([length!], [n + 1], k >= 0 ? k : -k * n);
  const dense = bind(scatterAdd, [numeric('diag', x), positions], { size: n * n });
  return convert(reshaped(dense, [n, n]), aval.dtype);
}

/** The sum of the main diagonal of the last two axes. @throws EngineError where x has fewer than two axes */
export function traceOf(x: Value): Value {
  const line = numeric('traceOf', diagonalOf('traceOf', x, 0));
  return bind(reduceSum, [line], { axes: [avalOf(line).shape.length - 1] });
}

/** The last two axes with zeros below the diagonal `k`. @throws EngineError where x has fewer than two axes */
export function triu(x: Value, settings: DiagonalSettings = {}): Value {
  const k = offset('triu', settings);
  return kept('triu', x, (row, column) => column - row >= k);
}

/** The last two axes with zeros above the diagonal `k`. @throws EngineError where x has fewer than two axes */
export function tril(x: Value, settings: DiagonalSettings = {}): Value {
  const k = offset('tril', settings);
  return kept('tril', x, (row, column) => column - row <= k);
}

function kept(op: string, x: Value, keeps: (row: number, column: number) => boolean): Value {
  const { shape, dtype } = matrices(op, x);
  const [m, n] = shape.slice(-2) as [number, number];
  const mask = Uint8Array.from({ length: m * n }, (_, i) => Number(keeps(Math.floor(i / n), i % n)));
  return select(new NDArray(mask, [m, n], 'bool'), x, dtype === 'bool' ? false : 0);
}
