import { spawnSync } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { messageOf } from '../../base/errors.ts';
import { oneLine } from '../../base/text.ts';

/** What is wrong with a text begins with its line, `line 3: …`, where that is known. */
export type Stripped =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

/** Whether this process's stripper has failed by itself: it may answer nothing, or anything, from then on. */
let failed = false;

/**
 * TypeScript as the JavaScript that it stands for: types become white space, so lines and columns stay. What
 * has no such reading (enums, namespaces with values, parameter properties, decorators, JSX) is an error, as is text
 * that does not parse. A text so deep that the stripper runs out of stack may leave it unfit for every later one, so that a
 * process of its own strips those.
 */
export function stripTypes(text: string): Stripped {
  if (failed) return strippedApart(text);
  const { emitWarning } = process;
  // Node says once that stripping is experimental; whoever judges a candidate has no use for that line.
  process.emitWarning = () => {};
  try {
    return { ok: true, text: stripTypeScriptTypes(text, { mode: 'strip' }) };
  } catch (error) {
    failed = (error as NodeJS.ErrnoException).code === 'ERR_INTERNAL_ASSERTION';
    return {
      ok: false,
      error: failed ? TOO_DEEP : atLine(LINE.exec((error as Error).stack!)?.[1], messageOf(error)),
    };
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Node says the line before the stack, and nowhere else. */
const LINE = /^:(\d+)$/m;

/** What is wrong with a text, and in which line. */
export function atLine(line: number | string | undefined, message: string): string {
  return oneLine(line === undefined ? message : `line ${line}: ${message}`, 300);
}

const TOO_DEEP = 'it is nested too deep to be read';

/** Writes what it reads as JavaScript; ends with 1, a line and a message where it cannot, with anything else where it broke. */
const SCRIPT = `
import { readFileSync, writeSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
const write = (fd, text) => {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(fd, bytes));
};
try {
  write(1, stripTypeScriptTypes(readFileSync(0, 'utf8'), { mode: 'strip' }));
} catch (error) {
  process.exitCode = error.code === 'ERR_INTERNAL_ASSERTION' ? 2 : 1;
  write(2, [${LINE}.exec(error.stack)?.[1] ?? '', error.message].join('\\n'));
}`;

const APART = ['--permission', '--no-warnings', '--input-type=module', '--eval', SCRIPT];

function strippedApart(text: string): Stripped {
  const child = spawnSync(process.execPath, APART, {
    ...{ input: text, encoding: 'utf8', env: {}, timeout: 10_000, maxBuffer: 2 ** 26 },
  });
  if (child.status === 0) return { ok: true, text: child.stdout };
  const said = child.status === 1 ? /^(\d*)\n(.*)$/s.exec(child.stderr) : null;
  if (said === null) return { ok: false, error: TOO_DEEP };
  return { ok: false, error: atLine(said[1] || undefined, said[2]!) };
}
