import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { chatServer } from '../loop/chat-server.ts';
import { allWords, answerWith, goalsAsked, gradOfSquare, isQuestion, rules } from '../loop/script.ts';
import { atTerminal, name, needed, there } from './at-terminal.ts';
import { desk, fingerprint, improving, jsonOf, newestSession, vibegrad, workspaceOn } from './vibegrad.ts';

describe('at a terminal', () => {
  it.skipIf(!there && !needed)(
    name('a reader of the tour predicts before the answer is shown, and leaves'),
    { timeout: 120_000 },
    async () => {
      const at = desk();
      const prompt = /› $/;
      const typed = ['12\r', 'q\r'];
      const { code, screen } = await atTerminal(at, ['tour'], { cwd: at.dir, prompt, typed });
      expect(code, screen).toBe(0);
      expect(screen.indexOf('What will this print last?')).toBeLessThan(screen.indexOf('another program'));
      expect(screen).toContain('You said 12: that is what came out.');
      expect(screen).toContain('1 of 1 predictions came true.');
    },
  );

  it.skipIf(!there && !needed)(
    name(
      'a tour that was left says how to go on, and goes on where it was left, in the middle of a topic, too',
    ),
    { timeout: 120_000 },
    async () => {
      const at = desk();
      const cwd = at.dir;
      const prompt = /› $/;
      const first = await atTerminal(at, ['tour', 'dual-numbers'], { cwd, prompt, typed: ['12\r', 'q\r'] });
      expect(first.code, first.screen).toBe(0);
      expect(first.screen.trimEnd().split('\n').at(-1)).toMatch(
        /^vibegrad resume \S+ goes on from there\.\s*$/,
      );
      const left = newestSession(at).id;
      // What is typed to leave is no guess.
      const typed = ['\r', 'q\r', '\r', '\r', '\r', '\r'];
      const { code, screen } = await atTerminal(at, ['resume', left], { cwd, prompt, typed });
      expect(code, screen).toBe(0);
      expect(screen).not.toContain('What is the derivative of a program');
      expect(screen.indexOf('"the chain rule at a computational level"')).toBeGreaterThan(0);
      expect(screen.indexOf('2 of 2: Dual numbers')).toBeGreaterThan(0);
      expect(screen).toContain('1 of 1 predictions came true.');
      const { entries } = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
      expect(entries.filter(({ kind }) => kind === 'question')).toHaveLength(4);
      const { dir, id } = newestSession(at);
      expect(id).not.toBe(left);
      expect(readFileSync(join(dir, 'transcript.md'), 'utf8')).toContain(
        'What is the derivative of a program',
      );
      expect(await vibegrad(at, ['replay', '--level', 'render', id])).toMatchObject({ code: 0 });
    },
  );

  it.skipIf(!there && !needed)(
    name('a digit takes one of the questions that an answer offers, and nothing else does'),
    { timeout: 120_000 },
    async () => {
      const at = desk();
      const typed = ['3\r', '1\r', '\r'];
      const { code, screen } = await atTerminal(at, ['ask', 'What is a dual number?'], {
        cwd: at.dir,
        prompt: /› $/,
        typed,
      });
      expect(code, screen).toBe(0);
      expect(screen).toContain('There is no "3": one of 1, 2, or Enter.');
      expect(screen).toContain('2 questions');
    },
  );

  it.skipIf(!there && !needed)(
    name('after each verdict a person hints, notes, asks, edits by hand and leaves'),
    { timeout: 180_000 },
    async () => {
      const at = desk();
      const editor = join(at.dir, 'editor.sh');
      const row = 'square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },';
      writeFileSync(editor, `#!/bin/sh\nsed -i '/^  mul: {/a\\  ${row}' "$1"\n`);
      chmodSync(editor, 0o755);
      const repo = await workspaceOn(at);
      const before = fingerprint(repo);
      const server = await chatServer((call) => {
        if (isQuestion(call)) {
          return answerWith('Because it is.', [{ statement: 'It is 6', code: gradOfSquare(3), value: 6 }]);
        }
        return rules(allWords(call).includes('mind the sign') ? 'neg: -1' : 'neg: 1');
      });

      const ran = await atTerminal(
        at,
        [...improving(server.model, 'neg', 'square'), '--max-iterations', '9'],
        {
          cwd: repo,
          env: { EDITOR: editor },
          prompt: /› $/,
          typed: ['o a wrong sign\r', '? why a minus\r', 'mind the sign\r', 'e\r', 'q\r'],
        },
      );
      expect(ran, ran.screen).toMatchObject({ code: 0, typed: 5 });
      expect(ran.screen).toMatch(/left: 8 proposals/);
      expect(ran.screen).toMatch(/\? +why a minus/);
      expect(ran.screen).toMatch(/edited by hand/);

      const proposed = server.heard.filter((call) => goalsAsked(call).length > 0).map(allWords);
      expect(proposed[0]).not.toContain('mind the sign');
      expect(proposed[1]).toContain('mind the sign');
      const { entries } = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
      const landed = entries.flatMap((entry) =>
        entry.kind === 'proposal' && entry.landed !== null ? [[entry.format, ...entry.landed.goals]] : [],
      );
      expect(landed).toEqual([
        ['rule', 'r1/neg'],
        ['by hand', 'r1/square'],
      ]);
      const transcript = readFileSync(join(newestSession(at).dir, 'transcript.md'), 'utf8');
      expect(transcript).toContain('a wrong sign');
      expect(transcript).toContain('why a minus');
      expect(fingerprint(repo)).toEqual(before);
    },
  );

  it.skipIf(!there && !needed)(
    name('what an editor leaves that fails is not taken over, and one that changes nothing is told'),
    { timeout: 180_000 },
    async () => {
      const at = desk();
      const editor = join(at.dir, 'editor.sh');
      const row = 'square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },';
      // Fails the first time, with an edit; changes nothing the second time.
      writeFileSync(
        editor,
        `#!/bin/sh\n[ -e once ] && exit 0\ntouch once\nsed -i '/^  mul: {/a\\  ${row}' "$1"\nexit 3\n`,
      );
      chmodSync(editor, 0o755);
      const repo = await workspaceOn(at);
      const improve = ['improve', '--model', 'embedded', '--goal', 'neg', 'square'];
      const ran = await atTerminal(at, improve, {
        cwd: repo,
        env: { EDITOR: editor },
        prompt: /› $/,
        typed: ['e\r', 'e\r', 'q\r'],
      });
      expect(ran, ran.screen).toMatchObject({ code: 0, typed: 3 });
      expect(ran.screen).toContain('ended with code 3: nothing of it is taken over');
      expect(ran.screen).toContain('engine.ts is as it was.');
      expect(ran.screen).not.toContain('edited by hand');
    },
  );

  it.skipIf(!there && !needed)(
    name('improve without a model lists what there is and asks; a wish is bound to a metric'),
    { timeout: 120_000 },
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const ran = await atTerminal(
        at,
        ['improve', '--auto', '--rung', '1', '--max-time', '0.001', '--goal', 'nicer'],
        {
          cwd: repo,
          prompt: /(\[goals\]|or a model id:) $/,
          typed: ['\r', 'embedded\r'],
        },
      );
      expect(ran, ran.screen).toMatchObject({ code: 8, typed: 2 });
      expect(ran.screen).toMatch(/What should "nicer" be measured by/);
      expect(ran.screen).toMatch(/embedded +needs nothing/);
    },
  );

  it.skipIf(!there && !needed)(
    name('a wish is suggested the metric that its words are about; declined, it is unmeasured'),
    { timeout: 120_000 },
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const server = await chatServer(() => 'I have nothing better.');
      const improve = [
        'improve',
        '--auto',
        '--questions',
        'none',
        '--candidates',
        '1',
        '--model',
        server.model,
      ];
      for (const [typed, says] of [
        ['\r', 'Make this engine smaller'],
        ['n\r', 'Nothing measures whether an edit grants the wish'],
      ] as const) {
        const ran = await atTerminal(at, [...improve, '--goal', 'less code'], {
          cwd: repo,
          prompt: /\[size\] $/,
          typed: ['beauty\r', typed],
        });
        expect(ran, ran.screen).toMatchObject({ code: 0, typed: 2 });
        expect(ran.screen).toMatch(/One of goals, speed:/);
        expect(ran.screen.includes('Unmeasured: judged, and never accepted.')).toBe(typed === 'n\r');
        expect(allWords(server.heard.at(-1)!)).toContain(says);
      }
    },
  );

  it.skipIf(!there && !needed)(
    name('a review asks of no proposal that was lost when another was dropped'),
    { timeout: 180_000 },
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const server = await chatServer((call) =>
        goalsAsked(call).includes('r1/exp') ? rules('exp: y') : rules('expm1: exp(x)'),
      );
      const ran = await vibegrad(at, [...improving(server.model, 'exp', 'expm1'), '--candidates', '1'], {
        cwd: repo,
      });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      const { screen, code, typed } = await atTerminal(at, ['review'], {
        cwd: repo,
        prompt: /\[q\]uit\? $/,
        typed: ['d\r', 'k\r'],
      });
      expect(code, screen).toBe(0);
      expect(screen).toMatch(/2 .* no longer holds: /);
      expect(typed).toBe(1);
      expect(screen).toMatch(/1 +dropped[\s\S]*2 +lost/);
    },
  );

  it.skipIf(!there && !needed)(
    name('a decision that a review takes back is said, and its proposal asked about again'),
    { timeout: 180_000 },
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const server = await chatServer(() => rules('exp: y'));
      const ran = await vibegrad(at, [...improving(server.model, 'exp'), '--candidates', '1'], { cwd: repo });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      const again = await vibegrad(at, ['review', '--keep', '1'], { cwd: repo });
      expect(again, again.stderr).toMatchObject({ code: 0 });
      const undone = await vibegrad(at, ['review', '--undo'], { cwd: repo });
      expect(undone.stdout).toMatch(/1 .*: keep taken back, now undecided/);
      const { screen, code, typed } = await atTerminal(at, ['review'], {
        cwd: repo,
        prompt: /\[q\]uit\? $/,
        typed: ['u\r', 'k\r'],
      });
      expect(code, screen).toBe(0);
      expect(screen).toContain('No decision on');
      expect(typed).toBe(2);
      expect(screen).toMatch(/1 +kept/);
    },
  );
});
