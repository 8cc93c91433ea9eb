/**
 * What the driver needs of its realm, captured before a candidate could touch it. Everything in this folder
 * but the host runs beside hostile code, so it keeps four rules: intrinsics only from here; own properties only of
 * anything that `parse` made; no `for…of`, spread or array destructuring (they go through iterators that can be
 * patched); lists of its own without a prototype (a patched `Array.prototype` could catch what is stored).
 */
export const { apply, defineProperty, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
export const { create, freeze, hasOwn, is } = Object;
export const { isArray } = Array;
export const { parse, stringify } = JSON;
export const textOf = String;
export const Float64 = Float64Array;
export const Words = Uint32Array;

const arraySlice = Array.prototype.slice;
const textSlice = String.prototype.slice;

/** A list that inherits nothing. */
export interface List<T> {
  length: number;
  [index: number]: T;
}

export function list<T>(): List<T> {
  const items: T[] = [];
  setPrototypeOf(items, null);
  return items;
}

/** A plain array of a list's items, made for a candidate. */
export function arrayOf<T>(items: List<T>): T[] {
  return apply(arraySlice, items, []);
}

export function clip(text: string, most: number): string {
  return text.length > most ? apply(textSlice, text, [0, most]) : text;
}

/** What was thrown, as short text; reading it may run the candidate's code, and may fail. */
export function describe(thrown: unknown): string {
  try {
    if (typeof thrown === 'string') return clip(thrown, 400);
    if ((typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function') {
      const { name, message } = thrown as { name: unknown; message: unknown };
      if (typeof message === 'string') {
        return typeof name === 'string' ? `${clip(name, 80)}: ${clip(message, 400)}` : clip(message, 400);
      }
      return 'it threw an object without a message';
    }
    return `it threw ${textOf(thrown)}`;
  } catch {
    return 'it threw something that cannot be read';
  }
}
