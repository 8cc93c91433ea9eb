import { z } from 'zod';
import type { Json } from '../base/json.ts';
import { extractJson } from '../models/structured.ts';
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
}

/** JSON Schema of an answer, for models that can be held to one. */
export const answerSchema = z.toJSONSchema(answer, { io: 'input' }) as Json;

const languages: Readonly<Record<string, 'ts' | 'python'>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'ts',
  javascript: 'ts',
  py: 'python',
  python: 'python',
};

/** Reads any reply. One that is not the JSON asked for is prose, and its fenced code blocks are run as they stand. */
export function parseAnswer(text: string): Answer {
  const json = extractJson(text);
  const parsed = json.ok ? answer.safeParse(json.value) : null;
  if (parsed?.success) return { ...parsed.data, structured: true };
  const claims = [...text.matchAll(/```(\w*)[^\n]*\n([\s\S]*?)```/g)].slice(0, 12).map((block) => ({
    statement: 'A code block of the answer',
    language: languages[(block[1] ?? '').toLowerCase()] ?? guessLanguage(block[2] ?? ''),
    code: block[2] ?? '',
    expect: null,
  }));
  return { prose: text, claims, offers: [], structured: false };
}

function guessLanguage(code: string): 'ts' | 'python' {
  return /^\s*(def |from \w+ import|import \w+(\.\w+)*( as \w+)?\s*$|print\()/m.test(code) ? 'python' : 'ts';
}
