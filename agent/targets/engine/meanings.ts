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

const stable = (formula: string, definition: string | null, hint: string, domain = EVERYWHERE): Meaning => ({
  formula,
  domain,
  definition,
  hint,
});

/** The operations of rung 2: compositions whose obvious formula overflows or cancels somewhere. */
export const COMPOSITE_MEANINGS: Readonly<Record<string, Meaning>> = {
  sigmoid: stable('1/(1 + e⁻ˣ)', '1/(1 + exp(-x))', 'Nothing may become NaN where e⁻ˣ overflows.'),
  softplus: stable(
    'ln(1 + eˣ)',
    'max(x, 0) + log1p(exp(-abs(x)))',
    'eˣ overflows beyond 709, and 1 + eˣ is 1 below −37, where the value is eˣ all the same.',
  ),
  logsigmoid: stable(
    '−ln(1 + e⁻ˣ)',
    'min(x, 0) - log1p(exp(-abs(x)))',
    'Both tails matter: near x for x far below 0, near −e⁻ˣ far above; so does the derivative 1/(1 + eˣ).',
  ),
  logaddexp: stable(
    'ln(eᵃ + eᵇ)',
    'max(a, b) + log1p(exp(-abs(a - b)))',
    'Right at a = b = ±1000 too, where the exponentials overflow or vanish.',
  ),
  hypot: stable(
    '√(a² + b²)',
    'hypot(a, b)',
    'The squares overflow from 1e154 on; y does not. At (0, 0) no slope is asked for.',
  ),
  atan2: stable(
    'the angle of the point with height a and width b, in (−π, π]',
    'atan2(a, b)',
    'All four quadrants. At (0, 0) no slope is asked for.',
  ),
  xlogy: stable(
    'a·ln b, and 0 where a = 0',
    'where(a == 0, where(b == b, 0, b), a*log(b))',
    '0·ln 0 is 0 here, not NaN (but NaN for b = NaN).',
    'every a, b > 0; a = 0 with b = 0',
  ),
  logcosh: stable(
    'ln cosh x',
    'where(abs(x) < 1, log1p(2*square(sinh(x/2))), abs(x) + log1p(exp(-2*abs(x))) - ln2)',
    'cosh overflows beyond 710, and ln of it cancels near 0, where the value is x²/2.',
  ),
  huber: stable(
    'x²/2 where |x| ≤ 1, else |x| − 1/2',
    'where(abs(x) <= 1, 0.5*x*x, abs(x) - 0.5)',
    'The slope is continuous at ±1.',
  ),
  logit: stable(
    'ln(x/(1 − x))',
    'log(x) - log1p(-x)',
    'Right beside both ends: at 1e-30 as well as at 1 − 1e-16.',
    '0 < x < 1',
  ),
  log1mexp: stable(
    'ln(1 − e⁻ˣ)',
    'where(x < ln2, log(-expm1(-x)), log1p(-exp(-x)))',
    'For small x, 1 − e⁻ˣ cancels; for large x the value is −e⁻ˣ, not 0.',
    'x > 0',
  ),
  silu: stable(
    'x/(1 + e⁻ˣ)',
    'x/(1 + exp(-x))',
    'For large negative x the derivative is about x·eˣ, not NaN.',
  ),
  gelu: stable(
    '0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), the tanh form',
    'x/(1 + exp(-1.5957691216057308*(x + 0.044715*x*x*x)))',
    '1 + tanh cancels for negative x: at −9 the value is about −1.3e-28, not 0. 0.5·(1 + tanh u) is 1/(1 + e⁻²ᵘ).',
  ),
  mish: stable(
    'x·tanh(ln(1 + eˣ))',
    'x*tanh(max(x, 0) + log1p(exp(-abs(x))))',
    'The softplus inside must neither overflow nor vanish.',
  ),
  sinc: stable(
    'sin x / x, and 1 at 0',
    'where(x == 0, 1, sin(x)/x)',
    'The derivative (cos x − y)/x cancels near 0: below |x| = 1/4 it has to come from the series −x/3 + x³/30 − x⁵/840 + x⁷/45360 − …',
  ),
};
