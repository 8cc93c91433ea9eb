import { type Environment, type Expression, evaluate } from '../../targets/engine/rule.ts';

/** Where a search looks: the variables at one point, and the bounds of the number wanted there. */
export interface Point {
  readonly at: Environment;
  /** The same number twice where it is known, NaN twice where it must be NaN; null where it is open. */
  readonly wanted: readonly [low: number, high: number] | null;
}

export interface Sample {
  readonly points: readonly Point[];
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** A bit for each point whose number is wanted. */
  readonly asked: number;
  /** A bit for each point at which NaN is wrong. */
  readonly numbers: number;
}

/** One bit of a 32-bit integer for each point; fewer points make a faster search, and all are looked at in the end. */
const MOST_POINTS = 22;
const MOST_EDGES = 8;

/** The edges, and as many of the plain points as there is room for, evenly taken. */
export function sample(plain: readonly Point[], edges: readonly Point[]): Sample {
  const some = spread(edges, MOST_EDGES);
  const points = [...spread(plain, MOST_POINTS - some.length), ...some];
  let asked = 0;
  let numbers = 0;
  for (const [p, { wanted }] of points.entries()) {
    if (wanted === null) continue;
    asked |= 1 << p;
    if (!Number.isNaN(wanted[0])) numbers |= 1 << p;
  }
  const bound = (side: 0 | 1) => Float64Array.from(points, ({ wanted }) => wanted?.[side] ?? Number.NaN);
  return { points, low: bound(0), high: bound(1), asked, numbers };
}

/** At most `count` items, evenly taken from the list, the first and the last among them. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

/**
 * Whether a number found is what is wanted, as far as float64 can tell: 11 digits, or a few units in the last
 * place of 1 where a textbook formula such as 1 − y² cancels. The judge is the one who measures closely.
 */
function agrees(found: number, low: number, high: number): boolean {
  if (found >= low && found <= high)
    return !Object.is(low, -0) || !Object.is(high, -0) || Object.is(found, -0);
  if (Number.isNaN(low)) return Number.isNaN(found);
  if (found < low) return low - found <= slack(low);
  return found - high <= slack(high);
}

function slack(wanted: number): number {
  return Number.isFinite(wanted) ? 1e-11 * Math.abs(wanted) + 2e-15 : 0;
}

/** The points, as bits, at which a column has what is wanted or the number is open. */
export function agreement(column: Float64Array, { low, high, asked }: Sample): number {
  let bits = ~asked;
  for (let p = 0; p < column.length; p++) if (agrees(column[p]!, low[p]!, high[p]!)) bits |= 1 << p;
  return bits;
}

/** Whether a column has the opposite of what is wanted at every point. */
export function isNegative(column: Float64Array, { low, high, asked }: Sample): boolean {
  for (let p = 0; p < column.length; p++) {
    if (!agrees(-column[p]!, low[p]!, high[p]!) && (asked >> p) & 1) return false;
  }
  return true;
}

/** Whether a column is NaN where only a number can still become right. */
export function isLost(column: Float64Array, { numbers }: Sample): boolean {
  for (let p = 0; p < column.length; p++) if (Number.isNaN(column[p]!) && (numbers >> p) & 1) return true;
  return false;
}

/** The largest relative error over the points at which a finite number is wanted. */
export function worstError(column: Float64Array, { low, high }: Sample): number {
  let worst = 0;
  for (let p = 0; p < column.length; p++) {
    const wanted = low[p]!;
    if (wanted !== high[p]! || !Number.isFinite(wanted) || column[p] === wanted) continue;
    worst = Math.max(worst, Math.abs(column[p]! - wanted) / Math.max(Math.abs(wanted), Number.MIN_VALUE));
  }
  return worst;
}

export function columnOf(e: Expression, { points }: Sample): Float64Array {
  return Float64Array.from(points, ({ at }) => evaluate(e, at));
}

/** Whether an expression has what is wanted at every one of the points. */
export function fits(e: Expression, points: readonly Point[]): boolean {
  return points.every(({ at, wanted }) => wanted === null || agrees(evaluate(e, at), wanted[0], wanted[1]));
}
