import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifySchema } from '../../agent/actions/verify.ts';
import { listSchema, reviewSchema, showSchema } from '../../agent/review/reports.ts';
import {
  desk,
  fingerprint,
  git,
  improving,
  jsonOf,
  newestSession,
  vibegrad,
  workspaceOn,
} from '../cli/vibegrad.ts';
import { chatServer, type Heard } from './chat-server.ts';
import { allWords, goalsAsked, isQuestion, rules } from './script.ts';

const patient = { timeout: 180_000 };

const edit = (says: string, from: string, to: string): string =>
  `${says}\n\nengine.ts\n<<<<<<< SEARCH\n${from}\n=======\n${to}\n>>>>>>> REPLACE\n`;

/** A harmless one, one that breaks addition, and one that would meet a goal. */
const tries: readonly string[] = [
  edit('Says more.', '/** The plain number under a value. */', '/** The number of a value, plain. */'),
  edit(
    'Prettier.',
    '  add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },',
    '  add: { value: (a, b) => a - b, partials: [() => 1, () => 1] },',
  ),
  rules('neg: -1'),
];

describe('a wish that nothing measures', () => {
  it(
    'is explained, proposed and judged, said to be unmeasured everywhere, and never accepted',
    patient,
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const before = fingerprint(repo);
      let asked = 0;
      const server = await chatServer((call: Heard) =>
        isQuestion(call) ? 'Nothing to claim.' : (tries[asked++] ?? 'I have nothing better.'),
      );
      const ran = await vibegrad(
        at,
        ['improve', '--model', server.model, '--candidates', '3', '--goal', 'a friendlier engine'],
        { cwd: repo },
      );
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });
      // One line before the first call, with the flag to give instead.
      const notice = 'Unmeasured: judged, and never accepted. --metric goals would measure it.';
      expect(ran.stdout.split('\n').filter((line) => line.startsWith('Unmeasured'))).toEqual([notice]);
      expect(ran.stdout.indexOf(notice)).toBeLessThan(ran.stdout.indexOf('? '));
      expect(ran.stdout.match(/~ .* {2}unmeasured/g)).toHaveLength(3);
      expect(ran.stdout).toMatch(/add at a = .*expected .*got/);
      expect(ran.stdout).toMatch(/it newly meets r1\/neg, which the metric goals would count/);
      expect(ran.stdout).toContain('Nothing was accepted: 3 proposals were judged, and measured by nothing');

      // Nothing landed: there is not even a branch.
      expect(fingerprint(repo)).toEqual(before);
      const session = newestSession(at);
      expect(git(at, repo, 'branch', '--list', 'vibegrad/*')).toBe('');

      const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
      expect(shown).toMatchObject({
        proposals: 3,
        accepted: 0,
        unmeasured: 3,
        refused: {},
        goalsMet: expect.any(Array),
      });
      const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
      expect(proposals.map(({ outcome }) => outcome)).toEqual(['unmeasured', 'unmeasured', 'unmeasured']);
      expect(proposals.map(({ verdict }) => [verdict?.accepted, verdict?.unmeasured])).toEqual(
        proposals.map(() => [false, true]),
      );
      expect(proposals.map(({ verdict }) => verdict?.counterexample !== null)).toEqual([false, true, false]);
      expect(proposals[1]?.verdict?.reasons.join(' ')).toMatch(/The base meets r0\/add/);
      expect(shown.entries.at(-1)).toMatchObject({ kind: 'summary', accepted: 0, refused: 0, unmeasured: 3 });

      expect((await vibegrad(at, ['show'])).stdout).toMatch(/3 proposals, 0 accepted, 3 unmeasured/);
      expect((await vibegrad(at, ['list'])).stdout).toMatch(/3 unmeasured/);
      const { sessions } = listSchema.parse(jsonOf(await vibegrad(at, ['list', '--json'])));
      expect(sessions.find(({ id }) => id === session.id)).toMatchObject({ accepted: 0, unmeasured: 3 });
      const review = reviewSchema.parse(jsonOf(await vibegrad(at, ['review', '--json'])));
      expect(review).toMatchObject({ diffs: [], unmeasured: [{ number: 1 }, { number: 2 }, { number: 3 }] });
      expect((await vibegrad(at, ['review'])).stdout).toMatch(/1 +unmeasured/);
      const transcript = readFileSync(join(session.dir, 'transcript.md'), 'utf8');
      expect(transcript.match(/^\*\*Unmeasured\*\*/gm)).toHaveLength(3);
      expect(transcript).not.toMatch(/^\*\*(Accepted|Refused)\*\*/m);

      for (const number of [1, 2]) {
        const verified = await vibegrad(at, ['verify', '--json', `${session.id}#${number}`]);
        expect(verifySchema.parse(jsonOf(verified))).toMatchObject({
          recorded: { accepted: false, unmeasured: true },
          now: { accepted: false, unmeasured: true },
          exit: 0,
        });
      }
      for (const level of ['render', 'verdict']) {
        expect(await vibegrad(at, ['replay', '--level', level]), level).toMatchObject({ code: 0 });
      }

      // What the model was told: the wish, that nothing measures it, and what the judge found.
      const told = server.heard.filter((call) => !isQuestion(call)).map(allWords);
      expect(told[0]).toMatch(/> a friendlier engine[\s\S]*Nothing measures/);
      expect(told[2]).toMatch(/what the judge said:[\s\S]*The base meets r0\/add/);
      expect(
        server.heard.some((call) => isQuestion(call) && allWords(call).includes('a friendlier engine')),
      ).toBe(true);
    },
  );

  it('is measured by the goals that were named beside it', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const server = await chatServer(() => rules('neg: -1'));
    const improve = improving(server.model, 'neg', 'mind the sign');
    const ran = await vibegrad(at, improve, { cwd: repo });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/✓ r1\/neg/);
    expect(ran.stdout).not.toContain('nmeasured');
    const [call] = server.heard;
    expect(goalsAsked(call as Heard)).toEqual(['r1/neg']);
    expect(allWords(call as Heard)).toContain('mind the sign');
  });

  it.each([
    ['make it faster', 'speed:'],
    ['less code, simpler', 'size'],
    ['more functions', 'goals'],
  ])('suggests by the words of a wish: %s', patient, async (wish, metric) => {
    const at = desk();
    const repo = await workspaceOn(at);
    const server = await chatServer(() => 'I have nothing better.');
    const improve = ['improve', '--questions', 'none', '--candidates', '1', '--model', server.model];
    const { stdout } = await vibegrad(at, [...improve, '--goal', wish], { cwd: repo });
    expect(stdout).toContain(`--metric ${metric}`);
    // Asked for in so many words, there is nothing else to suggest.
    const plain = await vibegrad(at, [...improve, '--metric', 'none', '--goal', wish], { cwd: repo });
    expect(plain.stdout).toMatch(/^Unmeasured: judged, and never accepted\.$/m);
  });
});
