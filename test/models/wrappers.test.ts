import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withIdleTimeout } from '../../agent/models/idle.ts';
import {
  costOf,
  estimate,
  type Price,
  priceOf,
  requirePriceForCap,
  withPrices,
} from '../../agent/models/prices.ts';
import { RETRY, type RetryPolicy, withRetry } from '../../agent/models/retry.ts';
import { type Model, ModelError, type ModelFailure, type ModelReply } from '../../agent/models/types.ts';
import { wrap } from '../../agent/models/wrap.ts';
import { type Scripted, scripted, silent, status, stream } from './scripted.ts';
import { wires } from './wires.ts';

const request = { system: '', messages: [{ role: 'user' as const, content: 'x' }], maxTokens: 10 };
const reply: ModelReply = {
  text: 'ok',
  toolCalls: [],
  stop: 'end',
  usage: { input: 30, cachedInput: 10, cacheWrite: 5, output: 5 },
  model: 'm',
  requestId: null,
  cost: null,
  seconds: 0,
  attempts: 1,
};

/** A model that fails as told and then answers. */
function failing(...errors: readonly unknown[]): Model & { readonly calls: () => number } {
  let calls = 0;
  return {
    id: 'test',
    kind: 'language model',
    calls: () => calls,
    async complete() {
      const error = errors[calls++];
      if (error !== undefined) throw error;
      return reply;
    },
  };
}

/** The policy with a clock that never waits, and what it was asked to wait. */
function patient(policy: Partial<RetryPolicy> = {}): { policy: RetryPolicy; waits: number[] } {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms / 1000);
  };
  return { policy: { ...RETRY, sleep, ...policy }, waits };
}

const live = () => ({ signal: new AbortController().signal });

describe('retries', () => {
  it.each<ModelFailure>(['rate limited', 'overloaded', 'server error', 'network', 'cut', 'stalled'])(
    'tries again after: %s',
    async (failure) => {
      const { policy } = patient();
      const events: string[] = [];
      const model = wrap(failing(new ModelError(failure, 'why not')), withRetry(policy));
      const got = await model.complete(request, { ...live(), onEvent: (e) => events.push(e) });
      expect(got).toMatchObject({ text: 'ok', attempts: 2 });
      expect(events).toEqual([expect.stringMatching(/^why not; waiting .* s, then try 2 of 5$/)]);
    },
  );

  it.each<ModelFailure>(['unauthorised', 'unknown model', 'bad request', 'bad reply', 'aborted'])(
    'does not try again after: %s',
    async (failure) => {
      const { policy, waits } = patient();
      const inner = failing(new ModelError(failure, 'no'));
      await expect(wrap(inner, withRetry(policy)).complete(request, live())).rejects.toMatchObject({
        failure,
      });
      expect(inner.calls()).toBe(1);
      expect(waits).toEqual([]);
    },
  );

  it('lets other errors through untouched', async () => {
    const bug = new RangeError('a bug');
    await expect(wrap(failing(bug), withRetry(patient().policy)).complete(request, live())).rejects.toBe(bug);
  });

  it('waits as long as the server asks, and longer each time where it does not', async () => {
    const { policy, waits } = patient();
    const plain = new ModelError('overloaded', 'busy');
    const model = wrap(
      failing(new ModelError('rate limited', 'slow', 7), plain, plain, plain),
      withRetry(policy),
    );
    expect((await model.complete(request, live())).attempts).toBe(5);
    expect(waits[0]).toBe(7);
    const [, second, third, fourth] = waits as [number, number, number, number];
    expect(second).toBeGreaterThanOrEqual(1);
    expect(second).toBeLessThanOrEqual(2);
    expect(third).toBeLessThanOrEqual(4);
    expect(fourth).toBeGreaterThanOrEqual(4);
    expect(fourth).toBeLessThanOrEqual(8);
  });

  it('fails at once when the server asks for more than is allowed, and says for how much', async () => {
    const { policy, waits } = patient();
    const model = wrap(failing(new ModelError('rate limited', 'slow', 3600)), withRetry(policy));
    const error = await model.complete(request, live()).catch((e: unknown) => e as ModelError);
    expect(error).toMatchObject({ failure: 'rate limited', retryAfter: 3600 });
    expect((error as ModelError).message).toBe('slow; it asks to wait 60 min, longer than the 60 s allowed');
    expect(waits).toEqual([]);
  });

  it('waits long where the caller allows it', async () => {
    const { policy, waits } = patient({ longest: 7200 });
    const model = wrap(failing(new ModelError('rate limited', 'slow', 3600)), withRetry(policy));
    expect((await model.complete(request, live())).text).toBe('ok');
    expect(waits).toEqual([3600]);
  });

  it('gives up after its attempts and says how many they were', async () => {
    const error = new ModelError('network', 'down');
    const model = wrap(failing(error, error, error), withRetry(patient({ attempts: 3 }).policy));
    await expect(model.complete(request, live())).rejects.toThrow('down (tried 3 times)');
  });

  it('stops during a wait', async () => {
    const stop = new AbortController();
    const inner = failing(new ModelError('rate limited', 'slow', 30));
    const options = { signal: stop.signal, onEvent: () => stop.abort() };
    await expect(wrap(inner, withRetry()).complete(request, options)).rejects.toMatchObject({
      failure: 'aborted',
    });
    expect(inner.calls()).toBe(1);
  });
});

