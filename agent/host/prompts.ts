import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';

export interface Prompt {
  readonly id: string;
  readonly version: string;
  /** The template, front matter removed. */
  readonly body: string;
  /** The file as it is: what the journal pins. */
  readonly text: string;
}

/** Every prompt of `prompts/` and `prompts/questions/`. */
export function loadPrompts(dir: string = join(packageRoot, 'prompts')): readonly Prompt[] {
  return [dir, join(dir, 'questions')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => parsePrompt(readFileSync(join(folder, name), 'utf8'), join(folder, name))),
  );
}

/** @throws UserError when the front matter is missing or names no id. */
export function parsePrompt(text: string, path: string): Prompt {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'));
  const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(parts?.[1] ?? '')?.[1]?.trim();
  const id = field('id');
  if (parts === null || id === undefined) {
    throw new UserError(
      'usage',
      `${path} is not a prompt: its front matter names no id`,
      'Start it with ---, id: NAME, ---.',
    );
  }
  return { id, version: field('version') ?? '1', body: (parts[2] ?? '').trim(), text };
}
