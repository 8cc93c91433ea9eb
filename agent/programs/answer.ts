import { z } from 'zod';
import type { Json } from '../base/json.ts';
import { count, oneLine } from '../base/text.ts';
import { extractJson } from '../models/structured.ts';
import { codeBlocks } from './code-blocks.ts';
import { expectationSchema } from './notes.ts';

const claim = z.object({
  statement: z.string(),
  language: z.enum(['ts', 'python']).default('ts'),
  code: z.string(),
  expect: expectationSchema.nullable().default(null),
});

const answer = z.object({
  prose: z.string(),
  claims: z.array(claim).max(12).default([]),
  offers: z.array(z.string()).max(4).default([]),
});

export type Claim = z.infer<typeof claim>;

/** An answer: prose, the claims that can be run, and what to ask next. */
export interface Answer extends z.infer<typeof answer> {
  /** False where the reply was prose, and its code blocks were taken as claims without an expectation. */
  readonly structured: boolean;
  /** What of it could not be taken, in a sentence without its end; null or left out: nothing. */
  readonly lost?: string | null;
}

/** JSON Schema of an answer, for models that can be held to one. */
export const answerSchema = z.toJSONSchema(answer, { io: 'input' }) as Json;

/** More than this no answer needs, and no reader reads. */
const MOST_CLAIMS = 12;

/**
 * Reads any reply. One that is not the JSON asked for is prose, and its fenced programs are run as they stand. Of one that
 * is nearly so, what can be read is taken: claims of another shape are left out, and `lost` says how many and why.
 */
export function parseAnswer(text: string): Answer {
  const json = extractJson(text);
  const parsed = json.ok ? loose.safeParse(json.value) : null;
  if (parsed?.success) return { ...readClaims(parsed.data), structured: true };
  const claims = codeBlocks(text)
    .slice(0, MOST_CLAIMS)
    .map(({ language, code, expect }) => ({
      statement: 'A code block of the answer',
      language,
      code,
      expect,
    }));
  return { prose: text, claims, offers: [], structured: false, lost: null };
}

/** The JSON as a model may have meant it: whatever is in the lists. */
const loose = z
  .object({
    prose: z.string().catch(''),
    claims: z.array(z.unknown()).nullish().catch(null),
    offers: z.array(z.unknown()).nullish().catch(null),
  })
  .refine(({ prose, claims }) => prose !== '' || Array.isArray(claims));

function readClaims({ prose, claims, offers }: z.infer<typeof loose>): Omit<Answer, 'structured'> {
  const whole: z.infer<typeof claim>[] = [];
  let bad = 0;
  let why = '';
  for (const item of claims ?? []) {
    const read = claim.safeParse(item);
    if (read.success) whole.push(read.data);
    else {
      bad += 1;
      const [issue] = read.error.issues;
      why ||= `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'of another shape'}`;
    }
  }
  const lost = [
    bad === 0 ? '' : `${count(bad, 'claim')} could not be read (${oneLine(why, 120)})`,
    whole.length > MOST_CLAIMS ? `of ${whole.length} claims the first ${MOST_CLAIMS} were run` : '',
  ].filter((part) => part !== '');
  return {
    prose,
    claims: whole.slice(0, MOST_CLAIMS),
    offers: (offers ?? []).filter((offer) => typeof offer === 'string').slice(0, 4),
    lost: lost.length === 0 ? null : lost.join('; '),
  };
}
