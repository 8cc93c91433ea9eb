import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_REPLY_CHARACTERS } from '../../agent/models/reply.ts';
import {
  type CallOptions,
  ModelError,
  type ModelFailure,
  type ModelRequest,
} from '../../agent/models/types.ts';
import { type Scripted, scripted, silent, status, stream, torn } from './scripted.ts';
import { KEY, wires } from './wires.ts';

const asked: ModelRequest = {
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'Greet.' }],
  maxTokens: 100,
};
const TEXT = ['Grüße, ', '∂f/∂x', ' 🙂 done'];

let server: Scripted;
beforeEach(async () => {
  server = await scripted();
});
afterEach(() => server.close());

const quiet = (signal = new AbortController().signal): CallOptions => ({ signal });

async function failureOf(call: Promise<unknown>): Promise<ModelError> {
  try {
    await call;
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error('the call did not fail');
}

describe('a server that is not OpenAI', () => {
  it('gets nothing that the environment holds for OpenAI', async () => {
    const held = {
      OPENAI_CUSTOM_HEADERS: 'X-Gateway: secret\nAuthorization: Bearer theirs',
      OPENAI_ORG_ID: 'org-1',
    };
    Object.assign(process.env, held);
    try {
      const chat = wires.find(({ name }) => name === 'Chat Completions')!;
      server.script(stream(chat.text(['x'])), stream(chat.text(['x'])));
      await chat.open(server.origin).complete(asked, quiet());
      await chat.open(server.origin, null).complete(asked, quiet());
      expect(server.heard.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, undefined]);
      for (const { headers } of server.heard) {
        expect(headers).not.toHaveProperty('x-gateway');
        expect(headers).not.toHaveProperty('openai-organization');
      }
    } finally {
      for (const name of Object.keys(held)) delete process.env[name];
    }
  });

  it('is asked by the new name of the token limit when it refuses the old one', async () => {
    const chat = wires.find(({ name }) => name === 'Chat Completions')!;
    const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    server.script(status(400, chat.error('invalid_request_error', message)), stream(chat.text(['ok'])));
    expect(await chat.open(server.origin).complete(asked, quiet())).toMatchObject({
      text: 'ok',
      attempts: 2,
    });
    expect(server.heard[1]?.body).toMatchObject({ max_completion_tokens: 100 });
    expect(server.heard[1]?.body).not.toHaveProperty('max_tokens');
  });
});

