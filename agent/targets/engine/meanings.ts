/** What an operation means, in words for a model and, where it can be said, in the rule grammar. */
export interface Meaning {
  /** After `y =`: TeX-free mathematics. */
  readonly formula: string;
  readonly domain: string;
  /** The value in the rule grammar (`x`; `a`, `b`; names of operations); null where only a name says it. */
  readonly definition: string | null;
  /** What to watch. */
  readonly hint?: string;
}

const EVERYWHERE = 'every number';

const named = (formula: string, domain = EVERYWHERE): Meaning => ({ formula, domain, definition: null });
const said = (formula: string, definition: string, domain = EVERYWHERE): Meaning => ({
  formula,
  domain,
  definition,
});

/** The operations of rung 1, in the order of the ladder: easy before hard, needed before needing. */
export const SCALAR_MEANINGS: Readonly<Record<string, Meaning>> = {
  neg: said('−x', '-x'),
  sub: said('a − b', 'a - b'),
  div: said('a/b', 'a/b', 'every a, every b except 0'),
  reciprocal: said('1/x', '1/x', 'every number except 0'),
  square: said('x²', 'x*x'),
  cube: said('x³', 'x*x*x'),
  sqrt: named('√x', 'x ≥ 0'),
  rsqrt: said('1/√x', '1/sqrt(x)', 'x > 0'),
  cbrt: named('the real cube root of x'),
  exp: named('eˣ'),
  exp2: said('2ˣ', 'pow(2, x)'),
  expm1: { ...named('eˣ − 1'), hint: 'The value must be accurate near 0, where eˣ − 1 cancels.' },
  log: named('the natural logarithm of x', 'x > 0'),
  log2: named('the logarithm of x to base 2', 'x > 0'),
  log10: named('the logarithm of x to base 10', 'x > 0'),
  log1p: { ...named('ln(1 + x)', 'x > −1'), hint: 'The value must be accurate near 0.' },
  sin: named('the sine of x (radians)'),
  cos: named('the cosine of x (radians)'),
  tan: named('the tangent of x (radians)'),
  asin: named('the angle in [−π/2, π/2] whose sine is x', '−1 ≤ x ≤ 1'),
  acos: named('the angle in [0, π] whose cosine is x', '−1 ≤ x ≤ 1'),
  atan: named('the angle in (−π/2, π/2) whose tangent is x'),
  sinh: named('(eˣ − e⁻ˣ)/2'),
  cosh: named('(eˣ + e⁻ˣ)/2'),
  tanh: named('sinh x / cosh x'),
  asinh: named('the number whose sinh is x'),
  acosh: named('the number ≥ 0 whose cosh is x', 'x ≥ 1'),
  atanh: named('the number whose tanh is x', '−1 < x < 1'),
  abs: { ...named('|x|'), hint: 'At 0 any slope from −1 to 1 is right.' },
  relu: { ...said('the larger of x and 0', 'max(x, 0)'), hint: 'At 0 any slope from 0 to 1 is right.' },
  max: {
    ...named('the larger of a and b'),
    hint: 'Where a = b, any split of 1 between the two partials is right: max(x, x) has slope 1.',
  },
  min: {
    ...named('the smaller of a and b'),
    hint: 'Where a = b, any split of 1 between the two partials is right: min(x, x) has slope 1.',
  },
  pow: {
    ...named('a to the power b', 'a > 0; also a = 0, and a < 0 with an integer b'),
    hint: 'At a = 0 only ∂y/∂a is asked for, where it exists; for a < 0 (b an integer) likewise.',
  },
};
