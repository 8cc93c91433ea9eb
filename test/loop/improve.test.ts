import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifySchema } from '../../agent/actions/verify.ts';
import { showSchema } from '../../agent/review/reports.ts';
import { desk, fingerprint, git, jsonOf, newestSession, vibegrad, workspaceOn } from '../cli/vibegrad.ts';
import { chatServer, type Heard, type Said } from './chat-server.ts';
import {
  addRow,
  allWords,
  answerWith,
  byGoal,
  engineShown,
  goalsAsked,
  gradOfSquare,
  isCorrection,
  isQuestion,
  isRepair,
  lastMessage,
  rules,
  type Tries,
} from './script.ts';

const secondsOf = (n: number): number => n * 1000;

/** Twelve goals, and what the model says to each. What is right is marked so, and nothing else may land. */
const right = new Set<string>();
const isRight = (goal: string, said: (call: Heard) => Said): ((call: Heard) => Said) => {
  right.add(goal);
  return said;
};
const wrongRow = (op: string, value: string, partial: string) => (call: Heard) =>
  addRow['search-replace'](engineShown(call), `${op}: { value: ${value}, partials: [${partial}] },`);

const script: { readonly [goal: string]: Tries } = {
  'r1/neg': [
    // Right as far as it goes, but not a whole reply.
    () => ({ text: rules('neg: -1'), finish: 'length' }),
    isRight('r1/neg', () => rules('neg: -1')),
  ],
  'r1/sub': [
    isRight('r1/sub', (call) =>
      addRow['search-replace'](
        engineShown(call),
        'sub: { value: (a, b) => a - b, partials: [() => 1, () => -1] },',
      ),
    ),
  ],
  'r1/div': [
    isRight('r1/div', (call) =>
      addRow['unified-diff'](
        engineShown(call),
        'div: { value: (a, b) => a / b, partials: [(_, b) => ops.div(1, b), (_, b, y) => ops.neg(ops.div(y, b))] },',
      ),
    ),
  ],
  'r1/cube': [
    // The contract is not for editing; asked again, it insists.
    () => `contract.ts\n<<<<<<< SEARCH\n  primal(value: Value): number;\n=======\n>>>>>>> REPLACE\n`,
    () => `contract.ts\n<<<<<<< SEARCH\n  primal(value: Value): number;\n=======\n>>>>>>> REPLACE\n`,
    wrongRow('cube', '(x) => x * x * x', "(x) => (process.getBuiltinModule('fs') ? 3 * primal(x) ** 2 : 0)"),
    isRight('r1/cube', () => rules('cube: 3 * x * x')),
  ],
  'r1/exp': [
    isRight('r1/exp', (call) =>
      addRow['whole-file'](engineShown(call), 'exp: { value: Math.exp, partials: [(_x, y) => y] },'),
    ),
  ],
  'r1/sqrt': [
    // A lookup of points that anybody may see.
    wrongRow('sqrt', 'Math.sqrt', '(x) => ({ 1: 0.5, 4: 0.25, 9: 1 / 6, 0.25: 1 })[primal(x)] ?? 0.5'),
    isRight('r1/sqrt', () => rules('sqrt: 0.5 / y')),
  ],
  'r1/log': [
    wrongRow('log', 'Math.log', '(x) => (Math.log(primal(x) + 1e-6) - Math.log(primal(x) - 1e-6)) / 2e-6'),
    isRight('r1/log', () => rules('log: 1 / x')),
  ],
  'r1/sin': [
    () => rules('sin: cos(x)', 'cos: sin(x)').replace('sin: cos(x)', 'sin: -cos(x)'),
    isRight('r1/sin', () => rules('sin: cos(x)', 'cos: -sin(x)')),
  ],
  'r1/tanh': [() => rules('tanh: 1.0005 * (1 - y * y)'), isRight('r1/tanh', () => rules('tanh: 1 - y * y'))],
  'r1/abs': [
    () => 'engine.ts\n<<<<<<< SEARCH\n  nothing like this stands there\n=======\n  abs\n>>>>>>> REPLACE\n',
    isRight('r1/abs', () => rules('abs: sign(x)')),
  ],
  'r1/relu': [() => ({ text: 'I would rather not.', finish: 'content_filter' })],
};
const goals = [...Object.keys(script), 'r1/cos'];

const falsehood = 'The gradient of x times x at 3 is 3, whatever one says';
const truth = (n: number): string => `The gradient of x times x at ${n} is ${2 * n}`;

interface Played {
  readonly heard: readonly Heard[];
  readonly answered: readonly string[];
  readonly model: string;
}

async function play(): Promise<Played> {
  const answered: string[] = [];
  let questions = 0;
  const propose = byGoal(script, (goal, attempt) => answered.push(`${goal} ${attempt}`));
  const server = await chatServer((call) => {
    if (isCorrection(call)) {
      return answerWith('It is twice as much.', [{ statement: truth(3), code: gradOfSquare(3), value: 6 }]);
    }
    if (isQuestion(call)) {
      questions += 1;
      const at = 10 + questions;
      return answerWith('So it goes.', [
        { statement: truth(at), code: gradOfSquare(at), value: 2 * at },
        ...(questions === 1 ? [{ statement: falsehood, code: gradOfSquare(3), value: 3 }] : []),
      ]);
    }
    return propose(call);
  });
  return { heard: server.heard, answered, model: server.model };
}

