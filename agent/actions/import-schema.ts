import { z } from 'zod';
import { badgeSchema, linkSchema } from '../programs/notes.ts';

/** What `vibegrad import --json` prints. */
export const importSchema = z.object({
  /** The session that was made of the file, and its folder. */
  session: z.string(),
  dir: z.string(),
  /** Whether its code was run. */
  run: z.boolean(),
  questions: z.int(),
  /** Sentences that no claim states; nothing is looked for where nothing runs. */
  unstated: z.int(),
  /** Each piece of code of its answers, and each claim for a sentence of them (`of`, and how it stands to it), with what came of it. */
  code: z.array(
    z.object({
      of: z.string().nullable(),
      link: linkSchema.nullable(),
      statement: z.string(),
      badge: badgeSchema,
      why: z.string(),
      printed: z.array(z.string()),
    }),
  ),
});

/** What it prints for `--chat all`. */
export const importsSchema = z.object({ sessions: z.array(importSchema) });

export type ImportDocument = z.infer<typeof importSchema>;
