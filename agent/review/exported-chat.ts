import type { Json } from '../base/json.ts';

/** One thing that was said, by a person or by what answered them, as Markdown. */
export interface Turn {
  readonly by: 'person' | 'model';
  readonly text: string;
  /** What answered, where the export says so. */
  readonly model: string | null;
}

/** A conversation of an export: the branch that was on the screen last. */
export interface Conversation {
  readonly format: 'chatgpt' | 'claude';
  readonly title: string;
  readonly turns: readonly Turn[];
  /** Messages of branches that were left: another answer to a question, a question that was edited. */
  readonly elsewhere: number;
  /** The conversation as the export has it. */
  readonly original: Json;
}

/** Code in a fence that nothing in it closes. */
export function block(code: string, language: string): string {
  if (code.trim() === '') return '';
  const longest = Math.max(2, ...[...code.matchAll(/^\s*(`{3,})/gm)].map((run) => run[1]!.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^\w*/.exec(language)?.[0] ?? ''}\n${code.replace(/\n+$/, '')}\n${fence}`;
}
