import { z } from 'zod';
import { kindSchema } from '../programs/kinds.ts';

/** What `vibegrad kinds --json` prints. */
export const kindsSchema = z.object({
  kinds: z.array(kindSchema.omit({ prompt: true }).extend({ path: z.string(), own: z.boolean() })),
});

export type KindsDocument = z.infer<typeof kindsSchema>;
