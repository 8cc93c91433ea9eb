import { z } from 'zod';
import {
  badgeSchema,
  counterexampleSchema,
  expectationSchema,
  linkSchema,
  modelKindSchema,
  verdictRowSchema,
} from '../programs/notes.ts';
import { type Cost, dollarsOf, type Entry, type ProposalView, type SessionView, tokensOf } from './view.ts';

/*
 * What `--json` prints, as schemas: one document for each command. `null` cost: something was called whose price
 * is not known. Texts are as they were recorded; whoever prints them takes the control characters out.
 */

const counted = z.int().nonnegative();

const costSchema = z.object({
  calls: counted,
  tokens: counted,
  cachedInput: counted,
  /** US dollars of the calls whose price is known. */
  cost: z.number().nullable(),
  unpricedCalls: counted,
  seconds: z.number(),
});

export const listEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  program: z.string(),
  model: z.object({ id: z.string(), kind: modelKindSchema }),
  target: z.string(),
  status: z.enum(['running', 'done', 'failed', 'interrupted', 'budget']),
  /** ISO 8601. */
  startedAt: z.string(),
  proposals: counted,
  accepted: counted,
  /** Judged, and measured by nothing: neither accepted nor refused. */
  unmeasured: counted,
  refused: z.record(z.string(), counted),
  tokens: counted,
  cost: z.number().nullable(),
});

export const listSchema = z.object({
  sessions: z.array(listEntrySchema),
  /** Sessions that could not be read, and why. */
  damaged: z.array(z.object({ id: z.string(), message: z.string() })),
});

const claimSchema = z.object({
  statement: z.string(),
  /** The sentence of the prose that it was looked up or stated for; null where it is a statement of its own. */
  of: z.string().nullable(),
  /** How it stands to that sentence; what is `related` is no check of it. */
  link: linkSchema.nullable(),
  code: z.string(),
  language: z.enum(['ts', 'python']),
  expect: expectationSchema.nullable(),
  badge: badgeSchema,
  why: z.string(),
  printed: z.array(z.string()),
});

const questionSchema = z.object({
  kind: z.literal('question'),
  questionKind: z.string(),
  topic: z.string(),
  text: z.string(),
  about: z.string().nullable(),
  answers: z.array(
    z.object({
      correction: z.string().nullable(),
      prose: z.string(),
      claims: z.array(claimSchema),
      /** Sentences of the prose that no claim states. */
      unstated: z.array(z.string()),
      offers: z.array(z.string()),
      source: modelKindSchema,
      model: z.string(),
      structured: z.boolean(),
    }),
  ),
  cost: costSchema,
});

const proposalSchema = z.object({
  kind: z.literal('proposal'),
  number: counted,
  title: z.string(),
  goals: z.array(z.string()),
  format: z.string(),
  hint: z.string().nullable(),
  outcome: z.enum(['open', 'not applied', 'refused', 'unmeasured', 'accepted', 'landed']),
  diff: z.string().nullable(),
  applyFailures: z.array(z.object({ reason: z.string(), message: z.string() })),
  verdict: z
    .object({
      accepted: z.boolean(),
      unmeasured: z.boolean(),
      /** Of the editable modules before and after; null where size was not the metric. */
      size: z.object({ before: counted, after: counted, unit: z.string() }).nullable(),
      stage: z.string(),
      reasons: z.array(z.string()),
      counterexample: counterexampleSchema.nullable(),
      rows: z.array(verdictRowSchema),
      checks: counted,
      passed: counted,
      worstRatio: z.number().nullable(),
      tree: z.string(),
      receiptId: z.string(),
      seconds: z.number(),
    })
    .nullable(),
  landed: z.object({ commit: z.string(), tree: z.string(), goals: z.array(z.string()) }).nullable(),
  cost: costSchema,
});

export const showSchema = listEntrySchema.extend({
  workspace: z.string().nullable(),
  base: z.string().nullable(),
  branch: z.string().nullable(),
  events: counted,
  resumes: counted,
  head: z.string(),
  goalsMet: z.array(z.string()),
  usage: costSchema.extend({ repaid: counted, byKind: z.record(z.string(), z.number()) }),
  imported: z.object({ name: z.string(), format: z.string(), original: z.string() }).nullable(),
  entries: z.array(
    z.discriminatedUnion('kind', [
      questionSchema,
      proposalSchema,
      z.object({ kind: z.literal('observation'), text: z.string(), by: z.enum(['workbench', 'person']) }),
      z.object({ kind: z.literal('heading'), text: z.string() }),
      z.object({ kind: z.literal('failure'), call: z.string(), message: z.string() }),
      z.object({
        kind: z.literal('summary'),
        goalsMet: z.array(z.string()),
        proposals: counted,
        accepted: counted,
        refused: counted,
        unmeasured: counted,
      }),
    ]),
  ),
});

