/** What stands between the two `---` lines of a Markdown file, and what comes after them. */
export interface FrontMatter {
  /** By name: a text, or the items of a list. */
  readonly fields: { readonly [name: string]: string | readonly string[] };
  readonly body: string;
}

/**
 * Reads front matter: `name: text`, `name: []`, or `name:` with items below it, each `  - text`. Nothing of a text is
 * interpreted, so that a question may hold colons and quotes.
 * Null where there is none, or a line of it is neither.
 */
export function readFrontMatter(text: string): FrontMatter | null {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'));
  if (parts === null) return null;
  const fields = new Map<string, string | string[]>();
  let list: string[] | null = null;
  for (const line of parts[1]!.split('\n')) {
    const item = /^\s+- +(.*\S)\s*$/.exec(line)?.[1];
    const [, name, value = ''] = /^([a-z]\w*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (item !== undefined && list !== null) list.push(item);
    else if (name === undefined) return null;
    else if (value === '' || value === '[]') {
      list = [];
      fields.set(name, list);
    } else {
      list = null;
      fields.set(name, value);
    }
  }
  return { fields: Object.fromEntries(fields), body: parts[2]!.trim() };
}
