import { z } from 'zod';
import { counterexampleSchema } from '../programs/notes.ts';

/** What `vibegrad try --json` prints. */
export const trySchema = z.object({
  op: z.string(),
  rule: z.string(),
  met: z.boolean(),
  reasons: z.array(z.string()),
  counterexample: counterexampleSchema.nullable(),
  /** Cases that were compared. */
  cases: z.int(),
  /** The largest error in units in the last place, at the scale of the reference's running error. */
  worstUlp: z.number().nullable(),
  seconds: z.number(),
});

export type TryDocument = z.infer<typeof trySchema>;
