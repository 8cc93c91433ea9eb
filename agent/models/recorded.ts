import { UserError } from '../base/errors.ts';
import { count } from '../base/text.ts';
import { aborted } from './failures.ts';
import type { Model, ModelError, ModelReply } from './types.ts';

/** One model call of a journal: what came back. */
export type RecordedResult = ModelReply | ModelError;

/**
 * Answers with a journal's results, in their order: the nth call gets the nth result, a failure included,
 * whatever the prompt says. Nothing is paid, so the cost of a reply is 0.
 * @param from how many results are used up already
 */
export function createRecorded(id: string, results: readonly RecordedResult[], from = 0): Model {
  let next = from;
  return {
    id,
    kind: 'recorded',
    async complete(_request, { signal, onText }) {
      if (signal.aborted) throw aborted(signal);
      const result = results[next];
      if (result === undefined) {
        throw new UserError(
          'diverged',
          `the recording holds ${count(results.length, 'model answer')}, and answer ${next + 1} was asked for`,
          'The session no longer goes the way it was recorded; use `vibegrad replay` to see where it parts.',
        );
      }
      next++;
      if (result instanceof Error) throw result;
      onText?.(result.text);
      return { ...result, cost: 0, seconds: 0 };
    },
  };
}
