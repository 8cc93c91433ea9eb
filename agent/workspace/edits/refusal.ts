import type { ApplyFailure, ApplyReason } from '../types.ts';

/** How parsers and appliers leave off. `applyEdits` turns it into a result; it never gets further. */
export class Refusal extends Error {
  readonly failure: ApplyFailure;

  constructor(failure: ApplyFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function fail(reason: ApplyReason, message: string, path: string | null = null): never {
  throw new Refusal({ reason, message, path });
}

/** Foreign text for a message: short, quoted, one line, nothing invisible in it. */
export function shown(text: string, most = 80): string {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for names, where a look-alike must not pass for the real one. */
export function shownName(name: string): string {
  return shown(name).replace(
    /[^\x20-\x7e…]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
