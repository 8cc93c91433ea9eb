import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError, whyUnread } from '../base/errors.ts';
import { expectationSchema } from '../programs/notes.ts';
import { saysTheSame } from '../programs/same-statement.ts';
import type { StatedClaim } from '../review/import-recount.ts';

const claims = z.array(
  z.object({
    /** Words of the sentence that it states; left out: whichever sentence says the same. */
    of: z.string().min(1).optional(),
    statement: z.string().min(1),
    language: z.enum(['ts', 'python']).default('ts'),
    code: z.string(),
    expect: expectationSchema.nullable().default(null),
  }),
);

/** Claims that a person states in a JSON file, for the sentences of a chat. @throws UserError */
export function ownClaims(file: string): (sentence: string) => readonly StatedClaim[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError('usage', `${file} cannot be read as JSON: ${whyUnread(error)}`);
  }
  const parsed = claims.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(
      'usage',
      `${file} holds no claims: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      'Write a list of { "of": WORDS, "statement", "code", "expect": { "kind": "equals", "value", "within" } }.',
    );
  }
  return (sentence) =>
    parsed.data
      .filter(({ of, statement }) =>
        of === undefined ? saysTheSame(sentence, statement) : sentence.includes(of),
      )
      .map(({ of, ...claim }) => ({ ...claim, link: of === undefined ? 'same' : 'stated' }));
}
