import { Float64, isArray, type List, list, slots, textOf, Words } from './intrinsics.ts';

const { isNaN: isNotANumber } = Number;
const scratch = new Float64(1);
const words = new Words(scratch.buffer);
scratch[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

const DIGITS = '0123456789abcdef';
const PAIRS = list<string>();
const VALUES = { __proto__: null } as unknown as { [digit: string]: number };
for (let i = 0; i < 16; i++) VALUES[DIGITS[i]!] = i;
for (let i = 0; i < 256; i++) PAIRS[i] = `${DIGITS[i >> 4]}${DIGITS[i & 15]}`;

/** The 16 hex digits of a float64, big-endian. Every NaN is written alike: its bits depend on how code was compiled. */
export function toHex(x: number): string {
  if (isNotANumber(x)) return '7ff8000000000000';
  scratch[0] = x;
  return word(words[HIGH]!) + word(words[LOW]!);
}

function word(w: number): string {
  return PAIRS[w >>> 24]! + PAIRS[(w >>> 16) & 255]! + PAIRS[(w >>> 8) & 255]! + PAIRS[w & 255]!;
}

export function fromHex(hex: string): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 8; i++) {
    high = high * 16 + VALUES[hex[i]!]!;
    low = low * 16 + VALUES[hex[i + 8]!]!;
  }
  words[HIGH] = high;
  words[LOW] = low;
  return scratch[0]!;
}

/** Elements that an array of a candidate may have; more is refused before it is read. */
const MOST_ELEMENTS = 1 << 20;

/** The text of an answer's value: hex digits, or a shape and hex digits. */
export function arrayText(unpacked: unknown): string {
  if (typeof unpacked !== 'object' || unpacked === null) throw new TypeError('unpack gave no object');
  const { shape, data } = unpacked as { shape: unknown; data: unknown };
  const dims = readNumbers(shape, 'shape', 32);
  let size = 1;
  for (let i = 0; i < dims.length; i++) {
    const dim = dims[i]!;
    if (!(dim >= 0 && dim <= MOST_ELEMENTS && dim % 1 === 0))
      throw new TypeError('unpack gave a shape of no array');
    size *= dim;
  }
  const elements = readNumbers(data, 'data', MOST_ELEMENTS);
  if (elements.length !== size) {
    throw new TypeError(`unpack gave ${elements.length} elements for a shape of ${size}`);
  }
  if (dims.length === 0) return `"${toHex(elements[0]!)}"`;
  let text = '{"shape":[';
  for (let i = 0; i < dims.length; i++) text += (i > 0 ? ',' : '') + textOf(dims[i]);
  text += '],"data":[';
  for (let i = 0; i < elements.length; i++) text += `${i > 0 ? ',' : ''}"${toHex(elements[i]!)}"`;
  return `${text}]}`;
}

/** The numbers of an array-like, each read once. */
function readNumbers(value: unknown, what: string, most: number): List<number> {
  const items = readList(value, `unpack's ${what}`, most);
  for (let i = 0; i < items.length; i++) {
    if (typeof items[i] !== 'number')
      throw new TypeError(`unpack's ${what} holds something that is no number`);
  }
  return items as List<number>;
}

/** The items of a list that must be an array, as the contract says. */
export function readArray(value: unknown, what: string, most: number): List<unknown> {
  if (!isArray(value)) throw new TypeError(`${what} is no array`);
  return readList(value, what, most);
}

/** The items of an array or array-like that a candidate gave, each read once. */
export function readList(value: unknown, what: string, most: number): List<unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what} is no list`);
  const given = value as { readonly length: unknown; readonly [index: number]: unknown };
  const length = given.length;
  if (typeof length !== 'number' || !(length >= 0 && length <= most && length % 1 === 0)) {
    throw new TypeError(isArray(value) ? `${what} is too long` : `${what} is no list`);
  }
  const items = slots<unknown>(length);
  for (let i = 0; i < length; i++) items[i] = given[i];
  return items;
}
