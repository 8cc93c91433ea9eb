import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { readFrontMatter } from '../base/front-matter.ts';
import { packageRoot } from '../base/package.ts';
import { guideOf, type Kind, parseKind } from '../programs/kinds.ts';
import { parseTopic, type TourTopic } from '../programs/topic-map.ts';

export interface Prompt {
  readonly id: string;
  readonly version: string;
  /** The template, front matter removed; for a kind of question, what its prompt says of a good answer. */
  readonly body: string;
  /** The file as it is: what the journal pins. */
  readonly text: string;
}

/** A kind of question and the file that it is read from. */
export interface KindFile {
  readonly kind: Kind;
  readonly path: string;
  readonly text: string;
}

const shipped = join(packageRoot, 'prompts');

/** Every prompt of `prompts/`, and one named `question-KIND` for each kind; a workspace's kinds come last. */
export function loadPrompts(dir: string = shipped, workspace?: string): readonly Prompt[] {
  return [
    ...markdown(dir).map(({ text, path }) => parsePrompt(text, path)),
    ...loadKinds(workspace, dir).map(({ kind, text }) => ({
      id: `question-${kind.id}`,
      version: String(kind.version),
      body: guideOf(kind),
      text,
    })),
  ];
}

/**
 * The kinds of question: those that come with Vibegrad, then those of a workspace's `questions/` folder.
 * @throws UserError where a file is no kind, is named otherwise than its kind, or takes the name of another.
 */
export function loadKinds(workspace?: string, dir: string = shipped): readonly KindFile[] {
  const folders = [
    join(dir, 'questions'),
    ...(workspace === undefined ? [] : [join(workspace, 'questions')]),
  ];
  const kinds: KindFile[] = [];
  for (const { text, path, name } of folders.flatMap(markdown)) {
    const kind = parseKind(text, path);
    if (kind.id !== name) {
      throw new UserError('usage', `${path} holds the kind ${kind.id}`, `Name the file ${kind.id}.md.`);
    }
    if (kinds.some((other) => other.kind.id === kind.id)) {
      throw new UserError('usage', `${path}: the kind ${kind.id} is there already`, 'Give it another name.');
    }
    kinds.push({ kind, path, text });
  }
  return kinds;
}

/** The topics of the tour, in the order of their files' names. */
export function loadTopics(dir: string = join(shipped, 'topics')): readonly TourTopic[] {
  return markdown(dir).map(({ text, path }) => parseTopic(text, path));
}

/** @throws UserError when the front matter is missing or names no id. */
export function parsePrompt(text: string, path: string): Prompt {
  const matter = readFrontMatter(text);
  const id = matter?.fields.id;
  if (matter === null || typeof id !== 'string') {
    throw new UserError(
      'usage',
      `${path} is not a prompt: its front matter names no id`,
      'Start it with ---, id: NAME, ---.',
    );
  }
  const { version } = matter.fields;
  return { id, version: typeof version === 'string' ? version : '1', body: matter.body, text };
}

/** The Markdown files of a folder by name; none where there is no folder. */
function markdown(dir: string): { name: string; path: string; text: string }[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const path = join(dir, file);
      return { name: file.slice(0, -'.md'.length), path, text: readFileSync(path, 'utf8') };
    });
}