export const replaySchema = z.object({
  session: z.string(),
  level: z.enum(['render', 'verdict']),
  result: z.enum(['same', 'diverged', 'judge changed']),
  /** 0 same, 3 diverged, 4 the judge changed. */
  exit: z.int(),
  /** Transcripts or verdicts that were compared, and how many of them came out the same. */
  compared: counted,
  same: counted,
  first: z
    .object({
      class: z.enum([
        'text',
        'bit-equal',
        'last-place',
        'within tolerance',
        'verdict flipped',
        'judge changed',
      ]),
      /** `transcript.md, line 12`, `proposal 3, receipt 0123…`. */
      where: z.string(),
      recorded: z.string(),
      now: z.string(),
    })
    .nullable(),
});

export const reviewSchema = z.object({
  session: z.string(),
  branch: z.string().nullable(),
  /** The commit that the kept diffs lead to. */
  head: z.string().nullable(),
  /** What was judged and measured by nothing: never on the branch. */
  unmeasured: z.array(z.object({ number: counted, title: z.string(), reasons: z.array(z.string()) })),
  diffs: z.array(
    z.object({
      number: counted,
      title: z.string(),
      goals: z.array(z.string()),
      question: z.string().nullable(),
      /** `lost`: it was kept, but no longer applies or holds without what was dropped. */
      state: z.enum(['undecided', 'kept', 'dropped', 'lost']),
      why: z.string().nullable(),
      rows: z.array(verdictRowSchema),
      commit: z.string().nullable(),
      receiptId: z.string(),
      diff: z.string(),
      cost: costSchema,
    }),
  ),
});

export const finishSchema = z.object({
  session: z.string(),
  branch: z.string().nullable(),
  /** The commit that the kept diffs lead to. */
  head: z.string().nullable(),
  /** Why the session's branch cannot be merged here; null where it can, or where nothing landed and was kept. */
  missing: z.string().nullable(),
  /** Shell commands: to look at it, to merge it, to push it, to remove the branch. Empty where nothing landed and was kept. */
  commands: z.array(z.string()),
  pullRequest: z.object({
    title: z.string(),
    /** Markdown. */
    body: z.string(),
  }),
});

export type ListEntry = z.infer<typeof listEntrySchema>;
export type ListDocument = z.infer<typeof listSchema>;
export type ShowDocument = z.infer<typeof showSchema>;
export type ReplayDocument = z.infer<typeof replaySchema>;
export type ReviewDocument = z.infer<typeof reviewSchema>;
export type FinishDocument = z.infer<typeof finishSchema>;

export function costDocument(cost: Cost): z.infer<typeof costSchema> {
  return {
    calls: cost.calls,
    tokens: tokensOf(cost),
    cachedInput: cost.cachedInput,
    cost: dollarsOf(cost),
    unpricedCalls: cost.unpriced,
    seconds: cost.seconds,
  };
}

export function listEntry(view: SessionView): ListEntry {
  return {
    id: view.id,
    title: view.title,
    program: view.program,
    model: { ...view.model },
    target: view.target,
    status: view.status,
    startedAt: new Date(view.startedAt).toISOString(),
    proposals: view.proposals.length,
    accepted: view.accepted,
    unmeasured: view.unmeasured,
    refused: { ...view.refused },
    tokens: tokensOf(view.usage),
    cost: dollarsOf(view.usage),
  };
}

export function showDocument(view: SessionView): ShowDocument {
  const { imported } = view;
  return {
    ...listEntry(view),
    workspace: view.workspace,
    base: view.base,
    branch: view.branch,
    events: view.events,
    resumes: view.resumes,
    head: view.head,
    goalsMet: [...view.goalsMet],
    usage: { ...costDocument(view.usage), repaid: view.usage.repaid, byKind: { ...view.usage.byKind } },
    imported:
      imported === null
        ? null
        : { name: imported.name, format: imported.format, original: imported.original },
    entries: view.entries.map(entryDocument),
  };
}

function entryDocument(entry: Entry): ShowDocument['entries'][number] {
  switch (entry.kind) {
    case 'question': {
      const { at: _, pid: __, cost, ...said } = entry;
      return { ...structuredClone(said), cost: costDocument(cost) } as ShowDocument['entries'][number];
    }
    case 'proposal':
      return proposalDocument(entry);
    case 'summary': {
      const { at: _, unmeasured = 0, ...said } = entry;
      return { ...structuredClone(said), unmeasured } as ShowDocument['entries'][number];
    }
    default: {
      const { at: _, ...said } = entry;
      return structuredClone(said) as ShowDocument['entries'][number];
    }
  }
}

function proposalDocument(proposal: ProposalView): z.infer<typeof proposalSchema> {
  const { at: _, pid: __, question: ___, candidate: ____, parent: _____, verdict, cost, ...said } = proposal;
  const { refusedBy: ______, ...judged } = verdict ?? { refusedBy: null };
  return {
    ...structuredClone(said),
    verdict:
      verdict === null
        ? null
        : { ...structuredClone(judged), unmeasured: verdict.unmeasured === true, size: verdict.size ?? null },
    cost: costDocument(cost),
  } as z.infer<typeof proposalSchema>;
}
