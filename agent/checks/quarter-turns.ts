import type { DD } from './dd.ts';

/**
 * The reduction of large arguments by multiples of π/2, in integers: x·2^BITS is one for every float64 that is not tiny, and
 * π has as many bits as the largest float64 has digits before the point and a double-double, next to a multiple of π/2,
 * behind it (M. H. Payne, R. N. Hanek 1983).
 */
const BITS = 1400n;

/** Bits of the rest that are kept: a float64 is never closer to a multiple of π/2 than about 2⁻⁶². */
const KEPT = 300n;

/** atan(1/n)·2^BITS, rounded down. */
function inverseTangent(n: bigint): bigint {
  let term = (1n << BITS) / n;
  let sum = term;
  for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
    term /= n * n;
    sum += (sign * term) / k;
  }
  return sum;
}

let known: bigint | undefined;

/** π/2·2^BITS, by Machin: π/4 = 4 atan(1/5) − atan(1/239). */
function halfPi(): bigint {
  known ??= 2n * (4n * inverseTangent(5n) - inverseTangent(239n));
  return known;
}

/** x·2^BITS for a finite float64, exact for |x| ≥ 2⁻¹⁰⁰⁰. */
function fixed(x: number): bigint {
  let [m, power] = [x, Number(BITS)];
  // Both steps are exact: the number becomes an integer below 2⁵³.
  while (!Number.isInteger(m)) [m, power] = [m * 2, power - 1];
  return power < 0 ? BigInt(m) >> BigInt(-power) : BigInt(m) << BigInt(power);
}

/** r and k mod 4 with x = k·π/2 + r, |r| ≤ π/4, for a finite x of any size. */
export function quarterTurns(x: DD): { quadrant: number; r: DD } {
  const whole = fixed(x.hi) + fixed(x.lo);
  const turn = halfPi();
  const k = roundedQuotient(whole, turn);
  const rest = (whole - k * turn) >> (BITS - KEPT);
  const hi = Number(rest);
  const unit = 2 ** -Number(KEPT);
  return {
    quadrant: Number(((k % 4n) + 4n) % 4n),
    r: { hi: hi * unit, lo: Number(rest - BigInt(hi)) * unit },
  };
}

function roundedQuotient(a: bigint, b: bigint): bigint {
  const twice = 2n * a + b;
  const quotient = twice / (2n * b);
  return twice < 0n && quotient * 2n * b !== twice ? quotient - 1n : quotient;
}
