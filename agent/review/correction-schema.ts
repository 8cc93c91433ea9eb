import { z } from 'zod';
import { modelKindSchema } from '../programs/notes.ts';
import { shareSchema } from './shares.ts';

const counted = z.int().nonnegative();

/** What `vibegrad control correction --json` prints. */
export const correctionSchema = z.object({
  session: z.string(),
  model: z.object({ id: z.string(), kind: modelKindSchema }),
  status: z.enum(['running', 'done', 'failed', 'interrupted', 'budget']),
  questions: counted,
  /** Answers, first and later ones, that could not be judged: they count for nothing below. */
  unjudged: counted,
  /** First answers that are right. */
  first: shareSchema,
  /** First answers without a number: they count as wrong. */
  unreadable: counted,
  arms: z.array(
    z.object({
      arm: z.enum(['alone', 'verdict', 'evidence']),
      /** What the model is told before it is asked again. */
      told: z.string(),
      /** Of wrong answers, those made right: the error-correction rate. */
      ecr: shareSchema,
      /** Of right answers, those made wrong: the error-introduction rate. */
      eir: shareSchema,
      /** Right after one round. */
      after: shareSchema,
      /** ECR / (ECR + EIR), to which the share of right answers goes if every round is like this one; null where both are 0. */
      fixedPoint: z.number().nullable(),
      /** Bounds of the fixed point, of at least 95 %: from bounds of 97.5 % of both rates. */
      low: z.number(),
      high: z.number(),
    }),
  ),
  /** Each way with a verdict against asking without one, on the same first answers. */
  effects: z.array(
    z.object({
      arm: z.enum(['verdict', 'evidence']),
      /** Questions that were right in the end in this way only, and without a verdict only. */
      better: counted,
      worse: counted,
      /** McNemar's exact test, two-sided. */
      p: z.number(),
      /** p ≤ 0.025: two are compared, at 5 % together. */
      shown: z.boolean(),
    }),
  ),
});

export type CorrectionDocument = z.infer<typeof correctionSchema>;
