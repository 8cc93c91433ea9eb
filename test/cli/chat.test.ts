import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { chatServer, type Said } from '../loop/chat-server.ts';
import { answerWith, gradOfSquare, rules } from '../loop/script.ts';
import { atTerminal, name, needed, there } from './at-terminal.ts';
import {
  type Desk,
  desk,
  expectPlainFailure,
  jsonOf,
  newestSession,
  vibegrad,
  workspaceOn,
} from './vibegrad.ts';

const patient = { timeout: 180_000 };
const said = (...lines: string[]) => ({ input: `${lines.join('\n')}\n` });

async function entriesOf(at: Desk, id: string) {
  return showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json', id]))).entries;
}

describe('vibegrad chat, with nothing but what is shipped', patient, () => {
  it('answers as ask does, takes an offer, runs code, notes, saves; and is a session like any other', async () => {
    const at = desk();
    const saved = join(at.dir, 'saved.md');
    const ran = await vibegrad(
      at,
      ['chat'],
      said(
        'What is a dual number?',
        '1',
        '/run grad((x) => mul(x, x))(3)[0]',
        '/observe steep',
        `/save ${saved}`,
        '/nonsense',
        '/quit',
      ),
    );
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('No model was asked. This is');
    expect(ran.stdout).toMatch(/ran, nothing claimed {2}Code of the person {2}printed 6/);
    expect(ran.stdout).toContain('There is no /nonsense');
    const { id, dir } = newestSession(at);
    const transcript = readFileSync(join(dir, 'transcript.md'), 'utf8');
    expect(transcript).toContain('- *(a person)* steep');
    expect(readFileSync(saved, 'utf8')).toContain('- *(a person)* steep');
    expect(await vibegrad(at, ['replay', '--level', 'render', id])).toMatchObject({ code: 0 });
    expect((await vibegrad(at, ['export', '--html', id])).stdout).toContain('What is a dual number?');
    const questions = (await entriesOf(at, id)).filter(({ kind }) => kind === 'question');
    expect(questions).toHaveLength(3);
  });

  it('judges a rule of the person’s for the engine of the folder, and lands it', async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const ran = await vibegrad(at, ['chat'], {
      cwd: repo,
      ...said('/propose neg: 1', '/propose neg: -1', '/propose zyx', '/propose neg', '/quit'),
    });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/✗ neg: 1[\s\S]*✓ r1\/neg/);
    expect(ran.stdout).toContain('There is no goal zyx');
    expect(ran.stdout).toContain('r1/neg is met already.');
    const landed = (await entriesOf(at, newestSession(at).id)).flatMap((entry) =>
      entry.kind === 'proposal' && entry.landed !== null ? entry.landed.goals : [],
    );
    expect(landed).toEqual(['r1/neg']);
    expect(ran.stdout).toMatch(/Accepted commits are on vibegrad\/\S+\.\nNext: vibegrad review/);
  });

  it('names the branch where it is interrupted, too', async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    let stopped = false;
    const ran = await vibegrad(at, ['chat'], {
      cwd: repo,
      ...said('/propose neg: -1', ...Array<string>(20).fill('What is a dual number?')),
      watch: (output, kill) => {
        if (stopped || !/✓ r1\/neg[\s\S]*verified/.test(output)) return;
        stopped = true;
        kill('SIGTERM');
      },
    });
    expect(ran, ran.stderr).toMatchObject({ code: 130 });
    expect(ran.stdout).toMatch(/Accepted commits are on vibegrad\/\S+\.\nNext: vibegrad review/);
  });

  it('refuses to share standard input with a person who types the answers', async () => {
    expectPlainFailure(
      await vibegrad(desk(), ['chat', '--model', 'manual']),
      2,
      /reads its questions from standard input/,
    );
  });
});

/** A reply whose pieces come one after the other, and which may never end. */
const slowly = (text: string, ends: boolean): Said => ({
  raw: (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const piece = (delta: object, finish: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    for (const word of text.match(/\S*\s*/g) ?? []) piece({ content: word });
    if (!ends) return;
    piece({}, 'stop');
    response.end('data: [DONE]\n\n');
  },
});

describe('vibegrad chat, with a model', patient, () => {
  it('asks it with what was said before; what it proposes is judged; a refuted claim goes back once', async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const server = await chatServer(({ messages }) => {
      const last = messages.at(-1)?.content ?? '';
      if (last.includes('r1/neg')) return rules('neg: -1');
      const value = last.includes('did not hold') ? 6 : 5;
      return answerWith('The slope.', [{ statement: `It is ${value}.`, code: gradOfSquare(3), value }]);
    });
    const ran = await vibegrad(at, ['chat', '--model', server.model], {
      cwd: repo,
      ...said('How steep?', '/propose neg', 'Why?', '/quit'),
    });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/refuted {2}It is 5\.[\s\S]*verified {2}It is 6\.[\s\S]*✓ r1\/neg/);
    const proposed = server.heard.find(({ messages }) => messages.at(-1)?.content.includes('r1/neg'));
    expect(proposed?.messages[0]?.content).toContain('It is 6.');
    expect(proposed?.messages[0]?.content).not.toContain('It is 5.');
    const again = server.heard.find(
      ({ messages }) => messages.length === 3 && messages[0]?.content === 'How steep?',
    );
    expect(again?.messages[1]?.content).toContain('- verified: It is 6.');
  });

  it('with a wrong key ends as a session that can be resumed, and the conversation goes on', async () => {
    const at = desk();
    let mended = false;
    const server = await chatServer(() =>
      mended ? answerWith('So.', []) : { status: 401, error: { message: 'no' } },
    );
    const ran = await vibegrad(at, ['chat', '--model', server.model], said('What?', '/quit'));
    expectPlainFailure(ran, 7, /wants a key|refuses the key/);
    mended = true;
    const resumed = await vibegrad(at, ['resume', newestSession(at).id], said('/quit'));
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(resumed.stdout).toContain('So.');
  });

  it.skipIf(!there && !needed)(
    name('shows an answer while it comes; Ctrl-C stops it, and twice at the prompt leaves'),
    async () => {
      const at = desk();
      const evil = '\u001b[31mred\u001b]0;owned\u0007';
      let calls = 0;
      const server = await chatServer(() => {
        calls += 1;
        return calls === 1
          ? slowly(
              JSON.stringify({ prose: `It is **bold** ${evil} $x^2$.`, claims: [], offers: ['A?', 'B?'] }),
              true,
            )
          : slowly('{"prose": "This never ends', false);
      });
      const prompt = /› $|never ends$|leaves; \/quit ends the chat\.\s+› $/;
      const typed = ['What?\r', '1\r', '\u0003', '\u0003', '\u0003'];
      const ran = await atTerminal(at, ['chat', '--model', server.model], { cwd: at.dir, prompt, typed });
      expect(ran, ran.screen).toMatchObject({ code: 130, typed: 5 });
      expect(ran.screen).toContain('It is bold red x².');
      expect(ran.screen).not.toMatch(/\u001b\]|owned/);
      expect(ran.screen).toContain('You stopped this answer');
      expect(ran.screen).toContain('Ctrl-C again leaves');
      // At the prompt nothing is under way.
      expect(ran.screen).toContain('Stopping.');
      expect(ran.screen).not.toContain('is cut off');
      const { id, dir } = newestSession(at);
      expect(existsSync(join(dir, 'transcript.md'))).toBe(true);
      const resumed = await vibegrad(at, ['resume', id], said('/quit'));
      expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
      expect(calls).toBe(2);
    },
  );
});
