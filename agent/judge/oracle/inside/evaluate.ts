import {
  apply,
  describe,
  hasOwn,
  isArray,
  type List,
  ownKeys,
  parse,
  stringify,
  textOf,
} from './intrinsics.ts';
import { adoptedExports } from './programs.ts';

/**
 * Answers one `evaluate` line of GradBench: an exported function of the module, called with plain JSON, its result
 * as plain JSON. JSON has no NaN and no infinity: a function that gives one fails.
 */
export function evaluate(line: string): string {
  const message = parse(line) as { id: number; function: string; input: unknown };
  const id = textOf(message.id);
  try {
    const exported = adoptedExports();
    const found = hasOwn(exported, message.function) ? exported[message.function] : undefined;
    if (typeof found !== 'function')
      throw new TypeError(`the module exports no function ${message.function}`);
    const output = jsonText(apply(found, undefined, [message.input]), 0);
    return `{"id":${id},"success":true,"output":${output}}`;
  } catch (thrown) {
    return `{"id":${id},"success":false,"error":${stringify(describe(thrown))}}`;
  }
}

function jsonText(value: unknown, depth: number): string {
  if (typeof value === 'string') return stringify(value);
  if (typeof value === 'boolean' || value === null) return textOf(value);
  if (typeof value === 'number' && value - value === 0) return value === 0 ? '0' : textOf(value);
  if (typeof value !== 'object' || depth > 32) throw new TypeError('the output is not JSON');
  let text = '';
  if (isArray(value)) {
    const items = value as unknown as List<unknown>;
    for (let i = 0; i < items.length; i++) text += (i > 0 ? ',' : '') + jsonText(items[i], depth + 1);
    return `[${text}]`;
  }
  const names = ownKeys(value);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (typeof name !== 'string') continue;
    const member = (value as { readonly [key: string]: unknown })[name];
    text += `${text === '' ? '' : ','}${stringify(name)}:${jsonText(member, depth + 1)}`;
  }
  return `{${text}}`;
}