describe.each(wires)('the wrappers around $name', (wire) => {
  let server: Scripted;
  beforeEach(async () => {
    server = await scripted();
  });
  afterEach(() => server.close());

  it('get through a 429 and a 529 to the answer', async () => {
    const { policy, waits } = patient();
    server.script(
      status(429, wire.error('rate_limit_error', 'slow down'), { 'retry-after': '2' }),
      status(529, wire.error('overloaded_error', 'Overloaded')),
      stream(wire.text(['ok'])),
    );
    const model = wrap(wire.open(server.origin), withIdleTimeout(), withRetry(policy));
    expect(await model.complete(request, live())).toMatchObject({ text: 'ok', attempts: 3 });
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBe(2);
  });

  it('end a stream that falls silent in the middle', async () => {
    const whole = wire.text(['Half ', 'of it']);
    server.script(silent(whole.slice(0, wire.wholeFrom(whole))));
    const model = wrap(wire.open(server.origin), withIdleTimeout({ first: 60, between: 0.05, total: 60 }));
    await expect(model.complete(request, live())).rejects.toMatchObject({ failure: 'stalled' });
  });

  it('tell what had come of a reply that broke off, and what it costs', async () => {
    const whole = wire.text(['Half ', 'of it']);
    const half = whole.slice(0, wire.wholeFrom(whole) - 1);
    const price = { input: 1, cachedInput: 1, output: 4 };
    server.script(stream(half), status(401, wire.error('authentication_error', 'no')));
    const model = wrap(
      wire.open(server.origin),
      withRetry(patient({ attempts: 1 }).policy),
      withPrices(price),
    );
    const error = await model.complete(request, live()).catch((e: unknown) => e as ModelError);
    const { used } = error as ModelError;
    // Ten characters at four a token, where the server has not counted the output yet.
    expect(used?.usage.output).toBeGreaterThanOrEqual(3);
    expect(used?.usage).toMatchObject({ estimated: true });
    expect(used?.cost).toBeCloseTo((used!.usage.input + 4 * used!.usage.output) / 1e6, 12);
    // What was refused before it began used nothing.
    await expect(model.complete(request, live())).rejects.toMatchObject({ used: null });
  });

  it('add up what tries that failed had used, beside the reply’s own usage', async () => {
    const whole = wire.text(['Half ', 'of it']);
    const half = whole.slice(0, wire.wholeFrom(whole) - 1);
    const { policy } = patient({ attempts: 3 });
    server.script(stream(half), stream(half), stream(whole));
    const priced = withPrices({ input: 1, cachedInput: 1, output: 4 });
    const reply = await wrap(wire.open(server.origin), withRetry(policy), priced).complete(request, live());
    expect(reply.usage).toEqual(wire.usage);
    expect(reply.lost?.usage.output).toBeGreaterThanOrEqual(6);
    expect(reply.lost?.cost).toBeGreaterThan(0);
    server.script(stream(half), stream(half), stream(half));
    await expect(
      wrap(wire.open(server.origin), withRetry(policy), priced).complete(request, live()),
    ).rejects.toMatchObject({
      failure: 'cut',
      used: { usage: { output: (reply.lost!.usage.output * 3) / 2 } },
    });
  });

  it('end a call that never gets headers', async () => {
    server.script(silent(null));
    const model = wrap(wire.open(server.origin), withIdleTimeout({ first: 0.05, between: 60, total: 60 }));
    await expect(model.complete(request, live())).rejects.toMatchObject({ failure: 'stalled' });
  });

  it('end a call that is kept alive for ever', async () => {
    server.script(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const alive = setInterval(() => response.write(': ping\n\n'), 5);
      response.once('close', () => clearInterval(alive));
    });
    const model = wrap(wire.open(server.origin), withIdleTimeout({ first: 60, between: 60, total: 0.1 }));
    await expect(model.complete(request, live())).rejects.toMatchObject({
      failure: 'stalled',
      message: expect.stringContaining('not finished'),
    });
  });

  it('tell a stop by the caller from a silence of the server', async () => {
    const stop = new AbortController();
    server.script(silent(null, () => stop.abort()));
    const model = wrap(wire.open(server.origin), withIdleTimeout(), withRetry());
    await expect(model.complete(request, { signal: stop.signal })).rejects.toMatchObject({
      failure: 'aborted',
    });
  });
});

