import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { count } from '../base/text.ts';
import { loadKinds } from '../host/prompts.ts';
import { nameSchema } from '../programs/kinds.ts';
import type { Style } from '../review/style.ts';
import type { KindsDocument } from './kinds-schema.ts';
import { writeNew } from './output-file.ts';

/** The kinds of question that come with Vibegrad, and those of a folder's `questions/`. @throws UserError */
export function listKinds(folder: string): KindsDocument {
  return {
    kinds: loadKinds(folder).map(({ kind: { prompt: _, ...kind }, path }) => ({
      ...kind,
      path,
      own: path.startsWith(join(folder, 'questions')),
    })),
  };
}

export function kindsText({ kinds }: KindsDocument, style: Style): string {
  const wide = Math.max(...kinds.map(({ id }) => id.length));
  return kinds
    .flatMap(({ id, title, claims, own, exemplars }) => [
      `${style.bold(id.padEnd(wide))}  ${title} ${style.dim(`(at least ${count(claims, 'claim')}${own ? ', yours' : ''})`)}`,
      style.dim(`${' '.repeat(wide)}  ${exemplars[0] ?? ''}`),
    ])
    .join('\n');
}

const draft = (name: string): string => `---
id: ${name}
version: 1
title: One line that says what is asked
claims: 1
sorts:
  - equals
good:
  - what a good answer contains, one line each
exemplars:
  - A question of this kind?
prepares: A question of this kind about {{aim}}, asked before a proposal?
---
What the model is told: what to say, in which order, and what to state as a claim.
`;

/** Drafts a kind in a folder's `questions/` and says where. @throws UserError where one of that name is there. */
export function newKind(name: string, folder: string): string {
  if (!nameSchema.safeParse(name).success) {
    throw new UserError(
      'usage',
      `${JSON.stringify(name)} is no name of a kind`,
      'Use small letters, digits and single hyphens: worked-example.',
    );
  }
  if (loadKinds(folder).some(({ kind }) => kind.id === name)) {
    throw new UserError('usage', `the kind ${name} is there already`, 'vibegrad kinds lists them.');
  }
  const questions = join(folder, 'questions');
  if (!existsSync(questions)) mkdirSync(questions);
  const path = join(questions, `${name}.md`);
  writeNew(path, draft(name));
  return path;
}
