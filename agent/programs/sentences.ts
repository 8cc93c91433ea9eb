import { lexer, type Token } from 'marked';
import { wordsOf } from '../base/full-text.ts';
import { saysTheSame } from './same-statement.ts';

/** Words that a sentence has at least, to say something that could be run. */
const LEAST_WORDS = 4;

/** The statements of an answer: its sentences without markup, code and questions. None of what cannot be read as Markdown. */
export function sentencesOf(prose: string): readonly string[] {
  if (prose.length > LONGEST) return [];
  // Formulas are set aside: Markdown would take their backslashes and underscores.
  const formulas: string[] = [];
  const text = prose.replace(
    /\$\$[^$]+\$\$|\$[^$\n]+\$/g,
    (formula) => `\ue000${formulas.push(formula) - 1}\ue001`,
  );
  let texts: string[];
  try {
    texts = lexer(text).flatMap(textsOf);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
  return texts
    .flatMap((each) => each.replace(/\s+/g, ' ').split(/(?<=[.!?…]["”)]?) (?=[\p{Lu}"“(`\ue000])/u))
    .map((sentence) => sentence.trim())
    .filter(
      (sentence) =>
        !/[?:]["”)]?$/.test(sentence) && wordsOf(sentence.replace(setAside, '')).length >= LEAST_WORDS,
    )
    .map((sentence) => sentence.replace(setAside, (all, i: string) => formulas[Number(i)] ?? all));
}

/** Characters of a text that is still an answer. */
const LONGEST = 30_000;

/** A formula that was set aside. */
const setAside = /\ue000(\d+)\ue001/g;

/** The running text of a block; headings and code say nothing that is a sentence. */
function textsOf(token: Token): string[] {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return [plain(token)];
    case 'blockquote':
      return (token.tokens ?? []).flatMap(textsOf);
    case 'list':
      return (token.items as Token[]).flatMap((item) =>
        ('tokens' in item ? (item.tokens ?? []) : []).flatMap(textsOf),
      );
    default:
      return [];
  }
}

function plain(token: Token): string {
  if (token.type === 'codespan') return token.raw;
  if (token.type === 'br') return ' ';
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(plain).join('');
  return 'text' in token ? String(token.text) : token.raw;
}

/** Less than this of the shorter one in common, two sentences are about different things. */
const CLOSE = 0.5;
const SHARED = 3;

/** How far two sentences are about the same: the share of words in common, of the one with fewer; 0 where they are not. */
export function closeness(a: string, b: string): number {
  const [one, other] = [words(a), words(b)];
  const shared = [...one].filter((word) => other.has(word)).length;
  const share = shared / Math.max(1, Math.min(one.size, other.size));
  return shared >= SHARED && share >= CLOSE ? share : 0;
}

/** How alike two sentences run: words that are in both, and neighbours that are. */
export function likeness(a: string, b: string): number {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  const pairs = (list: readonly string[]): string[] => list.slice(1).map((word, i) => `${list[i]} ${word}`);
  const common = (x: readonly string[], y: readonly string[]): number =>
    [...new Set(x)].filter((each) => y.includes(each)).length;
  return common(one, other) + common(pairs(one), pairs(other));
}

const words = (text: string): ReadonlySet<string> =>
  new Set(wordsOf(text.replace(/\bAD\b/g, 'automatic differentiation')));

/** Each sentence with the claim that says the same, by its place; null where none does. */
export function matchClaims(
  sentences: readonly string[],
  statements: readonly string[],
): readonly { readonly sentence: string; readonly claim: number | null }[] {
  return sentences.map((sentence) => {
    const claim = statements.findIndex((statement) => saysTheSame(sentence, statement));
    return { sentence, claim: claim === -1 ? null : claim };
  });
}
