import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifySchema } from '../../agent/actions/verify.ts';
import { listSchema, reviewSchema, showSchema } from '../../agent/review/reports.ts';
import {
  desk,
  expectPlainFailure,
  fingerprint,
  git,
  jsonOf,
  newestSession,
  vibegrad,
  workspaceOn,
} from '../cli/vibegrad.ts';
import { chatServer, type Heard } from './chat-server.ts';
import { allWords, engineShown, isQuestion } from './script.ts';

const patient = { timeout: 180_000 };

/** A search-and-replace edit of one place of the engine. */
const replace = (says: string, from: string, to: string): string =>
  `${says}\n\nengine.ts\n<<<<<<< SEARCH\n${from}\n=======\n${to}\n>>>>>>> REPLACE\n`;

const wholeFile = (says: string, text: string): string => `${says}\n\nengine.ts\n\`\`\`ts\n${text}\n\`\`\`\n`;

const renamed = (call: Heard): string =>
  wholeFile(
    'Shorter names, no comments.',
    engineShown(call)
      .replace(/^\/\*\*[\s\S]*?\*\/\n/gm, '')
      .replaceAll('cotangents', 'all')
      .replaceAll('cotangent', 'one'),
  );

const mulRow = '  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },\n';

/** What the model says, try by try. Only the last is right. */
const tries: readonly ((call: Heard) => string)[] = [
  renamed,
  (call) => wholeFile('One rule less.', engineShown(call).replace(mulRow, '')),
  () =>
    replace(
      'An error less.',
      "    if (xs.some((x) => typeof x !== 'number')) throw new TypeError('grad does not nest yet');",
      "    if (xs.some((x) => typeof x !== 'number')) return [];",
    ),
  () =>
    replace(
      'Every step behind the output has a cotangent by then.',
      '      const cotangent = cotangents.get(step) ?? 0;',
      '      const cotangent = cotangents.get(step)!;',
    ),
];

describe('a session whose metric is size', () => {
  it('accepts the engine that is smaller and keeps everything, and no other', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const before = fingerprint(repo);
    let asked = 0;
    const server = await chatServer((call) =>
      isQuestion(call) ? 'I have nothing to say.' : (tries[asked++]?.(call) ?? 'I have nothing better.'),
    );
    const improve = ['improve', '--auto', '--model', server.model, '--metric', 'size'];
    const ran = await vibegrad(at, [...improve, '--candidates', '4', '--goal', 'say it once'], { cwd: repo });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/✓ size +371 → 369 syntax-tree nodes/);
    expect(fingerprint(repo)).toEqual(before);

    const session = newestSession(at);
    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
    const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
    expect(proposals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'landed']);
    expect(proposals.map(({ verdict }) => verdict?.size?.after)).toEqual([
      371,
      expect.any(Number),
      expect.any(Number),
      369,
    ]);
    expect(proposals[0]?.verdict?.reasons[0]).toMatch(/371 syntax-tree nodes, and the base has 371/);
    expect(proposals[1]?.verdict?.reasons.join(' ')).toMatch(/The base meets r0\/mul/);
    expect(proposals[2]?.verdict?.reasons[0]).toMatch(/`throw`/);
    expect(shown.refused).toMatchObject({ size: 1 });

    // The commit says what it is, and its receipt verifies, on a fresh draw too.
    const [commit, ...others] = git(at, repo, 'log', '--format=%s', `main..vibegrad/${session.id}`).split(
      '\n',
    );
    expect(commit).toBe('Make the engine smaller: 371 to 369 syntax-tree nodes');
    expect(others).toEqual([]);
    for (const fresh of [[], ['--fresh']]) {
      const verified = await vibegrad(at, ['verify', '--json', ...fresh, `${session.id}#4`]);
      expect(verifySchema.parse(jsonOf(verified)), verified.stdout).toMatchObject({
        verdictSame: true,
        now: { accepted: true, unmeasured: false },
        exit: 0,
      });
    }

    // The model was told what is measured, how much there is, and what became of its tries.
    const told = server.heard.filter((call) => !isQuestion(call)).map(allWords);
    expect(told).toHaveLength(4);
    expect(told[0]).toMatch(/this\s+engine has 371 of them/);
    expect(told[0]).toContain('say it once');
    expect(told[1]).toMatch(/371 syntax-tree nodes, and the base has 371/);
    expect(told[2]).toMatch(/The base meets r0\/mul/);
    expect(server.heard.filter(isQuestion).length).toBeGreaterThan(0);

    const transcript = readFileSync(join(session.dir, 'transcript.md'), 'utf8');
    expect(transcript).toContain('| size | 371 syntax-tree nodes | 369 syntax-tree nodes |');
    const review = reviewSchema.parse(jsonOf(await vibegrad(at, ['review', '--json'])));
    expect(review.diffs.map(({ number, goals }) => ({ number, goals }))).toEqual([{ number: 4, goals: [] }]);
    expect(await vibegrad(at, ['replay', '--level', 'verdict'])).toMatchObject({ code: 0 });
    const { sessions } = listSchema.parse(jsonOf(await vibegrad(at, ['list', '--json'])));
    expect(sessions[0]).toMatchObject({ id: session.id, accepted: 1, unmeasured: 0 });
  });

  it('judges by size again what a review keeps of it', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const edits = [
      tries[3]?.({ system: '', messages: [], authorization: null }) ?? '',
      replace(
        'A map starts with what it is given.',
        '    const cotangents = new Map<Trace, number>();\n    if (output instanceof Trace) cotangents.set(output, 1);',
        '    const cotangents = new Map<Value, number>([[output, 1]]);',
      ),
    ];
    const server = await chatServer(() => edits.shift() ?? 'I have nothing better.');
    const improve = ['improve', '--auto', '--questions', 'none', '--model', server.model, '--metric', 'size'];
    const ran = await vibegrad(at, [...improve, '--candidates', '2'], { cwd: repo });
    expect(ran.stdout.match(/✓ size/g), ran.stdout).toHaveLength(2);
    const reviewed = await vibegrad(at, ['review', '--json', '--drop', '1'], { cwd: repo });
    const { diffs } = reviewSchema.parse(jsonOf(reviewed));
    expect(
      diffs.map(({ state, why }) => [state, why]),
      reviewed.stdout,
    ).toEqual([
      ['dropped', null],
      ['undecided', null],
    ]);
  });

  it.each([
    [['--metric', 'size', '--goal', 'neg'], /the metric size is about the whole engine/],
    [['--metric', 'size', '--model', 'embedded'], /embedded is a search for rules of goals/],
    [['--metric', 'none'], /nothing is wished for/],
  ] as const)('%j is refused in one sentence', patient, async (more, says) => {
    const at = desk();
    const repo = await workspaceOn(at);
    const given = more.includes('--model' as never) ? more : ['--model', 'manual', ...more];
    expectPlainFailure(await vibegrad(at, ['improve', ...given], { cwd: repo }), 2, says);
  });
});
