import { isArray, type List, list, ownKeys, stringify, textOf } from './intrinsics.ts';

const { isView } = ArrayBuffer;
const lines = list<string>();
let characters = 0;
let cut = false;

const MOST_LINES = 1000;
const MOST_CHARACTERS = 64 * 1024;

/** Keeps one line, as `console.log` would show it, but with arrays and objects in JSON's spelling. */
function log(...values: unknown[]): void {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    line += (i > 0 ? ' ' : '') + (typeof value === 'string' ? value : shown(value, 0));
  }
  if (lines.length >= MOST_LINES || characters + line.length > MOST_CHARACTERS) {
    cut = true;
    return;
  }
  characters += line.length;
  lines[lines.length] = line;
}

function shown(value: unknown, depth: number): string {
  if (typeof value === 'number') return value === 0 && 1 / value < 0 ? '-0' : textOf(value);
  if (typeof value === 'string') return stringify(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return textOf(value);
  if (depth > 4) return '…';
  let text = '';
  if (isArray(value) || isView(value)) {
    const items = value as unknown as List<unknown>;
    for (let i = 0; i < items.length && i < 1000; i++)
      text += (i > 0 ? ',' : '') + shown(items[i], depth + 1);
    return `[${text}]`;
  }
  const names = ownKeys(value);
  for (let i = 0; i < names.length && i < 100; i++) {
    const name = names[i]!;
    if (typeof name !== 'string') continue;
    text += `${text === '' ? '' : ','}${stringify(name)}:${shown((value as { [key: string]: unknown })[name], depth + 1)}`;
  }
  return `{${text}}`;
}

/** What a claim gets under the name `console`; the engine that it asks gets none. */
export const console = Object.freeze({ log, info: log, debug: log, warn: log, error: log });

/** Everything printed so far, as the text of a JSON array; whether something was cut, first. */
export function printedText(): string {
  let text = `"cut":${cut},"printed":[`;
  for (let i = 0; i < lines.length; i++) text += (i > 0 ? ',' : '') + stringify(lines[i]!);
  return `${text}]`;
}