describe.each(wires)('$name', (wire) => {
  const call = (request = asked, options = quiet()) => wire.open(server.origin).complete(request, options);

  it('folds the stream into one reply with normalised usage', async () => {
    server.script(stream(wire.text(TEXT), { [wire.requestIdHeader]: 'req_7' }));
    const seen: string[] = [];
    let activity = 0;
    const reply = await call(asked, {
      ...quiet(),
      onText: (delta) => seen.push(delta),
      onActivity: () => activity++,
    });
    expect(reply).toMatchObject({
      text: TEXT.join(''),
      stop: 'end',
      requestId: 'req_7',
      attempts: 1,
      cost: null,
    });
    expect(reply.usage).toEqual(wire.usage);
    expect(reply.model).toMatch(/-test-1$/);
    expect(seen).toEqual(TEXT);
    expect(activity).toBeGreaterThan(0);
  });

  it('never takes a stream that ends too early for a whole answer, wherever it ends', async () => {
    const whole = wire.text(TEXT);
    const bytes = Buffer.from(whole);
    const wholeFrom = Buffer.byteLength(whole.slice(0, wire.wholeFrom(whole)));
    const model = wire.open(server.origin);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.boolean(), async (length, broken) => {
        const part = bytes.subarray(0, length);
        server.script(broken ? torn(part) : stream(part));
        const outcome = await model.complete(asked, quiet()).catch((error: unknown) => error);
        if (length < wholeFrom || outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(ModelError);
          expect((outcome as ModelError).failure).toBe('cut');
        } else {
          expect(outcome).toMatchObject({ text: TEXT.join(''), stop: 'end' });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says cut when the stream ends in the middle of a character', async () => {
    const bytes = Buffer.from(wire.text(['Grüße']));
    server.script(stream(bytes.subarray(0, bytes.indexOf(Buffer.from('ü')) + 1)));
    expect(await failureOf(call())).toMatchObject({ failure: 'cut' });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(wire.text(['Gr@sse']));
    bytes[bytes.indexOf('@')] = 0xff;
    server.script(stream(bytes));
    const error = await failureOf(call());
    expect(error.failure).toBe('bad reply');
    expect(error.message).toContain('UTF-8');
  });

  it('refuses events that are not JSON', async () => {
    server.script(stream(wire.text(['x']).replaceAll('"x"', 'x"')));
    expect((await failureOf(call())).failure).toBe('bad reply');
  });

  it('refuses a reply that is too long', async () => {
    const half = 'x'.repeat(2 ** 20);
    server.script(stream(wire.text(new Array(10).fill(half))));
    let seen = 0;
    const options = { ...quiet(), onText: (delta: string) => (seen += delta.length) };
    expect((await failureOf(call(asked, options))).failure).toBe('bad reply');
    expect(seen).toBeLessThanOrEqual(MAX_REPLY_CHARACTERS);
  });

  it('refuses an empty reply', async () => {
    server.script(stream(wire.text([])));
    const error = await failureOf(call());
    expect(error).toMatchObject({ failure: 'bad reply', message: expect.stringContaining('empty') });
  });

  it.each(['length', 'refusal'] as const)('says why it stopped: %s', async (end) => {
    server.script(stream(wire.text(['Sorry'], end)));
    expect(await call()).toMatchObject({ text: 'Sorry', stop: end });
  });

  it('takes no arguments for an empty object, and no other value for arguments', async () => {
    server.script(stream(wire.tool([])), stream(wire.tool(['[1]'])), stream(wire.tool(['['.repeat(1e5)])));
    expect((await call()).toolCalls[0]).toMatchObject({ input: {}, malformed: false });
    expect((await call()).toolCalls[0]).toMatchObject({ input: '[1]', malformed: true });
    expect((await call()).toolCalls[0]).toMatchObject({ malformed: true });
  });

  it('puts tool calls together from their pieces', async () => {
    server.script(stream(wire.tool(['{"rule":', '"1 - y*y"}'])));
    const reply = await call({
      ...asked,
      tools: [{ name: 'set', description: 'd', schema: { type: 'object' } }],
    });
    expect(reply.stop).toBe('tool');
    expect(reply.toolCalls).toEqual([
      { id: 'call_1', name: 'set', input: { rule: '1 - y*y' }, malformed: false },
    ]);
  });

  it('marks malformed tool arguments and keeps them as text', async () => {
    server.script(stream(wire.tool(['{"rule": "1 - '])));
    expect((await call()).toolCalls).toEqual([
      { id: 'call_1', name: 'set', input: '{"rule": "1 - ', malformed: true },
    ]);
  });

  it.each<[number, string, ModelFailure]>([
    [400, 'invalid_request_error', 'bad request'],
    [401, 'authentication_error', 'unauthorised'],
    [403, 'permission_error', 'unauthorised'],
    [404, 'not_found_error', 'unknown model'],
    [413, 'request_too_large', 'bad request'],
    [429, 'rate_limit_error', 'rate limited'],
    [500, 'api_error', 'server error'],
    [502, 'bad_gateway', 'server error'],
    [503, 'unavailable', 'overloaded'],
    [529, 'overloaded_error', 'overloaded'],
  ])('calls status %i by its name', async (code, type, failure) => {
    server.script(status(code, wire.error(type, 'because of reasons')));
    const error = await failureOf(call());
    expect(error.failure).toBe(failure);
    expect(error.message).toContain('because of reasons');
    expect(server.heard).toHaveLength(1);
  });

  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '3600' }, 3600],
    [{ 'retry-after-ms': '250' }, 0.25],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('reads how long the server asks to wait: %o', async (headers, seconds) => {
    server.script(
      status(429, wire.error('rate_limit_error', 'slow down'), headers as Record<string, string>),
    );
    expect((await failureOf(call())).retryAfter).toBe(seconds);
  });

  it.each(['constructor', '__proto__', 'never heard of'])(
    'takes an unknown kind of error for a failure: %s',
    async (kind) => {
      server.script(stream(wire.overloaded().replaceAll('overloaded_error', kind)));
      expect((await failureOf(call())).failure).toBe('server error');
    },
  );

  it('says that the server is overloaded when it breaks off with that error', async () => {
    server.script(stream(wire.overloaded()));
    expect(await failureOf(call())).toMatchObject({ failure: 'overloaded' });
  });

  it('refuses a page where a stream should be, and shows its beginning', async () => {
    server.script(status(200, '<html>Please log in</html>'));
    const error = await failureOf(call());
    expect(error).toMatchObject({ failure: 'bad reply', message: expect.stringContaining('Please log in') });
  });

  it('follows no redirect, and carries its key nowhere else', async () => {
    const elsewhere = await scripted();
    server.script(status(307, {}, { location: `${elsewhere.origin}/v1` }));
    expect((await failureOf(call())).failure).toBe('bad request');
    expect(elsewhere.heard).toHaveLength(0);
    await elsewhere.close();
  });

  it('keeps the key out of every message, even when the server repeats it', async () => {
    server.script(status(401, wire.error('authentication_error', `no such key: ${KEY}`)));
    const error = await failureOf(call());
    expect(server.heard[0]?.headers[wire.keyHeader]).toContain(KEY);
    expect(`${error.stack} ${String(error.cause)} ${(error.cause as Error).stack}`).not.toContain(KEY);
  });

  it('sends no credentials where there are none', async () => {
    server.script(stream(wire.text(['x'])));
    await wire.open(server.origin, null).complete(asked, quiet());
    expect(server.heard[0]?.headers).not.toHaveProperty(wire.keyHeader);
  });

  it('says that nothing listens', async () => {
    await server.close();
    expect(await failureOf(call())).toMatchObject({
      failure: 'network',
      message: expect.stringContaining('nothing listens'),
    });
    server = await scripted();
  });

  it('asks again without a temperature that the server refuses, and remembers', async () => {
    server.script(
      status(400, wire.error('invalid_request_error', "Unsupported parameter: 'temperature'")),
      stream(wire.text(['ok'])),
      stream(wire.text(['ok'])),
    );
    const model = wire.open(server.origin);
    const warm = { ...asked, temperature: 0.5 };
    expect(await model.complete(warm, quiet())).toMatchObject({ text: 'ok', attempts: 2 });
    expect(await model.complete(warm, quiet())).toMatchObject({ text: 'ok', attempts: 1 });
    expect(server.heard.map(({ body }) => 'temperature' in body)).toEqual([true, false, false]);
  });

  it('keeps its budget honest when the server counts nonsense', async () => {
    const nonsense = wire.text(['four']).replaceAll(/("(?:input|prompt)_tokens"):\d+/g, '$1:-1e9');
    server.script(stream(nonsense.replaceAll(/("(?:output|completion)_tokens"):\d+/g, '$1:"many"')));
    const { usage } = await call();
    expect(usage).toMatchObject({ input: 4, output: 1, estimated: true });
    expect(usage.cachedInput).toBeLessThanOrEqual(usage.input);
  });

  it('lets half a character of a foreign encoding not through', async () => {
    server.script(stream(wire.text(['a\ud83d', '\ude42 \ud83d'])));
    expect((await call()).text).toBe('a🙂 \ufffd');
  });

  it('asks in words for JSON where the server takes no format', async () => {
    server.script(
      status(
        400,
        wire.error('invalid_request_error', 'output_config, text.format, response_format: unknown'),
      ),
      stream(wire.text(['{"a":1}'])),
    );
    const schema = {
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    };
    await call({ ...asked, output: { name: 'answer', schema } });
    const [first, second] = server.heard.map(({ body }) => JSON.stringify(body));
    expect(first).toMatch(/json_schema/);
    expect(second).not.toMatch(/json_schema/);
    expect(second).toContain('JSON Schema');
  });

  describe('stops when it is told to', () => {
    it('before the call', async () => {
      expect(await failureOf(call(asked, quiet(AbortSignal.abort())))).toMatchObject({ failure: 'aborted' });
      expect(server.heard).toHaveLength(0);
    });

    it('waiting for headers', async () => {
      const stop = new AbortController();
      server.script(silent(null, () => stop.abort()));
      expect(await failureOf(call(asked, quiet(stop.signal)))).toMatchObject({ failure: 'aborted' });
    });

    it('in mid-stream', async () => {
      const stop = new AbortController();
      const whole = wire.text(TEXT);
      server.script(silent(whole.slice(0, wire.wholeFrom(whole))));
      const options = { ...quiet(stop.signal), onText: () => stop.abort() };
      expect(await failureOf(call(asked, options))).toMatchObject({ failure: 'aborted' });
    });

    it('in mid-stream, although the whole answer is on its way', async () => {
      const stop = new AbortController();
      server.script(stream(wire.text(TEXT)));
      const options = { ...quiet(stop.signal), onText: () => stop.abort() };
      expect(await failureOf(call(asked, options))).toMatchObject({ failure: 'aborted' });
    });
  });
});
