import { messageOf } from '../../base/errors.ts';
import {
  type Child,
  type Limits,
  type Line,
  type OracleFailure,
  processorSeconds,
  type Spawn,
  startChild,
} from '../sandbox/index.ts';
import { lineOf, type Message, parseResponse } from './protocol.ts';

/** A response line: its fields, and when it came, in seconds of a monotonic clock. */
export interface Response {
  readonly fields: { readonly [name: string]: unknown };
  readonly at: number;
}

/** As many responses as were asked for. */
export type Responses<N extends 1 | 2> = N extends 1 ? [Response] : [Response, Response];

/** Messages to a child and their responses, in order; several may be under way at once. */
export interface Transport {
  /** Sends a message and reads its one or two response lines, all within `seconds`. @throws OracleFailure */
  ask<N extends 1 | 2, T>(
    message: Message,
    count: N,
    read: (responses: Responses<N>) => T,
    seconds?: number,
  ): Promise<T>;
  /** Seconds that the process has worked for, by a clock that it cannot reach; exact while nothing is asked. */
  worked(): number;
  /** Whether it can still be asked. */
  alive(): boolean;
  close(): Promise<void>;
}

interface Pending {
  readonly id: number;
  readonly count: number;
  readonly seconds: number;
  readonly responses: Response[];
  done(responses: Response[]): void;
  failed(failure: OracleFailure): void;
}

/**
 * Starts a line and speaks the protocol with it. Anything but the awaited response (an end, a kill, a flood, a line
 * that does not parse, another id, a line when nothing was asked, silence for `seconds`) ends it for good.
 */
export function openTransport(
  line: Line,
  limits: Limits,
  options: {
    readonly seconds?: number;
    readonly signal?: AbortSignal;
    readonly spawn?: Spawn;
    readonly parse?: typeof parseResponse;
  },
): Transport {
  const { seconds = 10, signal, parse = parseResponse } = options;
  const queue: Pending[] = [];
  let failure: OracleFailure | null = null;
  let nextId = 0;
  let timer: NodeJS.Timeout | undefined;

  const events = {
    onLine: (text: string) => {
      const at = performance.now() / 1000;
      const pending = queue[0];
      if (pending === undefined) return child.fail('unasked', 'it wrote a line that nobody asked for');
      let response: ReturnType<typeof parseResponse>;
      try {
        response = parse(text);
      } catch (error) {
        return child.fail('malformed', messageOf(error));
      }
      if (response.id !== pending.id)
        return child.fail('wrong id', 'it answered something that was not asked');
      pending.responses.push({ fields: response, at });
      if (pending.responses.length < pending.count) return;
      queue.shift();
      watch();
      pending.done(pending.responses);
    },
    onFailure: (reason: OracleFailure) => {
      failure = reason;
      signal?.removeEventListener('abort', abort);
      watch();
      for (const pending of queue.splice(0)) pending.failed(reason);
    },
  };
  const child: Child = startChild(line, limits, events, options.spawn);

  /** The clock runs for the message at the head of the queue, and for none when nothing is asked. */
  function watch(): void {
    clearTimeout(timer);
    const limit = queue[0]?.seconds;
    if (limit === undefined || failure !== null) return;
    timer = setTimeout(() => child.fail('timeout', `it did not answer within ${limit} s`), limit * 1000);
  }

  function abort(): void {
    child.fail('aborted', 'it was told to stop');
  }
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });

  return {
    ask: <N extends 1 | 2, T>(
      message: Message,
      count: N,
      read: (responses: Responses<N>) => T,
      limit: number = seconds,
    ) =>
      new Promise<T>((resolve, reject) => {
        if (failure !== null) return reject(failure);
        const id = nextId++;
        queue.push({
          id,
          count,
          seconds: limit,
          responses: [],
          done: (responses) => {
            try {
              resolve(read(responses as Responses<N>));
            } catch (error) {
              child.fail('malformed', messageOf(error));
              reject(failure);
            }
          },
          failed: reject,
        });
        if (queue.length === 1) watch();
        child.send(`${lineOf(id, message)}\n`);
      }),
    worked: () => (child.pid === undefined ? null : processorSeconds(child.pid)) ?? performance.now() / 1000,
    alive: () => failure === null,
    close: async () => {
      child.fail('closed', 'it was closed');
      await child.kill();
    },
  };
}
