import { describe, expect, it } from 'vitest';
import { stoppable } from '../../agent/models/stoppable.ts';
import { type CallOptions, type Model, ModelError } from '../../agent/models/types.ts';

/** A model that answers when it is told to, or when it is stopped. */
function waiting() {
  let answer = (): void => undefined;
  const model: Model = {
    ...{ id: 'm', kind: 'language model' },
    complete: (_, { signal }) =>
      new Promise((resolve, reject) => {
        answer = () => resolve({ text: 'so' } as never);
        signal.addEventListener('abort', () => reject(new ModelError('aborted', 'stopped')), { once: true });
      }),
  };
  return { model, answer: () => answer() };
}

const request = { system: '', messages: [], maxTokens: 1 };
const call = (signal = new AbortController().signal): CallOptions => ({ signal });

describe('a model whose answer can be stopped', () => {
  it('fails as stopped by the person, once, and answers the next time', async () => {
    const { model, answer } = waiting();
    const { model: outer, stop } = stoppable(model);
    expect(stop()).toBe(false);
    const first = outer.complete(request, call());
    expect(stop()).toBe(true);
    expect(stop()).toBe(false);
    await expect(first).rejects.toMatchObject({ failure: 'stopped' });
    const second = outer.complete(request, call());
    answer();
    await expect(second).resolves.toMatchObject({ text: 'so' });
    expect(stop()).toBe(false);
  });

  it('says what had come of it until then', async () => {
    const used = { usage: { input: 30, cachedInput: 0, output: 7 }, cost: 0.001 };
    const inner: Model = {
      ...{ id: 'm', kind: 'language model' },
      complete: (_, { signal }) =>
        new Promise((_, reject) => {
          const abort = () => reject(new ModelError('aborted', 'stopped', null, { used }));
          signal.addEventListener('abort', abort, { once: true });
        }),
    };
    const { model, stop } = stoppable(inner);
    const asked = model.complete(request, call());
    stop();
    await expect(asked).rejects.toMatchObject({ failure: 'stopped', used });
  });

  it('that the session stops is no answer that the person stopped', async () => {
    const { model } = waiting();
    const session = new AbortController();
    const asked = stoppable(model).model.complete(request, call(session.signal));
    session.abort();
    await expect(asked).rejects.toMatchObject({ failure: 'aborted' });
  });
});
