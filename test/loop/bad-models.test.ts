import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { type Desk, desk, jsonOf, newestSession, vibegrad, workspaceOn } from '../cli/vibegrad.ts';
import { chatServer, type Heard, type Said } from './chat-server.ts';
import { rules } from './script.ts';

const patient = { timeout: 120_000 };

/** A session on one goal, with a model that says this. */
async function played(answer: (heard: Heard) => Said, more: readonly string[] = []) {
  const at = desk({ VIBEGRAD_API_KEY: 'sk-not-a-real-key-0123456789' });
  const repo = await workspaceOn(at);
  const server = await chatServer(answer);
  const improve = ['improve', '--auto', '--questions', 'none', '--candidates', '2', '--goal', 'neg'];
  const ran = await vibegrad(at, [...improve, '--model', server.model, ...more], { cwd: repo });
  expect(ran.stdout + ran.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
  return { at, repo, server, ran };
}

async function applyFailures(at: Desk): Promise<readonly (string | undefined)[]> {
  const { entries } = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
  return entries.flatMap((entry) => (entry.kind === 'proposal' ? [entry.applyFailures.at(-1)?.reason] : []));
}

const bytes = (...parts: (string | Uint8Array)[]): Said =>
  ({
    raw: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const part of parts) response.write(part);
      response.end('data: [DONE]\n\n');
    },
  }) as const;

const chunk = (content: string, finish: string | null): string =>
  `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

describe('a reply that is no edit is a failed try, and the session goes on', () => {
  it.each<readonly [string, Said, string]>([
    ['empty', { text: '', finish: 'stop' }, 'bad reply'],
    ['10 MB long', { text: 'rule '.repeat(2 * 2 ** 20), finish: 'stop' }, 'bad reply'],
    ['without an edit', 'I am not sure what to say.', 'no edit'],
    [
      'not UTF-8',
      bytes(
        'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"',
        new Uint8Array([0xff, 0xfe, 0xc3, 0x28, 0x80]),
        '"},"finish_reason":null}]}\n\n',
        chunk('', 'stop'),
      ),
      'bad reply',
    ],
    ['a refusal', { text: 'No.', finish: 'content_filter' }, 'refusal'],
    ['cut by the token limit', { text: rules('neg: -1'), finish: 'length' }, 'cut'],
    [
      'an edit to a forbidden path',
      '../../outside.ts\n```ts\nexport const x = 1;\n```\n',
      'outside the editable paths',
    ],
    ['an edit of the repository’s own book', '.git/config\n```\n[core]\n```\n', 'outside the editable paths'],
  ])('%s', patient, async (_, said, reason) => {
    const { at, ran } = await played(() => said);
    expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('Nothing was accepted');
    const reasons = await applyFailures(at);
    expect(reasons).toEqual([reason, reason]);
  });
});

describe('a model that cannot be used ends the session, which can be resumed', () => {
  it.each([
    ['a wrong key', { status: 401, error: { message: 'Incorrect API key' } }, /refuses the key/],
    ['an unknown model', { status: 404, error: { message: 'no such model' } }, /has no model "scripted"/],
    // The third bad request in a row is no accident of one prompt.
    ['nothing but bad requests', { status: 400, error: { message: 'what?' } }, /refuses the request/],
  ] as const)('%s', patient, async (_, said, says) => {
    let mended = false;
    const { at, repo, ran, server } = await played(
      () => (mended ? rules('neg: -1') : said),
      ['--candidates', '5'],
    );
    expect(ran.code, ran.stdout + ran.stderr).toBe(7);
    expect(ran.stderr).toMatch(says);
    expect(server.heard[0]?.authorization).toBe('Bearer sk-not-a-real-key-0123456789');
    const { id, dir } = newestSession(at);
    expect(ran.stderr).toContain(`vibegrad resume ${id}`);
    expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).not.toContain('sk-not-a-real-key');
    mended = true;
    const resumed = await vibegrad(at, ['resume', id], { cwd: repo });
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(resumed.stdout).toContain('r1/neg');
  });
});
