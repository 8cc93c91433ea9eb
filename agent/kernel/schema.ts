import { z } from 'zod';
import type { BudgetStop, ExitReason, JournalLine, SyscallKind } from './types.ts';

/** Any JSON: a line comes out of JSON.parse, so its members need no second look. */
const json = z.custom<unknown>((value) => value !== undefined);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
/** Every name of a union: one more does not compile until it is known here. */
const oneOf = <Name extends string>(names: { readonly [name in Name]: true }) =>
  z.enum(Object.keys(names) as [Name, ...Name[]]);
const kind = oneOf<SyscallKind>({
  model: true,
  tool: true,
  judge: true,
  workspace: true,
  memory: true,
  random: true,
  now: true,
  sleep: true,
  spawn: true,
  wait: true,
  send: true,
  receive: true,
  approve: true,
  note: true,
});
const reason = oneOf<ExitReason>({ done: true, failed: true, interrupted: true, budget: true });
const limitName = oneOf<BudgetStop['limit']>({ tokens: true, cost: true, time: true, iterations: true });
const stored = z.union([z.object({ json }), z.object({ zstd: z.string() }), z.object({ blob: hash })]);
const limit = z.number().nullable();
const recordedError = z.object({
  name: z.string(),
  code: z.string(),
  message: z.string(),
  mend: z.string().optional(),
  retryAfter: z.number().nullable().optional(),
  used: z
    .object({ usage: z.object({ input: count, cachedInput: count, output: count }), cost: limit })
    .optional(),
});

const chain = { seq: count, at: z.number(), prev: hash, hash };
const ofCall = { pid: z.string(), call: count };

/** One line of `journal.jsonl`. Members that it does not name are kept: a later version may add some. */
export const journalLineSchema = z.discriminatedUnion('type', [
  z.looseObject({
    ...chain,
    type: z.literal('start'),
    version: z.literal(1),
    session: z.string(),
    program: z.string(),
    digest: z.string(),
    args: json,
    prompts: z.record(z.string(), z.string()),
    about: json,
    forked: z.object({ session: z.string(), seq: count, head: hash }).optional(),
  }),
  z.looseObject({
    ...chain,
    ...ofCall,
    type: z.literal('intent'),
    kind,
    argsHash: hash,
    reserve: z.object({ tokens: z.number(), cost: z.number() }),
  }),
  z.looseObject({
    ...chain,
    ...ofCall,
    type: z.literal('draw'),
    tree: z.string(),
    stage: z.string(),
    bytes: hash,
  }),
  z.looseObject({
    ...chain,
    ...ofCall,
    type: z.literal('result'),
    kind,
    argsHash: hash,
    purpose: z.string().optional(),
    args: stored,
    outcome: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), value: stored }),
      z.object({ ok: z.literal(false), error: recordedError }),
    ]),
    seconds: z.number(),
    repeat: z.literal(true).optional(),
    events: z.array(z.string()).optional(),
  }),
  z.looseObject({ ...chain, type: z.literal('exit'), pid: z.string(), reason, outcome: json }),
  z.looseObject({
    ...chain,
    type: z.literal('resume'),
    repaid: count,
    budget: z.object({ maxTokens: limit, maxCost: limit, maxTime: limit, maxIterations: limit }),
  }),
  z.looseObject({
    ...chain,
    type: z.literal('end'),
    reason,
    head: hash,
    error: recordedError.optional(),
    retry: count.optional(),
    stop: z.object({ limit: limitName, pid: z.string(), call: count }).optional(),
  }),
]);

/** True when a parsed line is one that this version knows. */
export function isJournalLine(value: unknown): value is JournalLine {
  return journalLineSchema.safeParse(value).success;
}
