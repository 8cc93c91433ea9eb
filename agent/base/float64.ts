/** A float64 as the 16 hex digits of its 8 bytes, big-endian: NaN payloads, −0 and infinities survive. */
export type Hex64 = string;

const view = new DataView(new ArrayBuffer(8));

export function toHex64(x: number): Hex64 {
  view.setFloat64(0, x);
  return half(view.getUint32(0)) + half(view.getUint32(4));
}

const half = (word: number): string => word.toString(16).padStart(8, '0');

/** @throws TypeError when the text is not 16 hex digits. */
export function fromHex64(hex: Hex64): number {
  if (!/^[0-9a-f]{16}$/.test(hex)) throw new TypeError(`not a float64 in hex: ${JSON.stringify(hex)}`);
  view.setUint32(0, Number.parseInt(hex.slice(0, 8), 16));
  view.setUint32(4, Number.parseInt(hex.slice(8), 16));
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
