import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { readFrontMatter } from '../base/front-matter.ts';
import { fullText } from '../base/full-text.ts';
import { EXPECTATION_KINDS } from './notes.ts';

/** The name of a kind or of a topic. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'small letters, digits and hyphens');

const texts = z.array(z.string()).min(1);

/** A kind of question: a file of `prompts/questions/`, or of the `questions/` folder of a workspace. */
export const kindSchema = z.object({
  id: nameSchema,
  version: z.coerce.number().int().positive(),
  title: z.string(),
  /** The least number of claims that a good answer makes. */
  claims: z.coerce.number().int().min(1).max(12),
  /** The forms of expectation that fit: each a `kind` of `expectationSchema`. */
  sorts: z.array(z.enum(EXPECTATION_KINDS)).min(1),
  /** What a good answer contains. */
  good: texts,
  /** Questions of this kind. */
  exemplars: texts,
  /**
   * The question of this kind that is asked before a proposal, where a policy may choose it; `{{aim}}` stands for what the
   * proposal is about.
   */
  prepares: z
    .string()
    .refine((text) => !/\{\{(?!aim\}\})/.test(text), 'no other placeholder than {{aim}}')
    .nullable()
    .default(null),
  /** What the model is told about it. */
  prompt: z.string().min(1),
});

export type Kind = z.infer<typeof kindSchema>;

/** @throws UserError saying which member of the file is not what it should be. */
export function parseKind(text: string, path: string): Kind {
  return parseFile(kindSchema, text, path, 'kind of question', 'prompt');
}

/** What stands in the prompt for a question of a kind. */
export function guideOf({ prompt, good, claims, sorts }: Kind): string {
  return [
    prompt,
    `A good answer contains:\n${good.map((item) => `- ${item}`).join('\n')}`,
    `It makes at least ${claims === 1 ? 'one claim' : `${claims} claims`}; what fits best: ${sorts.join(', ')}.`,
  ].join('\n\n');
}

/** The kind whose exemplars are closest to a question; a question about a phrase asks what it means. */
export function kindFor(
  question: string,
  about: string | null,
  kinds: readonly Pick<Kind, 'id' | 'title' | 'exemplars'>[],
): string {
  if (about !== null) return 'clarify';
  const index = fullText(
    kinds.map(({ id, title, exemplars }) => [
      { text: [id.replaceAll('-', ' '), title, ...exemplars].join(' '), weight: 1 },
    ]),
  );
  const [best] = index.search(question, 1);
  return kinds[best?.index ?? -1]?.id ?? 'clarify';
}

/** Reads a Markdown file with front matter; its text becomes the member `body`. @throws UserError */
export function parseFile<T>(
  schema: z.ZodType<T>,
  text: string,
  path: string,
  what: string,
  body: string,
): T {
  const matter = readFrontMatter(text);
  const refuse = (why: string): never => {
    throw new UserError(
      'usage',
      `${path} is not a ${what}: ${why}`,
      `Compare it with the files of prompts/.`,
    );
  };
  if (matter === null) return refuse('its front matter cannot be read');
  const parsed = schema.safeParse({ ...matter.fields, [body]: matter.body });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is of another shape'}`);
}
