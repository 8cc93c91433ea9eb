import { ModelError } from './types.ts';
import type { Wrapper } from './wrap.ts';

export interface IdleLimits {
  /** Seconds until the first byte: a local server reads a long prompt before it says anything. */
  readonly first: number;
  /** Seconds between two bytes after it. Keep-alives count: the server lives. */
  readonly between: number;
  /** Seconds for a whole reply: keep-alives alone must not hold a session for ever. */
  readonly total: number;
}

export const IDLE: IdleLimits = { first: 300, between: 90, total: 3600 };

/** Ends a call whose server fell silent: the SDKs' own timeouts stop at the response's headers. */
export function withIdleTimeout(limits: IdleLimits = IDLE): Wrapper {
  return (inner) => ({
    ...inner,
    async complete(request, options) {
      const silence = new AbortController();
      const stall = (seconds: number, what: string) => () =>
        silence.abort(new ModelError('stalled', `${inner.id} ${what} for ${seconds} s`));
      const total = setTimeout(stall(limits.total, 'has not finished its reply'), limits.total * 1000);
      let timer = setTimeout(stall(limits.first, 'has said nothing'), limits.first * 1000);
      try {
        return await inner.complete(request, {
          ...options,
          signal: AbortSignal.any([options.signal, silence.signal]),
          onActivity: () => {
            clearTimeout(timer);
            timer = setTimeout(stall(limits.between, 'has been silent in mid-reply'), limits.between * 1000);
            options.onActivity?.();
          },
        });
      } finally {
        clearTimeout(timer);
        clearTimeout(total);
      }
    },
  });
}
