import { EXIT, type ExitName, UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { ModelError, type ModelFailure } from '../models/types.ts';
import type { RecordedError, SyscallKind } from './types.ts';

/** A device's error as the journal keeps it; null for what no device is meant to throw. */
export function recordError(error: unknown): RecordedError | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'UserError' && 'exit' in error) {
    const { exit, mend } = error as UserError;
    return { name: 'UserError', code: exit, message: error.message, ...(mend === '' ? {} : { mend }) };
  }
  if (error.name === 'ModelError' && 'failure' in error) {
    const { failure, retryAfter, used } = error as ModelError;
    return {
      ...{ name: 'ModelError', code: failure, message: error.message, retryAfter: retryAfter ?? null },
      ...(used ? { used } : {}),
    };
  }
  return null;
}

/** A device's word that it was stopped: not a result, whoever stopped it. */
export function isInterruption(error: RecordedError): boolean {
  return error.code === (error.name === 'ModelError' ? 'aborted' : 'interrupted');
}

/** Anything that was thrown, for an end or exit record. */
export function describeError(error: unknown): RecordedError {
  const known = recordError(error);
  if (known !== null) return known;
  if (error instanceof Error) return { name: error.name, code: '', message: error.message };
  return { name: 'Error', code: '', message: String(error) };
}

/** The error that a program gets, the same whether it happened now or is replayed. */
export function reviveError(recorded: RecordedError): Error {
  if (recorded.name === 'UserError' && recorded.code in EXIT) {
    return new UserError(recorded.code as ExitName, recorded.message, recorded.mend ?? '');
  }
  if (recorded.name === 'ModelError') {
    const { code, message, retryAfter = null, used = null } = recorded;
    return new ModelError(code as ModelFailure, message, retryAfter, { used });
  }
  const error = new Error(recorded.message);
  error.name = recorded.name;
  return error;
}

/** Where a program no longer does what its journal says: the first call that differs. */
export interface Divergence {
  readonly pid: string;
  readonly call: number;
  /** The line of the recorded result; `forkJournal` at this line goes on just before it. */
  readonly seq: number;
  readonly recorded: SyscallKind;
  /** Null when the process now ends where it made this call. */
  readonly now: SyscallKind | null;
  /** The first difference, in words. */
  readonly difference: string;
}

export function divergedError(divergence: Divergence): UserError {
  const { pid, call, seq, recorded, now, difference } = divergence;
  const kinds = recorded === now ? `a ${now} call` : `recorded as ${recorded}, now ${now ?? 'the end'}`;
  return new UserError(
    'session',
    `The program no longer does what the session recorded: process ${pid}, call ${call} (${kinds}; line ${seq}): ${difference}.`,
    `\`vibegrad resume --fork\` goes on from line ${seq - 1} in a new session; nothing in this one was changed.`,
    { cause: divergence },
  );
}

/** The divergence that an error of `runSession` tells of; null for every other error. */
export function divergenceOf(error: unknown): Divergence | null {
  const cause = error instanceof UserError ? error.cause : null;
  return typeof cause === 'object' && cause !== null && 'difference' in cause ? (cause as Divergence) : null;
}

/** The first place where two values differ, as a path and both sides cut short; empty when they are equal. */
export function firstDifference(recorded: Json | undefined, now: Json | undefined, path = ''): string {
  if (recorded === now) return '';
  if (isTree(recorded) && isTree(now) && Array.isArray(recorded) === Array.isArray(now)) {
    const left = recorded as { readonly [key: string]: Json };
    const right = now as { readonly [key: string]: Json };
    for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      const inner = firstDifference(left[key], right[key], path === '' ? key : `${path}.${key}`);
      if (inner !== '') return inner;
    }
    return '';
  }
  let from = 0;
  if (typeof recorded === 'string' && typeof now === 'string') {
    while (recorded[from] === now[from]) from += 1;
    from = Math.max(0, from - 20);
  }
  const where = path === '' ? 'the call' : path;
  const spot = from === 0 ? '' : ` from character ${from}`;
  return `${where}${spot} was ${excerpt(recorded, from)}, is ${excerpt(now, from)}`;
}

function isTree(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

function excerpt(value: Json | undefined, from: number): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(from, from + 60) : value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
