import { stripTypeScriptTypes } from 'node:module';
import { messageOf } from '../../base/errors.ts';
import { oneLine } from '../../base/text.ts';

export type Stripped =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

/**
 * TypeScript as the JavaScript that it stands for: types become white space, so lines and columns stay. What
 * has no such reading (enums, namespaces with values, parameter properties, decorators, JSX) is an error, as is text
 * that does not parse.
 */
export function stripTypes(text: string): Stripped {
  const { emitWarning } = process;
  // Node says once that stripping is experimental; whoever judges a candidate has no use for that line.
  process.emitWarning = () => {};
  try {
    return { ok: true, text: stripTypeScriptTypes(text, { mode: 'strip' }) };
  } catch (error) {
    return { ok: false, error: oneLine(messageOf(error), 300) };
  } finally {
    process.emitWarning = emitWarning;
  }
}
