import { canonical, type Json } from '../base/json.ts';
import type { ModelRequest } from './types.ts';

export type Extracted =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: string };

/** JSON nested deeper than this is refused: it would overflow whoever walks it recursively. */
const MAX_DEPTH = 64;

const NONE = 'the reply holds no JSON';

/** Openings that never close and are tried before giving up; each costs a walk to the end of the text. */
const MAX_OPEN = 16;

/**
 * The JSON value of a reply: what the text begins with, else the first fenced block that holds an object or
 * array, else the first object of the prose, else its first array. A leading `<think>` block is not looked at.
 * Forgives what models do and JSON forbids: raw line breaks in strings, escapes that do not exist (`\s` of
 * TeX), a comma before a closing bracket. Never throws, and takes time linear in the text.
 */
export function extractJson(text: string): Extracted {
  const body = text.replace(/^\s*<think>[\s\S]*?<\/think>/, '').trim();
  if (body === '') return { ok: false, reason: 'the reply is empty' };
  const leading = /^[[{]/.test(body)
    ? firstValue(body.slice(0, regionAt(body, 0).end), body[0]!)
    : scalar(body);
  if (leading.ok) return { ok: true, value: leading.value };
  for (const block of body.matchAll(/```[\w-]*[^\S\n]*\n([\s\S]*?)```/g)) {
    const inner = (block[1] ?? '').trim();
    if (!/^[[{]/.test(inner)) continue;
    const found = firstValue(inner, '{[');
    if (found.ok) return found;
  }
  const object = firstValue(body, '{');
  if (object.ok) return object;
  const array = firstValue(body, '[');
  return array.ok || object.reason === NONE ? array : object;
}

function scalar(text: string): Extracted {
  const value = parsed(text);
  return value === undefined ? { ok: false, reason: NONE } : { ok: true, value };
}

/** The first value that begins with one of the brackets in `openings`. */
function firstValue(text: string, openings: string): Extracted {
  let last: Extracted = { ok: false, reason: NONE };
  let unclosed = 0;
  for (let at = nextOf(text, openings, 0); at >= 0 && unclosed < MAX_OPEN; ) {
    const { end, ...found } = valueAt(text, at);
    if (found.ok) return { ok: true, value: found.value };
    last = { ok: false, reason: found.reason };
    if (end < 0) unclosed++;
    at = nextOf(text, openings, end < 0 ? at + 1 : end);
  }
  return last;
}

/** The value whose bracket opens at `at`. `end` is one past its closing bracket, −1 when it never closes. */
function valueAt(text: string, at: number): Extracted & { readonly end: number } {
  const { end, depth } = regionAt(text, at);
  if (end < 0) return { ok: false, reason: 'the JSON of the reply breaks off', end };
  if (depth > MAX_DEPTH) return { ok: false, reason: `the JSON is nested over ${MAX_DEPTH} deep`, end };
  const piece = text.slice(at, end);
  const value = parsed(piece) ?? parsed(mended(piece));
  if (value !== undefined) return { ok: true, value, end };
  return {
    ok: false,
    reason: `the JSON of the reply is malformed at ${JSON.stringify(piece.slice(0, 40))}`,
    end,
  };
}

/** One JSON object as it stands, nothing forgiven: the arguments of a tool call. Null when it is none. */
export function strictObject(text: string): Json | null {
  const body = text.trim();
  const { end, depth } = body.startsWith('{') ? regionAt(body, 0) : { end: -1, depth: 0 };
  return end === body.length && depth <= MAX_DEPTH ? (parsed(body) ?? null) : null;
}

function nextOf(text: string, characters: string, from: number): number {
  for (let i = from; i < text.length; i++) if (characters.includes(text[i]!)) return i;
  return -1;
}

/** Where the bracket at `start` closes (one past it; −1 when it never does), and how deep it nests. */
function regionAt(text: string, start: number): { readonly end: number; readonly depth: number } {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
    else if ((c === '}' || c === ']') && --depth === 0) return { end: i + 1, depth: deepest };
  }
  return { end: -1, depth: deepest };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The text with the slips mended that `extractJson` forgives. */
function mended(text: string): string {
  // One token at a time, so that a comma inside a string is never taken for one between members.
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"|,(?=\s*[}\]])/g, (token) =>
    token === ','
      ? ''
      : token
          .replace(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\/g, (slash) => (slash === '\\' ? '\\\\' : slash))
          .replace(/[\x00-\x1f]/g, (c) => JSON.stringify(c).slice(1, -1)),
  );
}

type Output = NonNullable<ModelRequest['output']>;

/** What a model without structured output is told instead. */
export function outputInstruction(output: Output): string {
  return `Answer with one JSON value and nothing else: no prose before or after it, no code fence. It must conform to this JSON Schema:\n${canonical(output.schema)}`;
}

/**
 * Whether a schema is closed: every object lists all its properties as required and allows no others.
 * OpenAI's strict mode and Anthropic's output formats take no other schema.
 */
export function isClosed(schema: Json): boolean {
  if (schema === null || typeof schema !== 'object') return true;
  if (Array.isArray(schema)) return schema.every(isClosed);
  const node = schema as { readonly [key: string]: Json | undefined };
  const properties = node.properties;
  if (node.type === 'object' || (properties !== undefined && node.type === undefined)) {
    const names = Object.keys((properties ?? {}) as object);
    const required = Array.isArray(node.required) ? node.required : [];
    if (node.additionalProperties !== false) return false;
    if (names.some((name) => !required.includes(name))) return false;
  }
  return Object.values(node).every((member) => member === undefined || isClosed(member));
}