describe('twelve goals with a scripted chat model', () => {
  it(
    'lands the right edits and nothing else, tells later prompts what held and what failed, and records all of it',
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const before = fingerprint(repo);
      const { heard, model } = await play();

      const ran = await vibegrad(
        at,
        ['improve', '--auto', '--model', model, '--candidates', '8', '--goal', ...goals],
        { cwd: repo },
      );
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });

      // Nothing of the user's has changed by a byte.
      expect(fingerprint(repo)).toEqual(before);

      // Exactly the right edits landed.
      const session = newestSession(at);
      const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
      const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
      const landed = proposals.filter((proposal) => proposal.landed !== null);
      const met = landed.flatMap((proposal) => proposal.landed?.goals ?? []);
      expect(met.toSorted(), ran.stdout).toEqual([...right, 'r1/cos'].toSorted());
      expect(landed).toHaveLength(right.size);
      expect(new Set(landed.map(({ format }) => format))).toEqual(
        new Set(['rule', 'search-replace', 'unified-diff', 'whole-file']),
      );
      for (const proposal of proposals) {
        expect(proposal.landed !== null).toBe(proposal.verdict?.accepted ?? false);
      }
      // The five wrong ones reached the judge and were refused there; the rest was no edit at all.
      expect(proposals.filter((proposal) => proposal.outcome === 'refused')).toHaveLength(5);
      const reasons = proposals
        .filter((proposal) => proposal.outcome === 'not applied')
        .map((proposal) => proposal.applyFailures.at(-1)?.reason);
      expect(new Set(reasons)).toEqual(new Set(['cut', 'outside the editable paths', 'refusal']));

      // Every commit of the branch is a landed proposal, and its receipt verifies.
      const branch = `vibegrad/${session.id}`;
      const commits = git(
        at,
        repo,
        'log',
        '--format=%H %(trailers:key=Vibegrad-Receipt,valueonly)',
        `main..${branch}`,
      )
        .split('\n')
        .filter((line) => line !== '');
      expect(commits).toHaveLength(landed.length);
      for (const { number, verdict, landed: commit } of landed) {
        expect(commits).toContain(`${commit?.commit} ${verdict?.receiptId}`);
        expect(git(at, repo, 'rev-parse', `${commit?.commit}^{tree}`)).toBe(commit?.tree);
        const verified = await vibegrad(at, ['verify', '--json', `${session.id}#${number}`]);
        expect(verifySchema.parse(jsonOf(verified))).toMatchObject({
          receipt: verdict?.receiptId,
          verdictSame: true,
          now: { accepted: true },
          exit: 0,
        });
      }

      // What the model was told: what held; why earlier tries failed; never what was refuted.
      const told = heard.filter((call) => goalsAsked(call).length > 0);
      expect(heard.filter(isCorrection)).toHaveLength(1);
      for (const call of heard.filter((one) => !isCorrection(one)))
        expect(allWords(call)).not.toContain(falsehood);
      expect(lastMessage(heard.find(isCorrection) as Heard)).toContain(falsehood);
      for (const statement of [truth(3), truth(11), truth(12)]) {
        expect(told.some((call) => allWords(call).includes(statement))).toBe(true);
      }
      const secondTry = (goal: string): string =>
        told
          .filter((call) => goalsAsked(call)[0] === goal && !isRepair(call))
          .map(allWords)
          .join('\n');
      expect(secondTry('r1/sin')).toMatch(/sin at x = .*expected .*got -?\d/);
      expect(secondTry('r1/tanh')).toMatch(/tanh at x = .*expected .*got -?\d/);
      expect(secondTry('r1/cube')).toMatch(/contract\.ts/);
      expect(secondTry('r1/neg')).toMatch(/cut after 50 of the 8000 tokens .* server's context/);
      const repairs = told.filter(isRepair);
      expect(repairs).toHaveLength(2);
      expect(repairs.some((call) => goalsAsked(call).includes('r1/abs'))).toBe(true);

      // And the transcript tells the story.
      const transcript = readFileSync(join(session.dir, 'transcript.md'), 'utf8');
      for (const words of [
        falsehood,
        'refuted',
        truth(3),
        'verified',
        'Not applied, refusal: The model declined to answer: I would rather not.',
        'Not applied, cut:',
        'Not applied, outside the editable paths:',
        'Not applied, not found:',
        'getBuiltinModule',
        '1.0005',
      ]) {
        expect(transcript, words).toContain(words);
      }
      expect(transcript.match(/^\*\*Accepted\*\*/gm)).toHaveLength(landed.length);
      expect(transcript.match(/^\*\*Refused\*\*/gm)).toHaveLength(5);

      // Nothing was lost on the way: the session replays to the same verdicts.
      const replayed = await vibegrad(at, ['replay', '--json']);
      expect(replayed, replayed.stderr).toMatchObject({ code: 0 });
    },
    secondsOf(120),
  );
});
