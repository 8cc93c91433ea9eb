import type { Expectation } from './types.ts';

type Pair = readonly [x: number, y: number];
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
  const pairs = parsed(line);
  if (pairs === null) return { ok: false, why: 'the last line it printed is no series of pairs' };
  if (pairs.length < 3) return { ok: false, why: 'a series has at least three pairs' };
  if (pairs.some(([x], i) => i > 0 && x <= pairs[i - 1]![0])) {
    return { ok: false, why: 'the first numbers of the pairs do not rise' };
  }
  return pairs.some(([, y]) => y < 0)
    ? { ok: false, why: 'a series has no negative y' }
    : { ok: true, pairs };
}

function parsed(line: string): Pair[] | null {
  try {
    const value: unknown = JSON.parse(line);
    const isPair = (item: unknown): item is Pair =>
      Array.isArray(item) && item.length === 2 && item.every((n) => typeof n === 'number');
    return Array.isArray(value) && value.every(isPair) ? value : null;
  } catch {
    return null;
  }
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
