import { domains, type Measured, type Range } from '../test/engine/accuracy/domains.ts';
import { worst } from '../test/engine/accuracy/measure.ts';
import { points } from '../test/engine/accuracy/points.ts';
import { computed, recorded } from '../test/engine/accuracy/references.ts';
import { type Row, row } from './measure.ts';

export const name = 'accuracy';

/** Inputs for each function that the judge's double-double reference knows, beside the recorded ones. */
const POINTS = 20_000;

/**
 * The largest error of each elementwise function of the engine over its domain table: in ulp of the result, or in
 * ε(|f| + |x f′|) for special functions and composites. Against recorded values with 120 digits and, where there is one,
 * a double-double reference at many inputs more.
 */
export async function run(): Promise<readonly Row[]> {
  return (Object.keys(domains) as Measured[]).map((f) => {
    const { inputs, unit, bar } = domains[f];
    const more = points(f, POINTS, 3).flatMap((at) => computed(f, at) ?? []);
    const { error } = worst(f, [...recorded.get(f)!, ...more]);
    const unitText = unit === 'ulp' ? 'ulp' : 'ε(|f| + |x f′|)';
    return row(name, `${f} on ${inputs.map(rangeText).join(' × ')}`, error, unitText, { most: bar });
  });
}

function rangeText({ low, high, whole }: Range): string {
  return whole ? `{${low} … ${high}}` : `[${endText(low)}, ${endText(high)}]`;
}

function endText(x: number): string {
  if (Math.abs(x) === Number.MAX_VALUE) return x < 0 ? '−max' : 'max';
  if (x === Number.MIN_VALUE) return 'min';
  if (Math.abs(x) === 1 - 2 ** -53) return x < 0 ? '−1+' : '1−';
  return String(x).replace('-', '−');
}
