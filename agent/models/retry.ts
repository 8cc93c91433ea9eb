import { setTimeout as delay } from 'node:timers/promises';
import { aborted } from './failures.ts';
import { ModelError, type ModelFailure, type ModelReply, type Usage, type Used, withUsed } from './types.ts';
import type { Wrapper } from './wrap.ts';

export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** Seconds before the second call where the server names no time; doubled each time, then shortened by up to half at random. */
  readonly base: number;
  /** The longest wait in seconds; a server that asks for more ends the call, with the time in the message. */
  readonly longest: number;
  /** Waits, or throws when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const RETRY: RetryPolicy = {
  attempts: 5,
  base: 1,
  longest: 60,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

/** What another try may mend. A stream that was cut or fell silent is a network that failed late. */
const PASSING: ReadonlySet<ModelFailure> = new Set([
  'rate limited',
  'overloaded',
  'server error',
  'network',
  'cut',
  'stalled',
]);

/** Calls again after a passing failure. The reply's seconds and attempts cover all calls and waits. */
export function withRetry(policy: RetryPolicy = RETRY): Wrapper {
  return (inner) => ({
    ...inner,
    async complete(request, options) {
      const { signal } = options;
      const started = performance.now();
      let lost: Used | null = null;
      for (let attempt = 1; ; attempt++) {
        try {
          const reply = await inner.complete(request, options);
          return whole(reply, attempt, started, lost);
        } catch (error) {
          if (error instanceof ModelError) lost = sum(lost, error.used);
          if (signal.aborted) throw withUsed(aborted(signal), lost);
          if (!(error instanceof ModelError)) throw error;
          if (!PASSING.has(error.failure)) throw withUsed(error, lost);
          if (error.retryAfter !== null && error.retryAfter > policy.longest) {
            throw withUsed(tooLong(error, policy), lost);
          }
          if (attempt >= policy.attempts) throw withUsed(givenUp(error, attempt), lost);
          const seconds = error.retryAfter ?? backoff(policy, attempt);
          options.onEvent?.(
            `${error.message}; waiting ${say(seconds)}, then try ${attempt + 1} of ${policy.attempts}`,
          );
          try {
            await policy.sleep(seconds * 1000, signal);
          } catch (interruption) {
            if (signal.aborted) throw withUsed(aborted(signal), lost);
            throw interruption;
          }
        }
      }
    },
  });
}

function whole(reply: ModelReply, attempt: number, started: number, lost: Used | null): ModelReply {
  if (attempt === 1) return reply;
  const seconds = (performance.now() - started) / 1000;
  const tries = { attempts: reply.attempts + attempt - 1, ...(lost === null ? {} : { lost }) };
  return { ...reply, ...tries, seconds };
}

/** Of tries that nobody has priced yet. */
function sum(a: Used | null, b: Used | null): Used | null {
  if (a === null || b === null) return a ?? b;
  const cacheWrite = (a.usage.cacheWrite ?? 0) + (b.usage.cacheWrite ?? 0);
  const usage: Usage = {
    input: a.usage.input + b.usage.input,
    cachedInput: a.usage.cachedInput + b.usage.cachedInput,
    ...(cacheWrite === 0 ? {} : { cacheWrite }),
    output: a.usage.output + b.usage.output,
    estimated: true,
  };
  return { usage, cost: null };
}

function backoff(policy: RetryPolicy, attempt: number): number {
  const full = Math.min(policy.longest, policy.base * 2 ** (attempt - 1));
  // Spread out, so that many agents that failed together do not come back together.
  return full * (1 - Math.random() / 2);
}

function tooLong(error: ModelError, policy: RetryPolicy): ModelError {
  const asked = error.retryAfter ?? 0;
  return new ModelError(
    error.failure,
    `${error.message}; it asks to wait ${say(asked)}, longer than the ${say(policy.longest)} allowed`,
    asked,
    { cause: error },
  );
}

function givenUp(error: ModelError, attempts: number): ModelError {
  const times = attempts === 1 ? '' : ` (tried ${attempts} times)`;
  return new ModelError(error.failure, `${error.message}${times}`, error.retryAfter, { cause: error });
}

/** `0.4 s`, `12 s`, `5 min`, `2.5 h`. */
function say(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}
