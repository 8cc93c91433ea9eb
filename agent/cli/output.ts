import { InvalidArgumentError } from 'commander';
import { fitted, type Style, styleFor } from '../review/style.ts';

/** The style of standard output. */
export const style: Style = styleFor(process.stdout);

/** What is for people where it was judged: the text, and what is missing of the sandbox. */
export function printJudged(text: string, notice: string | null): void {
  console.log(notice === null ? text : `${text}\n${style.dim(fitted(notice, style))}`);
}

/** One JSON document, for `--json`. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/**
 * Ends the process as soon as all that was printed is out. Left to itself it would first wait for what is still being optimised
 * in the background, for calls that nobody makes any more.
 */
export function exitAtOnce(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

/** A positive number on the command line. @throws InvalidArgumentError */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** The number of a rung on the command line, from 0. @throws InvalidArgumentError */
export function rungNumber(text: string): number {
  return text === '0' ? 0 : whole(text);
}

/** A positive whole number on the command line. @throws InvalidArgumentError */
export function whole(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** US dollars, or `none`. @throws InvalidArgumentError */
export function dollarsOrNone(text: string): number | null {
  return text === 'none' ? null : positive(text);
}
