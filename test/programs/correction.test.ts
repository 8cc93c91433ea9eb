import { afterAll, describe, expect, it } from 'vitest';
import { createJudge } from '../../agent/judge/index.ts';
import type { ClaimResult } from '../../agent/judge/types.ts';
import type { Syscall } from '../../agent/kernel/types.ts';
import type { ModelRequest } from '../../agent/models/types.ts';
import { ARMS, correction, numberIn } from '../../agent/programs/correction.ts';
import { correctionItems } from '../../agent/programs/correction-items.ts';

/** Runs the experiment on one question with a model that answers so. */
function play(answer: (request: ModelRequest) => string, right: number) {
  const requests: ModelRequest[] = [];
  const notes: { topic: string; data: unknown }[] = [];
  const program = correction({
    title: 't',
    model: { id: 'm', kind: 'language model' },
    prompts: { predict: '{{question}} {{code}}', 'predict-again': '{{said}}Check.' },
    commit: 'c',
    items: [{ question: 'Q?', code: 'CODE' }],
    auto: true,
  });
  let step = program.next();
  while (!step.done) {
    const call: Syscall = step.value;
    let result: unknown = null;
    if (call.kind === 'model') {
      requests.push(call.request);
      result = { text: answer(call.request), stop: 'end', model: 'm', usage: {} };
    } else if (call.kind === 'tool') {
      const { expect: claimed } = call.args as { expect: { value: number } };
      const badge = Math.abs(claimed.value - right) <= 1e-6 ? 'verified' : 'refuted';
      result = { badge, why: '', printed: [String(right)], seconds: 0 } satisfies ClaimResult;
    } else if (call.kind === 'note') notes.push({ topic: call.topic, data: call.data });
    step = program.next(result);
  }
  return { requests, notes, last: requests.map(({ messages }) => messages.at(-1)!.content) };
}

describe('the correction experiment', () => {
  it('asks once, and again in each way from the same first answer, which is judged; only a way that says so tells', () => {
    const wrong = play(() => '{"value": 5}', 6);
    expect(wrong.last).toEqual([
      'Q? CODE',
      'Check.',
      'The program was run. Your answer is wrong. Check.',
      'The program was run and printed 6. Your answer is wrong. Check.',
    ]);
    for (const { messages } of wrong.requests.slice(1))
      expect(messages.slice(0, 2).map(({ content }) => content)).toEqual(['Q? CODE', '{"value": 5}']);
    expect(play(() => '{"value": 6}', 6).last.slice(1)).toEqual([
      'Check.',
      'The program was run. Your answer is right. Check.',
      'The program was run and printed 6. Your answer is right. Check.',
    ]);
    expect(play(() => 'No idea.', 6).last[3]).toBe('There was no number in your answer. Check.');
    const corrections = wrong.notes.filter(({ topic }) => topic === 'correction');
    expect(corrections.map(({ data }) => data)).toEqual(
      Object.values(ARMS).map((question) => ({ question })),
    );
  });

  it('reads the number of an answer, whatever stands around it', () => {
    expect(numberIn('{"value": -2.5}')).toBe(-2.5);
    expect(numberIn('```json\n{"value": "12"}\n```')).toBe(12);
    expect(numberIn('At x = 3 the derivative is −6.')).toBe(-6);
    expect(numberIn('7')).toBe(7);
    expect(numberIn('I do not know.')).toBeNull();
    expect(numberIn('{"value": null}')).toBeNull();
  });
});

describe('the questions of the experiment', () => {
  const judge = createJudge();
  afterAll(() => judge.close());
  const { signal } = new AbortController();

  it('have an answer that is right, and that a wrong engine would not give', {
    timeout: 180_000,
  }, async () => {
    expect(new Set(correctionItems.map(({ code }) => code)).size).toBe(correctionItems.length);
    for (const { code } of correctionItems) {
      const run = { engine: 'library', code, language: 'ts' } as const;
      const { printed } = await judge.claim({ ...run, expect: null }, signal);
      const value = Number(printed[0]);
      const claim = { kind: 'equals', value: Number(value.toFixed(6)), within: 1e-6 } as const;
      expect(await judge.claim({ ...run, expect: claim }, signal), code).toMatchObject({ badge: 'verified' });
    }
  });
});
