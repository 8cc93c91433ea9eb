import { z } from 'zod';
import { modelKindSchema } from '../programs/notes.ts';
import { shareSchema } from './shares.ts';

const counted = z.int().nonnegative();

/** Claims of first answers, by badge. */
const claimCountsSchema = z.object({
  name: z.string(),
  answers: counted,
  /** Of all that were stated. */
  verified: shareSchema,
  refuted: counted,
  nothingClaimed: counted,
  notRun: counted,
  notCheckable: counted,
});

/** What `vibegrad observe --json` prints: counts over sessions, and nothing that is not counted. */
export const observeSchema = z.object({
  /** What was read, and what of it is left out below. */
  sessions: z.object({
    read: counted,
    shipped: counted,
    /** Imported chats: nothing of them was judged here. */
    imported: counted,
    /** Demonstrations: their mistakes are planted. */
    demonstrations: counted,
    /** Sessions of `control correction`, which has figures of its own. */
    experiments: counted,
    damaged: z.array(z.object({ id: z.string(), message: z.string() })),
  }),
  claims: z.object({
    all: claimCountsSchema,
    byKind: z.array(claimCountsSchema),
    byTopic: z.array(claimCountsSchema),
    byModel: z.array(claimCountsSchema.extend({ source: modelKindSchema })),
    /** Answers from records, given again: their claims are counted where they were stated first. */
    givenAgain: counted,
  }),
  /** First answers with a refuted claim that were corrected, and those of which nothing was refuted then. */
  corrected: shareSchema,
  /** What was refuted in first answers, most often first. */
  refuted: z.array(
    z.object({
      statement: z.string(),
      why: z.string(),
      kind: z.string(),
      topic: z.string(),
      question: z.string(),
      model: z.string(),
      sessions: z.array(z.string()),
      times: counted,
      /** Whether a correction in one of these sessions left nothing refuted. */
      mended: z.boolean(),
    }),
  ),
  proposals: z.object({
    /** Of proposals that were judged or could not be applied; what nothing measures is not among them. */
    accepted: shareSchema,
    /** By the kind of the last question before the proposal. To come before is not to bring about. */
    byKind: z.array(z.object({ name: z.string(), accepted: shareSchema })),
    /** Why the others did not land: a family of checks, a stage, or why an edit did not apply. */
    classes: z.array(z.object({ name: z.string(), count: counted })),
    /** Calls that failed, and replies that were cut or refused. */
    failures: z.array(z.object({ name: z.string(), count: counted })),
  }),
  /** What to ask next, the most pressing first. */
  next: z.array(
    z.object({
      question: z.string(),
      kind: z.string().nullable(),
      topic: z.string().nullable(),
      why: z.string(),
      command: z.string(),
    }),
  ),
});

export type ObserveDocument = z.infer<typeof observeSchema>;
export type ClaimCounts = z.infer<typeof claimCountsSchema>;
