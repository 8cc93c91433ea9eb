import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { digest, type Json } from '../../agent/base/json.ts';
import type { ClaimResult, Verdict } from '../../agent/judge/types.ts';
import { judge, model, note, runSession, tool, workspace } from '../../agent/kernel/index.ts';
import type { Devices, Program } from '../../agent/kernel/types.ts';
import { ModelError, type ModelReply, type ModelRequest } from '../../agent/models/types.ts';
import type { NoteData, NoteTopic } from '../../agent/programs/notes.ts';
import type { WorkspaceCall, WorkspaceResults } from '../../agent/workspace/types.ts';

/** A folder that is gone after the test. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'vibegrad-review-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** One step of a session: a call and what the world answers. */
export type Step =
  | { readonly note: NoteTopic; readonly data: Json }
  | { readonly model: string; readonly reply: Partial<ModelReply> | Error }
  | { readonly claim: { readonly index: number; readonly round: number }; readonly result: ClaimResult }
  | { readonly workspace: WorkspaceCall; readonly result: WorkspaceResults[WorkspaceCall['op']] }
  | { readonly judge: readonly string[]; readonly verdict: Verdict };

export const say = <T extends NoteTopic>(topic: T, data: NoteData[T]): Step => ({
  note: topic,
  data: data as unknown as Json,
});

export interface Recording {
  readonly dir: string;
  readonly title?: string;
  readonly steps: readonly Step[];
  readonly kind?: string;
  /** Stops before this step, as if the process had been told to. */
  readonly interruptedAt?: number;
}

