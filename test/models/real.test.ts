import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel, parseModelId } from '../../agent/models/choose.ts';
import { discoverModels, pingModel } from '../../agent/models/discover.ts';
import { extractJson } from '../../agent/models/structured.ts';
import type { Model } from '../../agent/models/types.ts';
import { INSTALL, REAL_MODEL, type RealServer, realServerWanted, startRealServer } from './real-server.ts';

const request = {
  system: 'You are a helpful assistant.',
  messages: [{ role: 'user' as const, content: 'Say hello in one short sentence.' }],
  maxTokens: 48,
  temperature: 0,
};

describe.skipIf(!realServerWanted())(`a real model server (install it with ${INSTALL})`, () => {
  let server: RealServer;
  const open = async (id: string): Promise<Model> => {
    const env = { ANTHROPIC_BASE_URL: server.origin, OPENAI_BASE_URL: `${server.origin}/v1` };
    return (await openModel(parseModelId(id), { home: '/nowhere', env })).model;
  };
  const ids = (): [string, string][] => [
    ['Chat Completions', server.id],
    ['Responses', `openai:${REAL_MODEL}`],
    ['Messages', `anthropic:${REAL_MODEL}`],
  ];

  beforeAll(async () => {
    server = await startRealServer();
  });
  afterAll(() => server?.stop());

  describe.each(['Chat Completions', 'Responses', 'Messages'])('over %s', (wire) => {
    const model = () => open(ids().find(([name]) => name === wire)![1]);

    it('streams a whole answer and counts its tokens', async () => {
      let streamed = '';
      const signal = new AbortController().signal;
      const reply = await (await model()).complete(request, {
        signal,
        onText: (delta) => (streamed += delta),
      });
      expect(reply.text.length).toBeGreaterThan(0);
      expect(streamed).toBe(reply.text);
      expect(reply).toMatchObject({ stop: 'end', cost: 0, attempts: 1 });
      expect(reply.model).toContain(REAL_MODEL);
      expect(reply.usage.input).toBeGreaterThan(10);
      expect(reply.usage.output).toBeGreaterThan(0);
      expect(reply.usage.cachedInput).toBeLessThanOrEqual(reply.usage.input);
      expect(reply.usage.estimated).toBeUndefined();
    });

    it('says that the token limit cut an answer', async () => {
      const long = [{ role: 'user' as const, content: 'Tell a long story about a river.' }];
      const signal = new AbortController().signal;
      const reply = await (await model()).complete({ ...request, messages: long, maxTokens: 16 }, { signal });
      expect(reply.stop).toBe('length');
      expect(reply.usage.output).toBe(16);
    });

    it('stops in mid-stream', async () => {
      const stop = new AbortController();
      const answer = (await model()).complete(
        { ...request, messages: [{ role: 'user', content: 'Count to one hundred.' }], maxTokens: 400 },
        { signal: stop.signal, onText: () => stop.abort() },
      );
      await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
    });

    it('refuses a prompt that is longer than its context', async () => {
      const huge = [{ role: 'user' as const, content: 'word '.repeat(6000) }];
      const answer = (await model()).complete(
        { ...request, messages: huge },
        { signal: new AbortController().signal },
      );
      await expect(answer).rejects.toMatchObject({ failure: 'bad request' });
    });
  });

  it('holds an answer to a schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 20 }, big: { type: 'boolean' } },
      required: ['name', 'big'],
      additionalProperties: false,
    };
    const signal = new AbortController().signal;
    const question = [{ role: 'user' as const, content: 'Name one animal and say whether it is big.' }];
    const chat = await open(server.id);
    const reply = await chat.complete(
      { ...request, messages: question, output: { name: 'animal', schema } },
      { signal },
    );
    expect(extractJson(reply.text)).toMatchObject({
      ok: true,
      value: { name: expect.any(String), big: expect.any(Boolean) },
    });
  });

  it('is found by looking around, and answers a ping', async () => {
    const url = `${server.origin}/v1`;
    const place = { name: 'real', url, id: (model: string) => `${url}#${model}` };
    const found = await discoverModels({}, [place]);
    expect(found.servers).toEqual([{ name: 'real', url, models: [server.id] }]);
    const ping = await pingModel(await open(server.id), new AbortController().signal);
    expect(ping).toMatchObject({ ok: true, cost: 0 });
  });
});
