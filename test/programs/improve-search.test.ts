import { expect, it } from 'vitest';
import type { Approval } from '../../agent/kernel/types.ts';
import { improve } from '../../agent/programs/improve.ts';

it('where a search finds nothing, that is said once, under the goals that it looked for', () => {
  const notes: unknown[] = [];
  const program = improve({
    ...{
      title: 't',
      commit: 'c',
      target: 'engine',
      goals: ['r1/neg'],
      candidates: 1,
      auto: true,
      shrink: false,
    },
    ...{ wish: null, prompts: {}, questions: { policy: 'none', seed: 1, kinds: [], topics: [] } },
    model: { id: 'embedded', kind: 'search, not a language model' },
  } as unknown as Parameters<typeof improve>[0]);
  for (let step = program.next(); !step.done; ) {
    const call = step.value;
    if (call.kind === 'note') notes.push(call.data);
    const results: Readonly<Record<string, unknown>> = {
      workspace: {
        files: [],
        contract: '',
        ok: false,
        failure: { reason: 'no edit', message: 'A reply is …' },
      },
      model: {
        ...{ text: 'nothing found after 9 evaluations', stop: 'end', model: 'm' },
        usage: { input: 0, output: 0, cachedInput: 0 },
      },
      tool: call.kind === 'tool' && call.name === 'goals-met' ? ['r0/add', 'r0/mul', 'r0/fan-out'] : null,
    };
    step = program.next((results[call.kind] ?? null) as never);
  }
  expect(notes).toContainEqual(expect.objectContaining({ number: 1, title: 'r1/neg' }));
  expect(notes).toContainEqual({
    number: 1,
    reason: 'no edit',
    message: 'nothing found after 9 evaluations',
  });
});

it('where a search proposes, a question gets a recorded answer, a hint hears that nobody reads it, and of no proposal no form of edits is told', () => {
  const says: Approval[] = [
    { choice: 'hint', text: 'try harder' },
    { choice: 'ask', text: 'what is a tape?' },
    { choice: 'quit', text: '' },
  ];
  const looked: unknown[] = [];
  const said: string[] = [];
  const failed: unknown[] = [];
  let asked = 0;
  const program = improve({
    ...{ title: 't', commit: 'c', target: 'engine', goals: ['r1/neg'], candidates: 3, auto: false },
    ...{
      shrink: false,
      wish: null,
      prompts: {},
      questions: { policy: 'none', seed: 1, kinds: [], topics: [] },
    },
    model: { id: 'embedded', kind: 'search, not a language model' },
  } as unknown as Parameters<typeof improve>[0]);
  for (let step = program.next(); !step.done; ) {
    const call = step.value;
    let result: unknown = null;
    if (call.kind === 'workspace') {
      result = {
        tree: 't',
        files: [],
        contract: '',
        ok: false,
        failure: { reason: 'no edit', message: 'none' },
      };
    } else if (call.kind === 'note' && call.topic === 'apply-failure') failed.push(call.data);
    else if (call.kind === 'approve') result = says.shift();
    else if (call.kind === 'model') {
      asked += 1;
      result = { text: 'No rule.', stop: 'end', model: 'm', usage: { input: 0, output: 0, cachedInput: 0 } };
    } else if (call.kind === 'tool' && call.name === 'goals-met') result = ['r0/add', 'r0/mul', 'r0/fan-out'];
    else if (call.kind === 'tool' && call.name === 'recorded-answer') looked.push(call.args);
    else if (call.kind === 'note' && call.topic === 'observation') {
      said.push((call.data as { text: string }).text);
    }
    step = program.next(result as never);
  }
  expect(said).toContainEqual(expect.stringContaining('it reads no hints'));
  expect(failed).toContainEqual({ number: 1, reason: 'no edit', message: 'No rule.' });
  expect(looked).toEqual([{ question: 'what is a tape?', kind: null, topic: null }]);
  // Neither the hint nor the question went to the search.
  expect(asked).toBeLessThanOrEqual(2);
  expect(says).toEqual([]);
});
