import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { formatModelId, MODEL_FORMS, ollamaURL, openModel, parseModelId } from '../../agent/models/choose.ts';
import { discoverModels, pingModel } from '../../agent/models/discover.ts';
import { loadPrices } from '../../agent/models/prices.ts';
import { type Scripted, scripted, status, stream } from './scripted.ts';
import { wires } from './wires.ts';

const chat = wires.find(({ name }) => name === 'Chat Completions')!;
const anthropic = wires.find(({ name }) => name === 'Anthropic Messages')!;
const openai = wires.find(({ name }) => name === 'OpenAI Responses')!;
const request = { system: 's', messages: [{ role: 'user' as const, content: 'x' }], maxTokens: 10 };
const live = () => ({ signal: new AbortController().signal });

let home: string;
let server: Scripted;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vibegrad-models-'));
  server = await scripted();
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

describe('a model id', () => {
  it.each([
    ['embedded', { kind: 'embedded' }],
    ['manual', { kind: 'manual' }],
    ['anthropic:claude-x', { kind: 'anthropic', name: 'claude-x' }],
    ['openai:ft:gpt-x:org', { kind: 'openai', name: 'ft:gpt-x:org' }],
    ['ollama:llama3.2:1b', { kind: 'ollama', name: 'llama3.2:1b' }],
    ['recorded:first', { kind: 'recorded', session: 'first' }],
    [
      'http://127.0.0.1:8080/v1/#org/name',
      { kind: 'chat', baseURL: 'http://127.0.0.1:8080/v1', name: 'org/name' },
    ],
  ])('has the form %s', (text, id) => {
    expect(parseModelId(text)).toEqual(id);
  });

  it.each(['gpt-5', '', 'openai:', 'azure:x', 'file:///etc/passwd', 'toString', 'embedded:x'])(
    'of no known form is refused with the list of forms: %s',
    (text) => {
      let error: unknown;
      try {
        parseModelId(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(UserError);
      for (const { form } of MODEL_FORMS) expect((error as UserError).mend).toContain(form);
    },
  );

  it.each(['http://u:hunter2secret@host/v1#m', 'http://host/v1?api_key=hunter2secret#m', 'http://host/v1'])(
    'is no place for a secret, and names a model: %s',
    (text) => {
      expect(() => parseModelId(text)).toThrow(UserError);
    },
  );

  it('is read back from its canonical text', () => {
    const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,20}$/);
    const prefixes = fc.constantFrom(
      'anthropic:',
      'openai:',
      'ollama:',
      'recorded:',
      'https://h.example/v1#',
    );
    fc.assert(
      fc.property(prefixes, names, (prefix, name) => {
        const id = parseModelId(prefix + name);
        expect(parseModelId(formatModelId(id))).toEqual(id);
      }),
    );
  });
});

