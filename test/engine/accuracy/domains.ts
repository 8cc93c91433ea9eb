/** Where one input of a function is measured. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Kinks, zeros, poles and edges: inputs are also drawn close to these, on both sides. */
  readonly near: readonly number[];
  /** Whole numbers only, all of them. */
  readonly whole?: true;
}

/** The domain table of one entry of the elementwise table. */
export interface Domain {
  readonly inputs: readonly Range[];
  /** What the error is counted in: `ulp` of the result, or ε(|f| + |x f′|), which the rounding of x alone may cost. */
  readonly unit: 'ulp' | 'condition';
  readonly bar: number;
}

const HUGE = Number.MAX_VALUE;
const TINY = Number.MIN_VALUE;

const range = (low: number, high: number, ...near: number[]): Range => ({ low, high, near });
const LINE = range(-HUGE, HUGE, 0, 1, -1);
const POSITIVE = range(TINY, HUGE, 0, 1);

const elementary = (...inputs: Range[]): Domain => ({ inputs, unit: 'ulp', bar: 2 });
const special = (...inputs: Range[]): Domain => ({ inputs, unit: 'condition', bar: 4 });

const { PI } = Math;
const ANGLES = range(-HUGE, HUGE, 0, PI / 4, PI / 2, PI, 2 * PI, 100 * PI, 1e5 * PI, -PI / 2, -PI);

/**
 * Every entry of the elementwise table that rounds. The others (neg, abs, max, floor, comparisons …) are exact, and
 * add, sub, mul, div and sqrt are rounded correctly by IEEE 754.
 */
export const domains = {
  reciprocal: elementary(LINE),
  square: elementary(LINE),
  cube: elementary(LINE),
  sqrt: elementary(POSITIVE),
  rsqrt: elementary(POSITIVE),
  cbrt: elementary(LINE),
  exp: elementary(range(-746, 709.79, 0, -708.4, -745.13, 709.78, Math.LN2, -Math.LN2, 1)),
  exp2: elementary(range(-1075, 1024, 0, -1022, -1074, 1, -1)),
  expm1: elementary(range(-746, 709.79, 0, -Math.LN2, Math.LN2, 1, -1, 709.78)),
  log: elementary(POSITIVE),
  log2: elementary(range(TINY, HUGE, 0, 1, 2, 0.5, 8)),
  log10: elementary(range(TINY, HUGE, 0, 1, 10, 0.1, 1000)),
  log1p: elementary(range(-1 + 2 ** -53, HUGE, 0, -1, 1, -0.5)),
  sin: elementary(ANGLES),
  cos: elementary(ANGLES),
  tan: elementary(ANGLES),
  asin: elementary(range(-1, 1, 0, 0.5, -0.5, 1, -1)),
  acos: elementary(range(-1, 1, 0, 0.5, -0.5, 1, -1)),
  atan: elementary(LINE),
  sinh: elementary(range(-710.475, 710.475, 0, 1, -1, 22, 709.78, -709.78)),
  cosh: elementary(range(-710.475, 710.475, 0, 1, -1, 22, 709.78, -709.78)),
  tanh: elementary(range(-HUGE, HUGE, 0, 1, -1, 0.5, 22, -22)),
  asinh: elementary(range(-HUGE, HUGE, 0, 1, -1, 2, -2, 2 ** 28)),
  acosh: elementary(range(1, HUGE, 1, 2, 2 ** 28)),
  atanh: elementary(range(-1 + 2 ** -53, 1 - 2 ** -53, 0, 0.5, -0.5, 1, -1)),
  pow: elementary(range(TINY, HUGE, 0, 1, 2, 10), range(-1100, 1100, 0, 1, -1, 0.5, 2, 3)),
  sigmoid: special(range(-745, HUGE, 0, -36, 36, -708)),
  softplus: special(range(-745, HUGE, 0, -36, 36, -708)),
  logsigmoid: special(range(-HUGE, 745, 0, -36, 36, 708)),
  logaddexp: special(
    range(-HUGE, HUGE, 0, 1, -1, -Math.LN2, 700),
    range(-HUGE, HUGE, 0, 1, -1, -Math.LN2, 700),
  ),
  silu: special(range(-745, HUGE, 0, -1.278, -36, 36)),
  gelu: special(range(-24, HUGE, 0, -0.75, -5, 5, -21.44)),
  mish: special(range(-745, HUGE, 0, -1.19, -36, 36)),
  hypot: special(LINE, LINE),
  atan2: special(LINE, LINE),
  xlogy: special(LINE, POSITIVE),
  sinc: special(ANGLES),
  huber: special(LINE),
  logit: special(range(TINY, 1 - 2 ** -53, 0, 0.5, 1, 0.25, 0.75)),
  log1mexp: special(range(TINY, 745, 0, Math.LN2, 36)),
  logcosh: special(range(-HUGE, HUGE, 0, 1, -1, 20)),
  erf: special(range(-HUGE, HUGE, 0, 0.5, 1, -1, 2, 4, 6)),
  erfc: special(range(-HUGE, 27.3, 0, 0.5, 1, -1, 2, 4, 6, 26.5)),
  erfinv: special(range(-1 + 2 ** -53, 1 - 2 ** -53, 0, 0.5, -0.5, 1, -1)),
  lgamma: special(
    range(
      -1e6,
      2.5e305,
      0,
      1,
      2,
      3,
      8,
      -1,
      -2,
      -2.4570247382208,
      -2.61072086844414,
      -2.7476826467274,
      -3.1435808883499,
      -10,
    ),
  ),
  digamma: special(range(-1e6, HUGE, 0, 1, 2, 8, -1, -2, 1.4616321449683622, -0.5040830082644554, -10)),
  polygamma: special({ ...range(1, 12), whole: true }, range(-1e3, 1e12, 0, 1, 2, 10, 20, -1, -2, -0.5, -10)),
} as const satisfies Record<string, Domain>;

export type Measured = keyof typeof domains;