describe('prices', () => {
  const price: Price = {
    input: 2,
    cachedInput: 0.2,
    cacheWrite: 2.5,
    output: 10,
    upTo: 1000,
    date: '2026-01-01',
    source: 'https://example.com',
  };

  it('count plain, cached and written input apart', async () => {
    const model = wrap(failing(), withPrices(price));
    const { cost } = await model.complete(request, live());
    // 15 plain · 2 + 10 cached · 0.2 + 5 written · 2.5 + 5 out · 10 = 94.5 dollars for a million times as much
    expect(cost).toBeCloseTo(94.5e-6, 12);
  });

  it('say nothing rather than something wrong', async () => {
    expect((await wrap(failing(), withPrices(null)).complete(request, live())).cost).toBeNull();
    expect(costOf({ input: 1001, cachedInput: 0, output: 1 }, price)).toBeNull();
  });

  it('are found for a dated name of a family, and for nothing else', () => {
    const prices = { 'anthropic:claude-a': price };
    expect(priceOf(prices, 'anthropic:claude-a')).toBe(price);
    expect(priceOf(prices, 'anthropic:claude-a-20260101')).toBe(price);
    expect(priceOf(prices, 'anthropic:claude-a-2026-01-01')).toBe(price);
    expect(priceOf(prices, 'anthropic:claude-a-mini')).toBeNull();
    expect(priceOf(prices, 'toString')).toBeNull();
  });

  it('estimate a run', () => {
    const run = estimate(10, { input: 500, output: 100 }, price);
    expect(run.tokens).toBe(6000);
    expect(run.cost).toBeCloseTo(10 * (500 * 2e-6 + 100 * 10e-6), 12);
    expect(estimate(10, { input: 500, output: 100 }, null)).toEqual({ tokens: 6000, cost: null });
  });

  it('refuse a cap that could not be kept', () => {
    expect(() => requirePriceForCap('openai:new', null, 1)).toThrow(/no price is known for openai:new/);
    expect(() => requirePriceForCap('openai:new', null, null)).not.toThrow();
    expect(() => requirePriceForCap('openai:known', price, 1)).not.toThrow();
  });
});