describe('opening a model', () => {
  it('loads no SDK: that waits for the first call', async () => {
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve(specifier, context, next) {
          if (/openai|anthropic-ai/.test(specifier)) console.log(specifier);
          return next(specifier, context);
        },
      });
      const { openModel, parseModelId } = await import(${JSON.stringify(new URL('../../agent/models/index.ts', import.meta.url))});
      await openModel(parseModelId('http://127.0.0.1:1/v1#m'), { home: '/nowhere', env: {} });
      console.log('opened');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout.trim()).toBe('opened');
  });

  it('asks for the key that is missing, and loads no SDK for it', async () => {
    const opening = openModel(parseModelId('anthropic:claude-x'), { home, env: {} });
    await expect(opening).rejects.toMatchObject({
      exit: 'missing',
      mend: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
  });

  it('refuses a key that no header can carry, without repeating it', async () => {
    const env = { OPENAI_API_KEY: 'sk-two\nlines' };
    const error = await openModel(parseModelId('openai:gpt-x'), { home, env }).catch(
      (e: unknown) => e as Error,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).not.toContain('sk-two');
  });

  it('sends each request to where the environment points, with its own key', async () => {
    const env = {
      ANTHROPIC_BASE_URL: server.origin,
      ANTHROPIC_API_KEY: 'key-of-anthropic',
      OPENAI_BASE_URL: `${server.origin}/v1`,
      OPENAI_API_KEY: 'key-of-openai',
      VIBEGRAD_API_KEY: 'key-of-mine',
      OLLAMA_HOST: server.origin.replace('http://', ''),
    };
    const ids = ['anthropic:a', 'openai:b', `${server.origin}/v1#c`, 'ollama:d'];
    server.script(...[anthropic, openai, chat, chat].map((wire) => stream(wire.text(['ok']))));
    for (const id of ids) {
      const { model } = await openModel(parseModelId(id), { home, env });
      expect(model.id).toBe(id);
      expect((await model.complete(request, live())).text).toBe('ok');
    }
    expect(server.heard.map(({ path, headers, body }) => [path, headers.authorization, body.model])).toEqual([
      ['/v1/messages', 'Bearer key-of-anthropic', 'a'],
      ['/v1/responses', 'Bearer key-of-openai', 'b'],
      ['/v1/chat/completions', 'Bearer key-of-mine', 'c'],
      ['/v1/chat/completions', undefined, 'd'],
    ]);
    const [messages, responses] = server.heard;
    expect(messages?.body.system[0].cache_control).toEqual({ type: 'ephemeral' });
    expect(responses?.body.store).toBe(false);
  });

  it('asks no key of a server on this machine, and counts it as free', async () => {
    server.script(stream(chat.text(['ok'])));
    const { model, price } = await openModel(parseModelId(`${server.origin}/v1#m`), { home, env: {} });
    expect(price).toMatchObject({ input: 0, output: 0 });
    expect((await model.complete(request, live())).cost).toBe(0);
    expect(server.heard[0]?.headers).not.toHaveProperty('authorization');
  });

  it('knows no price of a server elsewhere, until the person says it', async () => {
    const id = parseModelId('https://models.example/v1#m');
    expect((await openModel(id, { home, env: {} })).price).toBeNull();
    const price = {
      input: 1,
      cachedInput: 0,
      output: 2,
      date: '2026-01-01',
      source: 'https://models.example',
    };
    const file = { unit: 'US dollars per million tokens', models: { 'https://models.example/v1#m': price } };
    await writeFile(join(home, 'prices.json'), JSON.stringify(file));
    expect((await openModel(id, { home, env: {} })).price).toEqual(price);
  });

  it('knows the shipped prices, each with its date and source', async () => {
    const prices = Object.entries(await loadPrices(home));
    expect(prices.length).toBeGreaterThan(5);
    for (const [id, { date, source }] of prices) {
      expect(id).toMatch(/^(anthropic|openai):/);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(source).toMatch(/^https:\/\/(platform\.claude\.com|developers\.openai\.com)\//);
    }
  });

  it.each(['{', '{"models": {}}', '{"unit":"US dollars per million tokens","models":{"a":{"input":-1}}}'])(
    'names the price file that it cannot read: %s',
    async (text) => {
      await writeFile(join(home, 'prices.json'), text);
      const failure = await loadPrices(home).catch((error: unknown) => error);
      if (!(failure instanceof UserError)) throw failure;
      expect(failure.message).toMatch(/prices\.json is not a price file: [^\n]+$/);
      // The form that it tells of is one that it reads.
      const [, form = ''] = /^It reads (.+)\.$/.exec(failure.mend) ?? [];
      await writeFile(join(home, 'prices.json'), form);
      expect((await loadPrices(home)).MODEL).toMatchObject({ input: 3, output: 15 });
    },
  );
});

describe('Ollama', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['[::1]:99', 'http://[::1]:99'],
    ['[::]', 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:8000', 'http://127.0.0.1:8000'],
    [':8000', 'http://127.0.0.1:8000'],
    ['box', 'http://box:11434'],
    ['box:80', 'http://box:80'],
    ['https://box', 'https://box'],
    ['http://box:9/', 'http://box:9'],
  ])('listens where OLLAMA_HOST says: %s', (host, url) => {
    expect(ollamaURL({ OLLAMA_HOST: host })).toBe(url);
  });
});

describe('an OLLAMA_HOST that is no address', () => {
  const env = { OLLAMA_HOST: 'http://a b' };
  it('is named when Ollama is chosen, and only then', async () => {
    await expect(openModel(parseModelId('ollama:x'), { home, env })).rejects.toThrow(/OLLAMA_HOST/);
    expect((await discoverModels(env)).keys).toEqual([]);
  });
});

describe('looking around', () => {
  const place = () => ({ name: 'here', url: `${server.origin}/v1`, id: (model: string) => `here:${model}` });

  it('finds the keys that are set and the servers that answer', async () => {
    server.script(status(200, { object: 'list', data: [{ id: 'a', extra: 1 }, { id: 'b' }] }));
    const found = await discoverModels({ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: ' ' }, [place()]);
    expect(found.keys).toEqual([
      { provider: 'anthropic', variable: 'ANTHROPIC_API_KEY', form: 'anthropic:NAME' },
    ]);
    expect(found.servers).toEqual([
      { name: 'here', url: `${server.origin}/v1`, models: ['here:a', 'here:b'] },
    ]);
    expect(server.heard[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['a page', status(200, '<html></html>')],
    ['an error', status(500, {})],
    ['something else', status(200, { data: 'x' })],
    ['silence', () => undefined],
  ])('takes %s for no server', async (_name, step) => {
    server.script(step);
    expect((await discoverModels({}, [place()])).servers).toEqual([]);
  });

  it('says in one tiny call whether a model answers', async () => {
    const { model } = await openModel(parseModelId(`${server.origin}/v1#m`), { home, env: {} });
    server.script(stream(chat.text(['here'])), status(401, chat.error('authentication_error', 'no')));
    expect(await pingModel(model, live().signal)).toMatchObject({ ok: true, model: 'chat-test-1', why: '' });
    expect(await pingModel(model, live().signal)).toMatchObject({
      ok: false,
      why: expect.stringContaining('key'),
    });
    expect(server.heard[0]?.body.max_tokens).toBeLessThanOrEqual(16);
  });
});
