import { oneLine } from '../base/text.ts';
import { curvesOf, type Pair, pairsOf } from '../judge/series.ts';
import type { Expectation } from '../judge/types.ts';
import type { ClaimView } from './view.ts';

/** The data that a claim's code printed, ready to be drawn. */
export interface Plot {
  readonly title: string;
  /** What the axes are; empty where nobody said. */
  readonly x: string;
  readonly y: string;
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly name: string;
  readonly points: readonly Pair[];
  /** Where theory puts the turn, to a factor; null where nothing was said of it. */
  readonly turn: { readonly at: number; readonly factor: number } | null;
  /** The power that it is said to grow like. */
  readonly power: number | null;
}

/** More than this of each is not data but noise. */
const MOST_CURVES = 12;
const MOST_POINTS = 1000;
/** Beyond it sums and ratios of two numbers are none. */
const LARGEST = 1e300;

/** The plot of a claim whose last printed line is a series or an object of series; null where it is neither. */
export function plotOf({
  statement,
  expect,
  printed,
}: Pick<ClaimView, 'statement' | 'expect' | 'printed'>): Plot | null {
  const last = printed.at(-1) ?? '';
  const title = oneLine(statement, 160);
  const single = pairsOf(last);
  if (single.ok) {
    const curve = { name: '', points: drawable(single.pairs), ...saidOf(expect) };
    return curve.points.length < 2 ? null : { title, x: '', y: '', curves: [curve] };
  }
  const several = curvesOf(last);
  if (several === null) return null;
  const said = expect?.kind === 'curves' ? expect : { x: '', y: '', curves: [] };
  const curves = [...several].slice(0, MOST_CURVES).flatMap(([name, points]): Curve[] => {
    const finite = drawable(points);
    const own = said.curves.find((curve) => curve.name === name)?.expect ?? null;
    return finite.length < 2 ? [] : [{ name: oneLine(name, 60), points: finite, ...saidOf(own) }];
  });
  return curves.length === 0 ? null : { title, x: oneLine(said.x, 80), y: oneLine(said.y, 80), curves };
}

const drawable = (points: readonly Pair[]): readonly Pair[] =>
  points.filter((point) => point.every((value) => Math.abs(value) <= LARGEST)).slice(0, MOST_POINTS);

function saidOf(expect: Expectation | null): Pick<Curve, 'turn' | 'power'> {
  return {
    turn: expect?.kind === 'shape' ? expect.turn : null,
    power: expect?.kind === 'grows-like' ? expect.power : null,
  };
}
