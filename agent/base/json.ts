import { hash } from 'node:crypto';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON: object keys sorted by UTF-16 code unit, no white space, `undefined` members left out
 * (RFC 8785's ordering). Numbers must be finite: floats that may not be travel as hex (see float64.ts).
 *
 * @throws TypeError for what is not JSON.
 */
export function canonical(value: Json): string {
  // Once members are in order the engine's own writer is the quickest: a receipt is some 200 KB.
  const inOrder = ordered(value);
  return inOrder === UNORDERED ? written(value) : JSON.stringify(inOrder);
}

/** Stands for a value whose members no plain object can hold in canonical order. */
const UNORDERED = Symbol('unordered');

/** The value with the members of all its objects in order; itself where they are already. */
function ordered(value: Json): Json | typeof UNORDERED {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (Array.isArray(value)) return orderedItems(value);
  const object = value as { readonly [key: string]: Json | undefined };
  if (typeof object.toJSON === 'function') throw new TypeError('canonical JSON holds no object with toJSON');
  const keys = Object.keys(object);
  let copy: { [key: string]: Json | undefined } | null = null;
  if (!isSorted(keys)) {
    keys.sort();
    if (keys.some(isMisplaced)) return UNORDERED;
    copy = {};
  }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const before = object[key];
    const after = before === undefined ? undefined : ordered(before);
    if (after === UNORDERED) return UNORDERED;
    if (copy === null && after !== before) {
      if (keys.some(isMisplaced)) return UNORDERED;
      copy = {};
      for (const earlier of keys.slice(0, i)) copy[earlier] = object[earlier];
    }
    if (copy !== null) copy[key] = after;
  }
  return copy ?? value;
}

/** Objects put numbers first, in their order as numbers; and the other one is no member at all. */
const isMisplaced = (key: string): boolean => /^\d{1,10}$/.test(key) || key === '__proto__';

function orderedItems(list: readonly Json[]): Json | typeof UNORDERED {
  let copy: Json[] | null = null;
  // By index, so that a hole is met too.
  for (let i = 0; i < list.length; i++) {
    const before = list[i]!;
    const after = ordered(before);
    if (after === UNORDERED) return UNORDERED;
    if (copy === null && after !== before) copy = list.slice(0, i);
    copy?.push(after);
  }
  return copy ?? list;
}

function scalar<T extends number | boolean | null>(value: T): T {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`canonical JSON holds no ${typeof value === 'number' ? value : typeof value}`);
}

function isSorted(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return false;
  return true;
}

/** Canonical JSON member by member. */
function written(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(scalar(value));
  if (Array.isArray(value)) return `[${Array.from(value as readonly Json[], written).join(',')}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  const members = Object.keys(object)
    .sort()
    .flatMap((key) => {
      const member = object[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${written(member)}`];
    });
  return `{${members.join(',')}}`;
}

/** SHA-256 as 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 of a value's canonical JSON. */
export function digest(value: Json): string {
  return sha256(canonical(value));
}
