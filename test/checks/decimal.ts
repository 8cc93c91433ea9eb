/** Exact comparison of double-doubles with long decimals, in integers. */

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const view = new DataView(new ArrayBuffer(8));

/** A finite float64 as a fraction, exactly. */
function ofFloat(x: number): Fraction {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const power = Math.max(biased, 1) - 1075;
  const signed = bits >> 63n ? -mantissa : mantissa;
  return power < 0
    ? { over: signed, under: 1n << BigInt(-power) }
    : { over: signed << BigInt(power), under: 1n };
}

/** `-1.25e-3` as a fraction. */
function ofDecimal(text: string): Fraction {
  const [digits = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', part = ''] = digits.split('.');
  const shift = Number(power) - part.length;
  const over = BigInt(whole + part);
  return shift < 0
    ? { over, under: 10n ** BigInt(-shift) }
    : { over: over * 10n ** BigInt(shift), under: 1n };
}

function minus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under - b.over * a.under, under: a.under * b.under };
}

function plus(a: Fraction, b: Fraction): Fraction {
  return minus(a, { over: -b.over, under: b.under });
}

/** |a/b| to about 15 digits, however small. */
function ratio(a: Fraction, b: Fraction): number {
  const over = a.over * b.under;
  const under = a.under * b.over;
  if (over === 0n) return 0;
  const abs = (x: bigint) => (x < 0n ? -x : x);
  return Number((abs(over) << 1000n) / abs(under)) * 2 ** -1000;
}

/** |hi + lo − decimal| ÷ |decimal|. */
export function relativeError(value: { readonly hi: number; readonly lo: number }, decimal: string): number {
  const reference = ofDecimal(decimal);
  return ratio(minus(plus(ofFloat(value.hi), ofFloat(value.lo)), reference), reference);
}

/** |hi + lo − decimal| ÷ |scale|. */
export function errorIn(
  value: { readonly hi: number; readonly lo: number },
  decimal: string,
  scale: number,
): number {
  return ratio(minus(plus(ofFloat(value.hi), ofFloat(value.lo)), ofDecimal(decimal)), ofFloat(scale));
}
