import type { Json } from '../base/json.ts';

/** A shorter one would hit ordinary words. */
const SHORTEST_SECRET = 8;

/**
 * A value without the secrets that its strings may hold: whatever a device gives back goes to the journal
 * and to the program in this form. A value that holds none is returned as it is.
 */
export function redact<T extends object | Json>(value: T, secrets: readonly string[]): T {
  const needles = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return needles.length === 0 ? value : (clean(value as Json, needles) as T);
}

function clean(value: Json, needles: readonly string[]): Json {
  if (typeof value === 'string') {
    return needles.reduce((text, needle) => text.replaceAll(needle, '[redacted]'), value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => clean(item, needles));
  const members = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [[clean(key, needles), clean(item, needles)] as const],
  );
  return Object.fromEntries(members);
}
