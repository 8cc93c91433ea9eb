import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Target } from '../checks/types.ts';
import { type Judge, sizeOf } from '../judge/index.ts';
import type { FrozenTree } from '../judge/types.ts';
import { journalHead } from '../kernel/index.ts';
import type { Approval, Ask, Devices } from '../kernel/types.ts';
import type { Model } from '../models/types.ts';
import { expectationSchema } from '../programs/notes.ts';
import type { Workspace } from '../workspace/index.ts';
import { judgeTrees } from './judging.ts';
import { storeReceipt } from './receipts.ts';

export interface DeviceParts {
  /** The session's folder: commits carry the journal's head. */
  readonly dir: string;
  readonly session: string;
  readonly model: Model;
  readonly workspace: Workspace;
  readonly judge: Judge;
  readonly target: Target;
  /** Claims in Python take theirs from here. */
  readonly approve: (ask: Ask, signal: AbortSignal) => Promise<Approval>;
  /** The recorded answer that fits a question best; null where none does. */
  readonly recordedAnswer: (query: RecordedQuery) => Json;
  /** Recorded claims that say what a sentence says. */
  readonly recordedClaims: (sentence: string) => Json;
}

const claimArgs = z.object({
  tree: z.string(),
  code: z.string(),
  language: z.enum(['ts', 'python']),
  expect: expectationSchema.nullable(),
});

const recordedQuery = z.object({
  question: z.string(),
  kind: z.string().nullable(),
  topic: z.string().nullable(),
});

/** What a recorded answer is looked for by. */
export type RecordedQuery = z.infer<typeof recordedQuery>;

const treeArgs = z.object({ tree: z.string() });

/** The real world, as the kernel wants it. */
export function createDevices(parts: DeviceParts): Devices {
  const { workspace, judge, target } = parts;
  const trees = new Map<string, Promise<FrozenTree>>();
  const frozen = (id: string): Promise<FrozenTree> => {
    const known = trees.get(id) ?? workspace.readTree(id);
    trees.set(id, known);
    return known;
  };

  return {
    model: (request, context) =>
      parts.model.complete(request, {
        signal: context.signal,
        onText: (delta) => context.progress({ kind: 'text', delta }),
        onEvent: (text) => context.progress({ kind: 'event', text }),
      }),

    tool: async (name, args, context) => {
      switch (name) {
        case 'claim': {
          const { tree, code, language, expect } = claimArgs.parse(args);
          const engine = tree === 'library' ? 'library' : await frozen(tree);
          return (await judge.claim({ engine, code, language, expect }, context.signal)) as unknown as Json;
        }
        case 'goals-met': {
          const tree = await frozen(treeArgs.parse(args).tree);
          return [...(await judge.met(tree, context.signal))];
        }
        case 'recorded-answer':
          return parts.recordedAnswer(recordedQuery.parse(args));
        case 'recorded-claims':
          return parts.recordedClaims(z.object({ sentence: z.string() }).parse(args).sentence);
        case 'engine-size':
          return sizeOf(await frozen(treeArgs.parse(args).tree), target);
        default:
          throw new UserError('usage', `there is no tool named ${name}`);
      }
    },

    judge: async (call, context) => {
      const verdict = await judgeTrees({ judge, target: target.name, workspace, readTree: frozen }, call, {
        draw: context.draw,
        signal: context.signal,
        onProgress: ({ stage, done, of }) => context.progress({ kind: 'stage', text: stage, done, of }),
      });
      return { ...verdict, receipt: { blob: storeReceipt(parts.dir, verdict) } };
    },

    workspace: async (call) => {
      switch (call.op) {
        case 'accept':
          return workspace.perform({
            ...call,
            trailers: {
              'Vibegrad-Session': parts.session,
              ...call.trailers,
              'Vibegrad-Journal': journalHead(parts.dir),
            },
          });
        default:
          return workspace.perform(call);
      }
    },

    approve: (ask, context) => parts.approve(ask, context.signal),
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
  };
}
