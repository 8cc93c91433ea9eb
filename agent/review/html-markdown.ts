import { Marked, type Tokens } from 'marked';
import { stripControls } from '../base/text.ts';
import { escapeHtml } from './html-escape.ts';
import { texToHtml } from './html-tex.ts';
import { markdownLimit } from './sanitise.ts';

/** TeX in the four common quotings, kept from Markdown, which would eat its backslashes and underscores. */
const texPatterns = [
  /^\$\$([^$]+?)\$\$/,
  /^\$(?![\s$])([^$\n]*?[^\s$\\])\$(?!\d)/,
  /^\\\(([\s\S]+?)\\\)/,
  /^\\\[([\s\S]+?)\\\]/,
];

const tex = {
  name: 'tex',
  level: 'inline' as const,
  start: (text: string) => {
    const at = text.search(/\$|\\[([]/);
    return at === -1 ? undefined : at;
  },
  tokenizer(text: string): Tokens.Generic | undefined {
    for (const pattern of texPatterns) {
      const found = pattern.exec(text);
      if (found !== null) return { type: 'tex', raw: found[0], text: found[1] ?? '' };
    }
    return undefined;
  },
  renderer: (token: Tokens.Generic) => texToHtml(String(token.text), /^(\$\$|\\\[)/.test(token.raw)),
};

/** Markdown of strangers: markup is text, pictures are their description, links lead only to the web. */
const markdown = new Marked({ gfm: true, breaks: false, async: false });
markdown.use({
  extensions: [tex],
  renderer: {
    html: ({ text, block }) => (block === true ? `<p>${escapeHtml(text.trimEnd())}</p>\n` : escapeHtml(text)),
    image: ({ text, href }) => `<span class="picture">[picture: ${escapeHtml(text || href)}]</span>`,
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      if (!/^https?:\/\//i.test(href)) return text;
      return `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${text}</a>`;
    },
    heading({ tokens, depth }) {
      const level = Math.min(depth + 3, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    code: ({ text, lang }) => codeBlock(text, lang ?? ''),
    codespan: ({ text }) => `<code>${escapeHtml(text)}</code>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    text(token) {
      return 'tokens' in token && token.tokens !== undefined
        ? this.parser.parseInline(token.tokens)
        : escapeHtml(unescapeEntities(token.text));
    },
  },
});

/** marked hands text with its own entities in it where it has escaped already. */
function unescapeEntities(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (all, name: string) => entities[name] ?? all);
}

/** What is too long or nested too deeply to be read as Markdown is shown as it was typed. */
export function markdownToHtml(text: string): string {
  return whole(text, () => markdown.parse(stripControls(text)) as string) ?? codeBlock(text, '');
}

/** One line of Markdown. */
export function inlineToHtml(text: string): string {
  const line = stripControls(text).replace(/\n+/g, ' ');
  return whole(line, () => markdown.parseInline(line) as string) ?? escapeHtml(line);
}

function whole(text: string, parse: () => string): string | null {
  if (text.length > markdownLimit) return null;
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function codeBlock(text: string, language: string): string {
  const name = /^\w+/.exec(language)?.[0] ?? '';
  const label = name === '' ? '' : ` data-language="${name}"`;
  return `<pre${label}><code>${escapeHtml(text.replace(/\n+$/, ''))}</code></pre>\n`;
}

/** A unified diff, a line a span, so that colour needs no script. */
export function diffToHtml(diff: string): string {
  const lines = stripControls(diff).replace(/\n+$/, '').split('\n');
  return `<pre class="diff"><code>${lines.map(diffLine).join('\n')}</code></pre>`;
}

function diffLine(line: string): string {
  const kind = /^(diff |index |--- |\+\+\+ |new file|deleted file)/.test(line)
    ? 'file'
    : line.startsWith('@@')
      ? 'hunk'
      : line.startsWith('+')
        ? 'add'
        : line.startsWith('-')
          ? 'del'
          : '';
  const text = escapeHtml(line);
  return kind === '' ? text : `<span class="${kind}">${text}</span>`;
}
