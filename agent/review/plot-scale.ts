/** From numbers to places along an axis, and the numbers that stand at it. */
export interface Scale {
  readonly log: boolean;
  place(value: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Of a logarithmic axis that has to hold a zero: where that is drawn. */
  readonly zero: number | null;
}

/** So many labels of decades fit; of more only each second, third … is named. */
const LABELS = 8;

/** Logarithmic where all are positive (zeros stand below) and span two decades; else from zero or the least. */
export function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const wide = positive.length > 1 && Math.max(...positive) >= 100 * Math.min(...positive);
  return wide && values.every((value) => value >= 0)
    ? logarithmic(values, positive, from, to)
    : linear(values, from, to);
}

function logarithmic(
  values: readonly number[],
  positive: readonly number[],
  from: number,
  to: number,
): Scale {
  const zeros = positive.length < values.length;
  const least = Math.log10(Math.min(...positive));
  // A curve that runs along the axis would be taken for it.
  const low = Math.floor(least - 0.15);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive)) - 1e-9));
  const bottom = zeros ? low - 1 : low;
  const at = (power: number): number => from + ((power - bottom) / (high - bottom)) * (to - from);
  const step = Math.ceil((high - low + 1) / LABELS);
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i).map((power) => ({
    at: at(power),
    label: power % step === 0 ? `10${superscript(power)}` : '',
  }));
  return {
    log: true,
    place: (value) => (value > 0 ? at(Math.log10(value)) : from),
    ticks: zeros ? [{ at: from, label: '0' }, ...ticks] : ticks,
    zero: zeros ? from : null,
  };
}

function linear(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  // Numbers so small that a fifth of them is none are drawn at zero.
  const span = most - least;
  const step = niceStep((span > 1e-290 ? span : 1) / 5);
  const [low, high] = [Math.floor(least / step) * step, Math.max(Math.ceil(most / step) * step, step)];
  const at = (value: number): number => from + ((value - low) / (high - low)) * (to - from);
  const count = Math.round((high - low) / step);
  return {
    log: false,
    place: at,
    ticks: Array.from({ length: count + 1 }, (_, i) => low + i * step).map((value) => ({
      at: at(value),
      label: String(Number(value.toPrecision(6))),
    })),
    zero: null,
  };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((n) => n * power >= least * (1 - 1e-9)) ?? 10);
}

const superscript = (power: number): string =>
  [...String(power)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!)).join('');
