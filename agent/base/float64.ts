/** A float64 as the 16 hex digits of its 8 bytes, big-endian: NaN payloads, −0 and infinities survive. */
export type Hex64 = string;

const view = new DataView(new ArrayBuffer(8));

export function toHex64(x: number): Hex64 {
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** The digits' values by character code; 255 for what is no lower-case hex digit. */
const DIGITS = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) DIGITS[i.toString(16).charCodeAt(0)] = i;

/** @throws TypeError when the text is not 16 hex digits. */
export function fromHex64(hex: Hex64): number {
  let high = 0;
  let low = 0;
  let all = hex.length === 16 ? 0 : 255;
  for (let i = 0; i < 8; i++) {
    const a = DIGITS[hex.charCodeAt(i)] ?? 255;
    const b = DIGITS[hex.charCodeAt(i + 8)] ?? 255;
    all |= a | b;
    high = (high << 4) | a;
    low = (low << 4) | b;
  }
  if (all > 15) throw new TypeError(`not a float64 in hex: ${JSON.stringify(hex)}`);
  view.setInt32(0, high);
  view.setInt32(4, low);
  return view.getFloat64(0);
}

/** The distance from |x| to the next larger float64: the unit in the last place of x. */
export function ulp(x: number): number {
  const a = Math.abs(x);
  if (!Number.isFinite(a)) return Number.NaN;
  if (a < 2 ** -1021) return Number.MIN_VALUE;
  view.setFloat64(0, a);
  const next = view.getBigUint64(0) + 1n;
  view.setBigUint64(0, next);
  const up = view.getFloat64(0);
  return Number.isFinite(up) ? up - a : a - 2 ** 1023 * (2 - 2 ** -51);
}
