import { type Model, ModelError } from './types.ts';

/** A model whose answer a person can cut short. */
export interface Stoppable {
  readonly model: Model;
  /** Stops the answer under way; false where there is none, or where it is being stopped already. */
  stop(): boolean;
}

/** A stopped answer is a failure that is recorded, so that what follows it replays; nothing else ends with it. */
export function stoppable(inner: Model): Stoppable {
  let stopper: AbortController | null = null;
  return {
    model: {
      ...inner,
      async complete(request, options) {
        const own = new AbortController();
        stopper = own;
        try {
          const signal = AbortSignal.any([options.signal, own.signal]);
          return await inner.complete(request, { ...options, signal });
        } catch (error) {
          if (!own.signal.aborted || options.signal.aborted) throw error;
          const used = error instanceof ModelError ? error.used : null;
          throw new ModelError('stopped', 'You stopped this answer.', null, { cause: error, used });
        } finally {
          stopper = null;
        }
      },
    },
    stop() {
      if (stopper === null || stopper.signal.aborted) return false;
      stopper.abort(new DOMException('stopped by the person', 'AbortError'));
      return true;
    },
  };
}
