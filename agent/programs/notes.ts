import { z } from 'zod';
import type { Json } from '../base/json.ts';

/**
 * The `note` topics: what a program says for the record, and what every reading of a journal goes by.
 * A schema takes what an older or newer program wrote as long as the members it needs are there.
 */

const factor = z.number().min(1);

const shape = z.object({
  kind: z.literal('shape'),
  shape: z.enum(['rising', 'falling', 'valley', 'peak']),
  by: factor.default(1),
  turn: z.object({ at: z.number().positive(), factor }).nullable().default(null),
});
const growsLike = z.object({
  kind: z.literal('grows-like'),
  power: z.number(),
  within: z.number().nonnegative(),
});
const lessThan = z.object({ kind: z.literal('less-than'), value: z.number() });
const greaterThan = z.object({ kind: z.literal('greater-than'), value: z.number() });

/** What a claim says will come out; the schema of `judge/types.ts` Expectation. */
export const expectationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('equals'),
    value: z.union([z.number(), z.array(z.number())]),
    within: z.number().nonnegative(),
  }),
  lessThan,
  greaterThan,
  z.object({ kind: z.literal('ratio'), value: z.number(), within: z.number().nonnegative() }),
  growsLike,
  z.object({ kind: z.literal('diverges'), factor: z.number().gt(1) }),
  shape,
  z.object({
    kind: z.literal('curves'),
    x: z.string().default(''),
    y: z.string().default(''),
    curves: z
      .array(
        z.object({
          name: z.string(),
          expect: z.discriminatedUnion('kind', [shape, growsLike, lessThan, greaterThan]),
        }),
      )
      .min(1)
      .max(12),
  }),
  z.object({ kind: z.literal('prints'), text: z.string() }),
  z.object({ kind: z.literal('throws'), message: z.string() }),
]);

/** Every form of expectation by name. */
export const EXPECTATION_KINDS = [
  'equals',
  'less-than',
  'greater-than',
  'ratio',
  'grows-like',
  'diverges',
  'shape',
  'curves',
  'prints',
  'throws',
] as const satisfies readonly z.infer<typeof expectationSchema>['kind'][];

export const badgeSchema = z.enum([
  'verified',
  'refuted',
  'ran, nothing claimed',
  'not run',
  'not checkable as written',
]);

/**
 * `same`: in the same words, numbers and order. `holds`, `fails`: it shows a place where the sentence is so, or where it is not.
 * `related`: about the same, and the sentence is not checked by it.
 */
export const linkSchema = z.enum(['same', 'stated', 'holds', 'fails', 'related']);
export type ClaimLink = z.infer<typeof linkSchema>;

/** Whether a claim says what the answer says; others were looked up beside it, and count as nobody's. */
export const isOfAnswer = (link: ClaimLink | null): boolean =>
  link === null || link === 'same' || link === 'stated';

export const modelKindSchema = z.enum([
  'language model',
  'search, not a language model',
  'simulation, not a language model',
  'a person typed this',
  'recorded',
]);

export const counterexampleSchema = z.object({
  check: z.string(),
  label: z.string(),
  inputs: z.array(z.string()),
  expected: z.string(),
  got: z.string(),
});

/** One row of a verdict's small table. */
export const verdictRowSchema = z.object({ check: z.string(), before: z.string(), after: z.string() });

export const noteSchemas = {
  /** A question is about to be put to the model (purpose `explain`). */
  question: z.object({
    topic: z.string(),
    kind: z.string(),
    text: z.string(),
    /** A phrase of an earlier answer, or a refusal, that the question quotes. */
    about: z.string().optional(),
  }),
  answer: z.object({
    prose: z.string(),
    claims: z.array(
      z.object({
        statement: z.string(),
        code: z.string(),
        language: z.enum(['ts', 'python']),
        expect: expectationSchema.nullable(),
        /** The sentence that it was looked up or stated for; left out where it is a statement of its own. */
        of: z.string().exactOptional(),
        /** How it stands to that sentence; left out: somebody said that it states it, and nobody checked that. */
        link: linkSchema.exactOptional(),
      }),
    ),
    offers: z.array(z.string()),
    source: modelKindSchema,
    model: z.string(),
    /** False where the reply was prose, and its code blocks were taken as claims. */
    structured: z.boolean(),
  }),
  claims: z.object({
    round: z.int().positive(),
    results: z.array(
      z.object({
        statement: z.string(),
        badge: badgeSchema,
        why: z.string(),
        printed: z.array(z.string()),
      }),
    ),
  }),
  /** Which sentences of the answer no claim states. */
  sentences: z.object({
    round: z.int().positive(),
    stated: z.int().nonnegative(),
    unstated: z.array(z.string()),
  }),
  /** Refuted claims go back to the model (purpose `correct`); an `answer` follows. */
  correction: z.object({ question: z.string() }),
  /** Said again, with the same number, for the retry of an edit that did not apply. */
  proposal: z.object({
    number: z.int().positive(),
    goals: z.array(z.string()),
    title: z.string(),
    format: z.string(),
    hint: z.string().nullable(),
  }),
  'apply-failure': z.object({ number: z.int().positive(), reason: z.string(), message: z.string() }),
  verdict: z.object({
    number: z.int().positive(),
    accepted: z.boolean(),
    tree: z.string(),
    receiptId: z.string(),
    reasons: z.array(z.string()),
    counterexample: counterexampleSchema.nullable(),
    /** Nothing measured it: neither accepted nor refused. */
    unmeasured: z.literal(true).exactOptional(),
  }),
  landed: z.object({
    number: z.int().positive(),
    commit: z.string(),
    tree: z.string(),
    goals: z.array(z.string()),
  }),
  observation: z.object({ text: z.string(), by: z.enum(['workbench', 'person']) }),
  summary: z.object({
    goalsMet: z.array(z.string()),
    proposals: z.int().nonnegative(),
    accepted: z.int().nonnegative(),
    refused: z.int().nonnegative(),
    unmeasured: z.int().positive().exactOptional(),
  }),
  heading: z.object({ text: z.string() }),
  /** What an imported transcript shows of a proposal; an import has no workspace and no judge to say it. */
  'imported-evidence': z.object({
    number: z.int().positive(),
    diff: z.string().nullable(),
    format: z.string(),
    stage: z.string(),
    rows: z.array(verdictRowSchema),
    refusedBy: z.string().nullable(),
    checks: z.int().nonnegative(),
    passed: z.int().nonnegative(),
    worstRatio: z.number().nullable(),
  }),
  /** A call that failed, as an imported transcript tells it. */
  'imported-failure': z.object({ call: z.string(), message: z.string() }),
} as const;

export type NoteTopic = keyof typeof noteSchemas;

export type NoteData = { readonly [T in NoteTopic]: z.infer<(typeof noteSchemas)[T]> };

/** A note that its topic's schema takes. */
export type Note = {
  readonly [T in NoteTopic]: { readonly topic: T; readonly data: NoteData[T] };
}[NoteTopic];

/** Reads a recorded note; null where the topic is unknown or the data is not of its shape. */
export function parseNote(topic: string, data: Json): Note | null {
  if (!Object.hasOwn(noteSchemas, topic)) return null;
  const known = topic as NoteTopic;
  const parsed = noteSchemas[known].safeParse(data);
  return parsed.success ? ({ topic: known, data: parsed.data } as Note) : null;
}
