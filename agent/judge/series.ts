import type { CurveExpectation, Expectation } from './types.ts';

export type Pair = readonly [x: number, y: number];
type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>;

/** Whether it is met, and if not, what it is not. */
interface Met {
  readonly met: boolean;
  readonly not: string;
}

/** The pairs of a printed series: `[[1, 2], [3, 4]]`, at least three, x rising, all finite, y not negative. */
export function pairsOf(
  line: string,
): { readonly ok: true; readonly pairs: readonly Pair[] } | { readonly ok: false; readonly why: string } {
  const pairs = seriesIn(json(line));
  return checked(pairs);
}

/** The series of a printed object by name: `{"a": [[1, 2], …], "b": …}`; null where the line is none. */
export function curvesOf(line: string): ReadonlyMap<string, readonly Pair[]> | null {
  const value = json(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const curves = new Map<string, readonly Pair[]>();
  for (const [name, item] of Object.entries(value)) {
    const series = seriesIn(item);
    if (series === null) return null;
    curves.set(name, series);
  }
  return curves.size === 0 ? null : curves;
}

function checked(pairs: readonly Pair[] | null): ReturnType<typeof pairsOf> {
  if (pairs === null) return { ok: false, why: 'the last line it printed is no series of pairs' };
  if (pairs.length < 3) return { ok: false, why: 'a series has at least three pairs' };
  if (pairs.some(([x], i) => i > 0 && x <= pairs[i - 1]![0])) {
    return { ok: false, why: 'the first numbers of the pairs do not rise' };
  }
  return pairs.some(([, y]) => y < 0)
    ? { ok: false, why: 'a series has no negative y' }
    : { ok: true, pairs };
}

/** A list of pairs of numbers; null where a value is none. */
function seriesIn(value: unknown): Pair[] | null {
  const isPair = (item: unknown): item is Pair =>
    Array.isArray(item) && item.length === 2 && item.every((n) => typeof n === 'number');
  return Array.isArray(value) && value.every(isPair) ? value : null;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Whether all that is said of the curves holds; else which one does not, or why that cannot be told. */
export function curvesMet(
  { curves }: Of<'curves'>,
  line: string,
): { readonly ok: false; readonly why: string } | ({ readonly ok: true } & Met) {
  const printed = curvesOf(line);
  if (printed === null) return { ok: false, why: 'the last line it printed is no object of series' };
  for (const { name, expect } of curves) {
    const series = checked(printed.get(name) ?? null);
    if (!series.ok) return { ok: false, why: `${name}: ${series.why}` };
    const { met, not } = curveMet(expect, series.pairs);
    if (!met) return { ok: true, met, not: `${name}, ${not}` };
  }
  return { ok: true, met: true, not: '' };
}

function curveMet(expect: CurveExpectation, pairs: readonly Pair[]): Met {
  switch (expect.kind) {
    case 'shape':
      return shapeMet(expect, pairs);
    case 'grows-like':
      return growsLikeMet(expect, pairs);
    case 'less-than':
      return boundMet(pairs, (y) => y < expect.value, `less than ${expect.value}`);
    case 'greater-than':
      return boundMet(pairs, (y) => y > expect.value, `greater than ${expect.value}`);
  }
}

/** Whether every y is within a bound; NaN is within none. */
function boundMet(pairs: readonly Pair[], within: (y: number) => boolean, bound: string): Met {
  const beyond = pairs.find(([, y]) => !within(y));
  if (beyond === undefined) return { met: true, not: '' };
  return { met: false, not: `which at ${beyond[0]} is ${beyond[1]}, not ${bound}` };
}

/** The slope of log y over log x by least squares. A zero has no logarithm, and is no power. */
export function growsLikeMet({ power, within }: Of<'grows-like'>, pairs: readonly Pair[]): Met {
  const not = `which does not grow like the power ${power} within ${within}`;
  if (pairs.some(([x, y]) => x <= 0 || y <= 0)) return { met: false, not };
  const points = pairs.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (i: 0 | 1) => points.reduce((sum, point) => sum + point[i], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
    points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return { met: Math.abs(slope - power) <= within, not: `${not}: its power is ${slope}` };
}

export function divergesMet({ factor }: Of<'diverges'>, numbers: readonly number[]): boolean {
  const sizes = numbers.map(Math.abs);
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  if (!Number.isFinite(last)) return true;
  return sizes.every((size, i) => i === 0 || size >= sizes[i - 1]!) && last > 0 && last >= factor * first;
}

export function shapeMet({ shape, by, turn }: Of<'shape'>, pairs: readonly Pair[]): Met {
  const ys = pairs.map(([, y]) => y);
  const [first, last] = [ys[0]!, ys.at(-1)!];
  const not = `which is no ${shape === 'valley' || shape === 'peak' ? shape : `${shape} series`} by a factor ${by}`;
  if (shape === 'rising' || shape === 'falling') {
    const way = shape === 'rising' ? ys : ys.toReversed();
    const steady = way.every((y, i) => i === 0 || y >= way[i - 1]!);
    return { met: steady && way.at(-1)! > way[0]! && way.at(-1)! >= by * way[0]!, not };
  }
  const extreme = shape === 'valley' ? Math.min(...ys) : Math.max(...ys);
  const place = ys.indexOf(extreme);
  const deep = (end: number) => (shape === 'valley' ? end >= by * extreme : extreme >= by * end);
  const inside = extreme !== first && extreme !== last;
  if (!inside || !deep(first) || !deep(last)) return { met: false, not };
  const [x] = pairs[place]!;
  if (turn === null || (x <= turn.at * turn.factor && x >= turn.at / turn.factor)) return { met: true, not };
  return { met: false, not: `whose turn is at ${x}, not at ${turn.at} within a factor ${turn.factor}` };
}
