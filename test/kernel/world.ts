import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, sha256 } from '../../agent/base/json.ts';
import type { Verdict } from '../../agent/judge/types.ts';
import type {
  Budget,
  Devices,
  JudgeCall,
  Program,
  ProgramEntry,
  StartBody,
} from '../../agent/kernel/index.ts';
import {
  approve,
  judge,
  memorySet,
  model,
  note,
  now,
  random,
  receive,
  send,
  spawn,
  waitAny,
  workspace,
} from '../../agent/kernel/index.ts';
import type { ModelReply, ModelRequest } from '../../agent/models/types.ts';

/*
 * A small world that lasts on disk, outside of any session: what devices did to it is written down before
 * they answer, and it outlives a killed process as a git repository and a provider's bill would.
 */

export const unlimited: Budget = { maxTokens: null, maxCost: null, maxTime: null, maxIterations: null };

export const request = (content: string, maxTokens = 100): ModelRequest => ({
  system: 'You know derivatives.',
  messages: [{ role: 'user', content }],
  maxTokens,
});

export const reply = (text: string, more: Partial<ModelReply> = {}): ModelReply => ({
  text,
  toolCalls: [],
  stop: 'end',
  usage: { input: 10, cachedInput: 0, output: 5 },
  model: 'scripted',
  requestId: null,
  cost: 0.01,
  seconds: 0.5,
  attempts: 1,
  ...more,
});

/** 64 characters for each of `length`, always the same, which nothing makes much shorter. */
export const noise = (length: number): string => Array.from({ length }, (_, i) => sha256(String(i))).join('');

export const verdict = (call: JudgeCall, accepted: boolean, receipt: Json = null): Verdict => ({
  accepted,
  stage: accepted ? 'accept' : 'full',
  reasons: accepted ? [] : ['it is wrong'],
  goals: [],
  checks: [],
  counterexample: null,
  tree: call.candidate,
  receipt,
  receiptId: sha256(call.candidate),
  seconds: 0.1,
});

/** Devices that refuse everything: a test gives those that it expects to be used. */
export function devicesWith(some: Partial<Devices>): Devices {
  const unexpected = (name: string) => async (): Promise<never> => {
    throw new Error(`unexpected ${name} call`);
  };
  return {
    model: unexpected('model'),
    tool: unexpected('tool'),
    judge: unexpected('judge'),
    workspace: unexpected('workspace'),
    approve: unexpected('approve'),
    now: () => 0,
    random: (bytes) => randomBytes(bytes),
    ...some,
  };
}

export const startOf = (program: string, args: Json = null): StartBody => ({
  session: 'test',
  program,
  args,
  prompts: {},
  about: null,
});

export interface Effect {
  readonly device: 'model' | 'draw' | 'accept';
  readonly what: string;
  readonly bytes?: string;
}

export interface World {
  readonly devices: Devices;
  effects(): Effect[];
  head(): string;
}

export function worldIn(folder: string): World {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'effects.jsonl');
  const head = join(folder, 'head');
  if (!existsSync(head)) writeFileSync(head, 'commit-0');
  const did = (effect: Effect): void => appendFileSync(log, `${JSON.stringify(effect)}\n`);
  const wrong = (tree: string): boolean => tree.startsWith('wrong');
  return {
    effects: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Effect)
        : [],
    head: () => readFileSync(head, 'utf8'),
    devices: devicesWith({
      async model(asked, context) {
        const prompt = asked.messages[0]?.content ?? '';
        did({ device: 'model', what: prompt });
        context.progress({ kind: 'text', delta: 'half of an ' });
        // One that is kept in a blob, others as frames in their lines.
        return reply(`${prompt}: ${prompt.includes('long') ? noise(800) : 'answer '.repeat(800)}`);
      },
      async judge(call, context) {
        for (const stage of wrong(call.candidate) ? ['full'] : ['full', 'confirm']) {
          const bytes = Buffer.from(await context.draw(call.candidate, stage)).toString('hex');
          did({ device: 'draw', what: `${call.candidate} ${stage}`, bytes });
        }
        return verdict(call, !wrong(call.candidate));
      },
      async workspace(call) {
        switch (call.op) {
          case 'apply':
            return { ok: true, format: 'rule', tree: call.text, diff: '', worktree: '' };
          case 'accept': {
            const landed = `${call.commit}+${call.tree}`;
            const at = readFileSync(head, 'utf8');
            if (at === landed) return { ok: true, commit: landed };
            if (at !== call.commit) return { ok: false, moved: at };
            writeFileSync(`${head}.tmp`, landed);
            renameSync(`${head}.tmp`, head);
            did({ device: 'accept', what: call.tree });
            return { ok: true, commit: landed };
          }
          default:
            throw new Error(`unexpected ${call.op}`);
        }
      },
      approve: async () => ({ choice: 'go on', text: '' }),
      now: () => 1_700_000_000_000,
    }),
  };
}

function* proposal(text: string, commit: string): Program<{ tree: string; commit: string | null }> {
  const answer = yield* model('propose', request(text));
  yield* note('reply', answer.text.length);
  const applied = yield* workspace({ op: 'apply', commit, format: 'auto', text });
  if (!applied.ok) return { tree: '', commit: null };
  const call = { base: commit, candidate: applied.tree, goals: [], attempts: {}, shrink: false };
  const judged = yield* judge(call);
  if (!judged.accepted) return { tree: applied.tree, commit: null };
  const landed = yield* workspace({
    op: 'accept',
    commit,
    tree: judged.tree,
    subject: 'a rule',
    body: '',
    trailers: {},
  });
  return { tree: judged.tree, commit: landed.ok ? landed.commit : null };
}

/** A whole session in small: it asks, has a helper that reports, proposes a wrong rule, then two right ones. */
export const wholeSession: { readonly [name: string]: ProgramEntry } = {
  whole: {
    digest: 'whole-1',
    *run() {
      const helper = yield* spawn('helper', { question: 'why?' });
      const first = yield* proposal('wrong tanh', 'commit-0');
      const again = yield* judge({
        base: 'commit-0',
        candidate: first.tree,
        goals: [],
        attempts: {},
        shrink: false,
      });
      const word = yield* receive();
      const second = yield* proposal('right tanh', 'commit-0');
      yield* approve({ topic: 'after-verdict', text: 'go on?', choices: ['go on'] });
      const third = yield* proposal('right sin', second.commit ?? '');
      const ended = yield* waitAny([helper]);
      yield* memorySet('commit', third.commit);
      yield* random(8);
      return {
        at: yield* now(),
        word: word.message,
        ended: ended.outcome,
        again: again.accepted,
        commit: third.commit,
      };
    },
  },
  helper: {
    digest: 'helper-1',
    *run(args) {
      const answer = yield* model('explain', request(`long ${JSON.stringify(args)}`));
      yield* send('1', answer.text.length);
      return 'helped';
    },
  },
};