/** Runs the steps on the real kernel, on devices that answer as the steps say: a journal like any other. */
export async function record(recording: Recording): Promise<string> {
  const { dir, steps } = recording;
  const stop = new AbortController();
  let step = 0;
  const take = (): Step => {
    const current = steps[step - 1];
    if (current === undefined) throw new Error('a call without a step');
    return current;
  };
  let time = Date.UTC(2026, 4, 1, 12);
  const devices: Devices = {
    async model() {
      const current = take();
      if (!('model' in current)) throw new Error('not a model step');
      if (current.reply instanceof Error) throw current.reply;
      return { ...reply, ...current.reply };
    },
    async tool() {
      const current = take();
      if (!('claim' in current)) throw new Error('not a claim step');
      return current.result as unknown as Json;
    },
    async judge() {
      const current = take();
      if (!('judge' in current)) throw new Error('not a judge step');
      return current.verdict;
    },
    async workspace() {
      const current = take();
      if (!('workspace' in current)) throw new Error('not a workspace step');
      return current.result;
    },
    approve: async () => ({ choice: 'go on', text: '' }),
    now: () => time,
    random: (bytes) => new Uint8Array(bytes),
  };
  function* program(): Program<Json> {
    let judged = 0;
    for (const current of steps) {
      step += 1;
      if (step === recording.interruptedAt) stop.abort();
      if ('note' in current) yield* note(current.note, current.data);
      else if ('model' in current) {
        try {
          yield* model(current.model, request);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      } else if ('claim' in current) yield* tool('claim', current.claim);
      else if ('workspace' in current) yield* workspace(current.workspace);
      else {
        judged += 1;
        yield* judge({
          base: 'base',
          candidate: `candidate-${judged}`,
          goals: current.judge,
          attempts: {},
          shrink: false,
        });
      }
    }
    return null;
  }
  const result = await runSession({
    dir,
    programs: { improve: { digest: digest('fixture'), run: program } },
    devices,
    budget: { maxTokens: null, maxCost: 1, maxTime: null, maxIterations: null },
    signal: stop.signal,
    clock: () => {
      time += 250;
      return time;
    },
    start: {
      session: 'a-session',
      program: 'improve',
      args: {
        title: recording.title ?? 'Teach the engine tanh',
        model: { id: 'test:model', kind: recording.kind ?? 'language model' },
        commit: 'c0ffee',
      },
      prompts: {},
      about: { workspace: '/a/repository', base: 'c0ffee', branch: 'vibegrad/a-session', target: 'engine' },
    },
  });
  if (result.error !== null) throw result.error;
  return dir;
}

const request: ModelRequest = {
  system: 'You explain and propose.',
  messages: [{ role: 'user', content: 'x' }],
  maxTokens: 100,
};

const reply: ModelReply = {
  text: 'text',
  toolCalls: [],
  stop: 'end',
  usage: { input: 100, cachedInput: 40, output: 20 },
  model: 'a-model-2026',
  requestId: null,
  cost: 0.001,
  seconds: 1,
  attempts: 1,
};

export function verdict(accepted: boolean, overrides: Partial<Verdict> = {}): Verdict {
  return {
    accepted,
    stage: accepted ? 'accept' : 'full',
    reasons: accepted ? [] : ['r1/tanh/grad fails: the rule is wrong by a sign'],
    goals: [{ id: 'r1/tanh', before: false, after: accepted }],
    checks: [
      { id: 'r1/tanh/value', family: 'value', pass: true, cases: 64, worstUlp: 0.52, worstRatio: 0.1 },
      {
        id: 'r1/tanh/grad',
        family: 'grad',
        pass: accepted,
        cases: 64,
        worstUlp: accepted ? 1.21 : 9.0e15,
        worstRatio: accepted ? 0.3 : 2e15,
      },
    ],
    counterexample: accepted
      ? null
      : {
          check: 'r1/tanh/grad',
          label: 'tanh at x = 0.5',
          inputs: ['0.5'],
          expected: '0.7864477329659274',
          got: '-0.7864477329659274',
        },
    tree: accepted ? 'aaaa1111' : 'bbbb2222',
    receipt: { version: 1, accepted },
    receiptId: accepted ? 'a'.repeat(64) : 'b'.repeat(64),
    seconds: 0.05,
    ...overrides,
  };
}

export const diff = (line: string): string =>
  [
    'diff --git a/engine.ts b/engine.ts',
    '--- a/engine.ts',
    '+++ b/engine.ts',
    '@@ -10,1 +10,2 @@',
    '   mul: row,',
    `+  ${line}`,
    '',
  ].join('\n');

export const applied = (tree: string, text: string): Step => ({
  workspace: { op: 'apply', commit: 'c0ffee', format: 'auto', text: 'a reply' },
  result: { ok: true, format: 'rule', tree, diff: text, worktree: '/tmp/w' },
});

export const proposal = (number: number, title: string, hint: string | null = null): Step =>
  say('proposal', { number, goals: ['r1/tanh'], title, format: 'auto', hint });

export const noteOf = (number: number, v: Verdict): Step =>
  say('verdict', {
    number,
    accepted: v.accepted,
    tree: v.tree,
    receiptId: v.receiptId,
    reasons: [...v.reasons],
    counterexample:
      v.counterexample === null ? null : { ...v.counterexample, inputs: [...v.counterexample.inputs] },
  });

/** A session in which everything happens once: a refuted claim, a refusal, a failed edit, a landed rule. */
export function story(): Step[] {
  const wrong = verdict(false);
  const right = verdict(true);
  return [
    say('heading', { text: 'The hyperbolic tangent' }),
    say('question', {
      topic: 'hyperbolic-functions',
      kind: 'derivation',
      text: 'Why can the rule of tanh be written in its output?',
    }),
    { model: 'explain', reply: { text: 'Because …' } },
    say('answer', {
      prose: 'The derivative is $1 - y^2$ with $y = \\tanh x$.\n\n## In code\n\n```ts\n1 - y * y;\n```',
      claims: [
        {
          statement: 'At 0 the derivative is 1',
          code: 'console.log(1);',
          language: 'ts',
          expect: { kind: 'equals', value: 1, within: 0 },
        },
        {
          statement: 'At 1 it is 0.5',
          code: 'console.log(1 - Math.tanh(1) ** 2);',
          language: 'ts',
          expect: { kind: 'equals', value: 0.5, within: 1e-12 },
        },
      ],
      offers: ['What happens for large x?', 'And for atanh?'],
      source: 'language model',
      model: 'a-model-2026',
      structured: true,
    }),
    { claim: { index: 0, round: 1 }, result: { badge: 'verified', why: '', printed: ['1'], seconds: 0.1 } },
    {
      claim: { index: 1, round: 1 },
      result: {
        badge: 'refuted',
        why: 'printed 0.41997434161402614, not 0.5',
        printed: ['0.41997434161402614'],
        seconds: 0.1,
      },
    },
    say('correction', { question: 'Why can the rule of tanh be written in its output?' }),
    { model: 'correct', reply: { text: 'It is 0.42.' } },
    say('answer', {
      prose: 'At 1 it is about 0.42.',
      claims: [
        {
          statement: 'At 1 it is 0.41997…',
          code: 'console.log(1 - Math.tanh(1) ** 2);',
          language: 'ts',
          expect: { kind: 'equals', value: 0.41997434161402614, within: 1e-15 },
        },
      ],
      offers: [],
      source: 'language model',
      model: 'a-model-2026',
      structured: true,
    }),
    {
      claim: { index: 0, round: 2 },
      result: { badge: 'verified', why: '', printed: ['0.41997434161402614'], seconds: 0.1 },
    },
    { model: 'propose', reply: { text: 'no edit', stop: 'length' } },
    proposal(1, 'no edit'),
    {
      workspace: { op: 'apply', commit: 'c0ffee', format: 'auto', text: 'no edit' },
      result: {
        ok: false,
        format: 'rule',
        failure: { reason: 'no edit', message: 'The reply holds no edit.', path: null },
      },
    },
    say('apply-failure', { number: 1, reason: 'no edit', message: 'The reply holds no edit.' }),
    { model: 'propose', reply: { text: 'a rule' } },
    proposal(2, 'tanh with a wrong sign'),
    applied('bbbb2222', diff('tanh: -(1 - y*y),')),
    { judge: ['r1/tanh'], verdict: wrong },
    noteOf(2, wrong),
    say('observation', { text: 'Proposal 2 was refused: its sign is wrong', by: 'workbench' }),
    { model: 'propose', reply: new ModelError('overloaded', 'The server is overloaded.') },
    { model: 'propose', reply: { text: 'a rule', cost: null } },
    proposal(3, 'tanh', 'mind the sign'),
    applied('aaaa1111', diff('tanh: 1 - y*y,')),
    { judge: ['r1/tanh'], verdict: right },
    noteOf(3, right),
    say('landed', { number: 3, commit: 'd00d', tree: 'aaaa1111', goals: ['r1/tanh'] }),
    say('observation', { text: 'Ask about large x next.\n\nThere the rule still holds.', by: 'person' }),
    say('summary', { goalsMet: ['r1/add', 'r1/tanh'], proposals: 3, accepted: 1, refused: 2 }),
  ];
}
