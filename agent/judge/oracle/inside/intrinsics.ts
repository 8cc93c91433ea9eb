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
/** The driver's alone: `lockdown` takes it out of the realm, or a candidate could foresee it. */
export const { random } = Math;
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

const none = undefined;

/** The most items of a literal. */
const LITERAL = 24;

/**
 * A list that is about to get n items, in order. A short one is a literal: its elements are its own already, so that no
 * prototype is asked when they are set, and it is ten times as fast as one without a prototype.
 */
export function slots<T>(n: number): List<T> {
  return literal(n) ?? list();
}

/** A plain array of n items, as a literal; undefined where n is too large for one. */
function literal<T>(n: number): T[] | undefined {
  return (n <= 8 ? shortLiteral(n) : longLiteral(n)) as T[] | undefined;
}

function longLiteral(n: number): undefined[] | undefined {
  if (n > LITERAL) return undefined;
  const items = [
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
    none,
  ];
  // Its own too, like that of every array.
  items.length = n;
  return items;
}

function shortLiteral(n: number): undefined[] {
  switch (n) {
    case 1:
      return [none];
    case 2:
      return [none, none];
    case 3:
      return [none, none, none];
    case 4:
      return [none, none, none, none];
    case 5:
      return [none, none, none, none, none];
    case 6:
      return [none, none, none, none, none, none];
    case 7:
      return [none, none, none, none, none, none, none];
    case 8:
      return [none, none, none, none, none, none, none, none];
    default:
      return [];
  }
}

type Called = (...args: never[]) => unknown;

/** f.apply(self, items); the few that nearly every call has go over as a literal, which is the engine's fast way. */
export function callWith(f: Called, self: unknown, items: List<unknown>): unknown {
  switch (items.length) {
    case 1:
      return apply(f, self, [items[0]] as never);
    case 2:
      return apply(f, self, [items[0], items[1]] as never);
    default:
      return apply(f, self, items as never);
  }
}

/** A plain array of a list's items, made for a candidate, however the list was made. */
export function arrayOf<T>(items: List<T>): T[] {
  const { length } = items;
  const short = literal<T>(length);
  const all = short ?? list<T>();
  for (let i = 0; i < length; i++) all[i] = items[i]!;
  return short ?? apply(arraySlice, all, []);
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
