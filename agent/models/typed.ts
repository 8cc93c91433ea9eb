import { createInterface, type Interface } from 'node:readline';
import { aborted } from './failures.ts';

/** Input that knows whether it is a terminal. */
export type TypedInput = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/**
 * Reads answers that a person types or pipes in: lines up to one with a single dot, or to the end of the
 * input. Null when the input ended before the answer began.
 */
export function typedAnswers(input: TypedInput): (signal: AbortSignal) => Promise<string | null> {
  // A pipe's lines may arrive all at once, so one reader keeps those of later answers. A terminal is shared
  // with whoever asks the next question there, so its reader is closed after each answer.
  let kept: Reader | null = null;
  return async (signal) => {
    const reader = kept ?? open(input);
    if (input.isTTY !== true) kept = reader;
    input.resume();
    try {
      return await answer(reader.lines, signal);
    } finally {
      // A paused input does not keep the process alive.
      input.pause();
      if (kept === null) reader.source.close();
    }
  };
}

interface Reader {
  readonly source: Interface;
  readonly lines: AsyncIterator<string>;
}

function open(input: TypedInput): Reader {
  // Without an output the terminal stays in its own line mode: Ctrl-C and Ctrl-D mean what they always mean.
  const source = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  return { source, lines: source[Symbol.asyncIterator]() };
}

async function answer(lines: AsyncIterator<string>, signal: AbortSignal): Promise<string | null> {
  const read: string[] = [];
  for (;;) {
    const { done, value } = await orAborted(lines.next(), signal);
    if (done && read.length === 0) return null;
    if (done || value === '.') return read.join('\n');
    read.push(value);
  }
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw aborted(signal);
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(aborted(signal));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
