import { describe, expect, it } from 'vitest';
import { ModelError } from '../../agent/models/types.ts';
import { openSession } from '../../agent/review/open.ts';
import { parseTranscript } from '../../agent/review/parse-transcript.ts';
import { renderSession } from '../../agent/review/transcript.ts';
import { toTranscript } from '../../agent/review/transcript-model.ts';
import { dollarsOf, type ProposalView, type QuestionView, tokensOf } from '../../agent/review/view.ts';
import { record, scratch, story } from './fixture.ts';

const viewOf = async (interruptedAt?: number) => {
  const dir = await record({
    dir: scratch(),
    steps: story(),
    ...(interruptedAt === undefined ? {} : { interruptedAt }),
  });
  return openSession(dir).view;
};

describe('a view of a session', () => {
  it('says what ran, on what, and how it ended', async () => {
    const view = await viewOf();
    expect(view).toMatchObject({
      id: 'a-session',
      title: 'Teach the engine tanh',
      program: 'improve',
      target: 'engine',
      model: { id: 'test:model', kind: 'language model' },
      workspace: '/a/repository',
      base: 'c0ffee',
      branch: 'vibegrad/a-session',
      status: 'done',
      goalsMet: ['r1/add', 'r1/tanh'],
      accepted: 1,
      refused: { 'no edit': 1, grad: 1 },
      imported: null,
    });
  });

  it('holds each question with its rounds, and each claim with its badge', async () => {
    const view = await viewOf();
    const question = view.entries.find((entry): entry is QuestionView => entry.kind === 'question');
    expect(question?.answers.map((answer) => answer.claims.map((claim) => claim.badge))).toEqual([
      ['verified', 'refuted'],
      ['verified'],
    ]);
    expect(question?.answers.map((answer) => answer.correction)).toEqual([null, question?.text]);
    expect(question?.answers[0]?.claims[1]?.why).toBe('printed 0.41997434161402614, not 0.5');
    expect(question?.cost).toMatchObject({ calls: 2, input: 200, output: 40, dollars: 0.002 });
  });

  it('tells a refused, an unapplied and a landed proposal apart, each with its cost and its question', async () => {
    const { proposals } = await viewOf();
    expect(proposals.map((p) => [p.number, p.outcome, p.format])).toEqual([
      [1, 'not applied', 'auto'],
      [2, 'refused', 'rule'],
      [3, 'landed', 'rule'],
    ]);
    const landed = proposals[2] as ProposalView;
    expect(landed.question).toBe('Why can the rule of tanh be written in its output?');
    expect(landed.hint).toBe('mind the sign');
    expect(landed.landed).toEqual({ commit: 'd00d', tree: 'aaaa1111', goals: ['r1/tanh'] });
    expect(landed.verdict?.rows).toEqual([{ check: 'r1/tanh', before: 'not met', after: 'met' }]);
    expect(dollarsOf(landed.cost)).toBe(null);
    expect(proposals[1]?.verdict?.rows.at(-1)).toEqual({
      check: 'r1/tanh/grad',
      before: '',
      after: 'fails, 2.0e+15 × what is allowed',
    });
  });

  it('keeps failed calls and cut replies', async () => {
    const { entries } = await viewOf();
    expect(entries.filter((entry) => entry.kind === 'failure').map((f) => [f.call, f.message])).toEqual([
      ['model (propose)', 'the reply was cut by the token limit'],
      ['model (propose)', 'The server is overloaded.'],
    ]);
  });

  it('adds up what was used; a call that failed before anything came costs nothing', async () => {
    const { usage } = await viewOf();
    expect(tokensOf(usage)).toBe(5 * 120);
    expect(usage.cachedInput).toBe(5 * 40);
    expect(usage.dollars).toBeCloseTo(0.004, 12);
    expect(usage.unpriced).toBe(1);
  });

  it('counts what had come of replies that failed', async () => {
    const used = { usage: { input: 50, cachedInput: 10, output: 6 }, cost: 0.003 };
    const dir = await record({
      dir: scratch(),
      steps: [
        { model: 'propose', reply: new ModelError('stopped', 'You stopped this answer.', null, { used }) },
        { model: 'propose', reply: { lost: { ...used, cost: null } } },
      ],
    });
    const { usage } = openSession(dir).view;
    expect(tokensOf(usage)).toBe(120 + 2 * 56);
    expect(usage.cachedInput).toBe(40 + 2 * 10);
    expect(usage.unpriced).toBe(1);
    expect(usage.dollars).toBeCloseTo(0.001 + 0.003, 12);
  });

  it('of a session that was stopped says so, and what there was until then', async () => {
    const view = await viewOf(6);
    expect(view.status).toBe('interrupted');
    const question = view.entries.find((entry) => entry.kind === 'question');
    expect(question?.answers[0]?.claims.map((claim) => claim.badge)).toEqual(['verified', 'not run']);
  });
});

describe('its transcript', () => {
  it('reads well and is read back', async () => {
    const view = await viewOf();
    const text = renderSession(view);
    expect(parseTranscript(text)).toEqual(toTranscript(view));
    for (const line of [
      '## Teach the engine tanh',
      '*Session `a-session` · program `improve` · answers by `test:model` (language model)*',
      'Chat Question: Why can the rule of tanh be written in its output?',
      'Answer: The derivative is $1 - y^2$ with $y = \\tanh x$.',
      '#### In code ##',
      'Claim 2, refuted: At 1 it is 0.5',
      'Expected: equals 0.5 within 1e-12',
      '### Proposal 3: tanh',
      '| r1/tanh | not met | met |',
      '+  tanh: 1 - y*y,',
      '### Observations on Vibe Coding',
      '- *(a person)* Ask about large x next.',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toContain(
      'Smallest failing input: tanh at x = 0.5 (check `r1/tanh/grad`, inputs `0.5`): ' +
        'expected `0.7864477329659274`, got `-0.7864477329659274`.',
    );
  });
});
