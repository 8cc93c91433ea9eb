import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { type AnswerSource, createManual } from '../../agent/models/manual.ts';
import { createRecorded } from '../../agent/models/recorded.ts';
import { ModelError, type ModelReply } from '../../agent/models/types.ts';

const request = {
  system: 'You teach.',
  messages: [{ role: 'user' as const, content: 'What is ∂?' }],
  maxTokens: 9,
};
const live = () => ({ signal: new AbortController().signal });

let root: string;
let shown: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vibegrad-manual-'));
  shown = '';
});
afterEach(() => rm(root, { recursive: true }));

const open = (answers: AnswerSource, taken = 0) =>
  createManual({
    answers,
    folder: join(root, 'prompts'),
    taken,
    show: (text) => {
      shown += text;
    },
  });

async function answers(files: Record<string, string | Uint8Array>): Promise<AnswerSource> {
  const path = join(root, 'answers');
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { kind: 'folder', path };
}

describe('a person as the model', () => {
  it('says so, and costs nothing', async () => {
    const model = open(await answers({ '1.md': 'An answer.' }));
    expect(model.kind).toBe('a person typed this');
    expect(await model.complete(request, live())).toMatchObject({
      text: 'An answer.',
      stop: 'end',
      cost: 0,
      model: 'a person',
      usage: { input: 0, output: 0 },
    });
  });

  it('finds each prompt saved, and where it is', async () => {
    await open(await answers({ '1.md': 'x' })).complete(request, live());
    const saved = join(root, 'prompts', '001-prompt.md');
    expect(await readFile(saved, 'utf8')).toBe('You teach.\n\nWhat is ∂?\n');
    expect(shown).toContain(saved);
  });

  it('is told of the JSON that is wanted', async () => {
    const output = { name: 'answer', schema: { type: 'object' } };
    await open(await answers({ '1.md': 'x' })).complete({ ...request, output }, live());
    expect(await readFile(join(root, 'prompts', '001-prompt.md'), 'utf8')).toContain('{"type":"object"}');
  });

  describe('who wrote files', () => {
    it('has them taken in the order of their names, numbers as numbers', async () => {
      const model = open(await answers({ '10.md': 'c', '2.md': 'b', '01-first.txt': 'a', '.hidden': 'z' }));
      const texts = [];
      for (let i = 0; i < 3; i++) texts.push((await model.complete(request, live())).text);
      expect(texts).toEqual(['a', 'b', 'c']);
    });

    it('goes on after a resume with the file after those taken', async () => {
      const model = open(await answers({ '1': 'a', '2': 'b', '3': 'c' }), 2);
      expect((await model.complete(request, live())).text).toBe('c');
    });

    it('is told when they run out, and may add one', async () => {
      const source = await answers({ '1': 'a' });
      const model = open(source, 1);
      const error = await model.complete(request, live()).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message).toMatch(/no answer 2/);
      expect((error as UserError).mend).toContain('002-prompt.md');
      await writeFile(join(root, 'answers', '2'), 'b');
      expect((await model.complete(request, live())).text).toBe('b');
    });

    it.each<[string, string | Uint8Array]>([
      ['empty', ' \n'],
      ['UTF-8', new Uint8Array([0x61, 0xff])],
      ['longer', 'x'.repeat(5 * 2 ** 20)],
    ])('is told what is wrong with one: %s', async (word, content) => {
      const model = open(await answers({ '1': content }));
      const error = await model.complete(request, live()).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message).toContain(word);
    });
  });

  describe('who types', () => {
    it('ends an answer with a dot, and the last one with the end of the input', async () => {
      const input = new PassThrough();
      const model = open({ kind: 'lines', input });
      input.end('one\r\ntwo\n.\nthree');
      expect((await model.complete(request, live())).text).toBe('one\ntwo');
      expect((await model.complete(request, live())).text).toBe('three');
      await expect(model.complete(request, live())).rejects.toThrow(/ended before answer 3/);
    });

    it('sees the prompt without what would drive the terminal', async () => {
      const input = new PassThrough();
      input.end('x');
      const evil = { ...request, messages: [{ role: 'user' as const, content: 'a\x1b]0;title\x07b' }] };
      await open({ kind: 'lines', input }).complete(evil, live());
      expect(shown).toContain('ab');
      expect(shown).not.toContain('\x1b');
    });

    it('may stop instead', async () => {
      const stop = new AbortController();
      const answer = open({ kind: 'lines', input: new PassThrough() }).complete(request, {
        signal: stop.signal,
      });
      stop.abort();
      await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
    });
  });

  describe('who uses an editor', () => {
    it('finds the prompt above the line and writes below it', async () => {
      const command = `sh -c 'grep -q "What is" "$0" && echo "Below." >> "$0"'`;
      const model = open({ kind: 'editor', command });
      expect((await model.complete(request, live())).text.trim()).toBe('Below.');
    });

    it('is not answered for when nothing was written, or the editor failed', async () => {
      await expect(open({ kind: 'editor', command: 'true' }).complete(request, live())).rejects.toThrow(
        /empty/,
      );
      await expect(open({ kind: 'editor', command: 'exit 3;' }).complete(request, live())).rejects.toThrow(
        /code 3/,
      );
    });

    it('may stop while it is open', async () => {
      const stop = new AbortController();
      const answer = open({ kind: 'editor', command: 'exec sleep 60;' }).complete(request, {
        signal: stop.signal,
      });
      stop.abort();
      await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
    });

    it('runs without the keys', async () => {
      process.env.VIBEGRAD_API_KEY = 'sk-secret-0123456789';
      try {
        const model = open({ kind: 'editor', command: `sh -c 'echo "[$VIBEGRAD_API_KEY]" >> "$0"'` });
        expect((await model.complete(request, live())).text.trim()).toBe('[]');
      } finally {
        delete process.env.VIBEGRAD_API_KEY;
      }
    });
  });
});

describe('a recording', () => {
  const reply = (text: string): ModelReply => ({
    text,
    toolCalls: [],
    stop: 'end',
    usage: { input: 1, cachedInput: 0, output: 1 },
    model: 'm',
    requestId: null,
    cost: 0.5,
    seconds: 1,
    attempts: 2,
  });

  it('answers by position, failures included, and nothing is paid', async () => {
    const model = createRecorded('recorded:x', [reply('a'), new ModelError('cut', 'half'), reply('a')]);
    expect(await model.complete(request, live())).toMatchObject({ text: 'a', cost: 0, attempts: 2 });
    await expect(model.complete(request, live())).rejects.toMatchObject({ failure: 'cut' });
    expect(await model.complete({ ...request, system: 'other' }, live())).toMatchObject({ text: 'a' });
    await expect(model.complete(request, live())).rejects.toMatchObject({
      name: 'UserError',
      exit: 'diverged',
    });
  });

  it('goes on from where a resume left it', async () => {
    const model = createRecorded('recorded:x', [reply('a'), reply('b')], 1);
    expect((await model.complete(request, live())).text).toBe('b');
  });
});
