/**
 * Whether two sentences say the same. Told by their words and signs in order, after what has one meaning is written in one way:
 * so equal numbers, expressions, subjects and directions, with nothing left out and nothing added. Many that do say the same are
 * missed; what is taken for the same has to be.
 */
export function saysTheSame(a: string, b: string): boolean {
  const [one, other] = [canonical(a), canonical(b)];
  return one.length > 0 && one.length === other.length && one.every((token, i) => token === other[i]);
}

/** Whether all that a sentence is about stands in it: `It is 6` says something else in each text. */
export const standsAlone = (sentence: string): boolean => !leaning.test(sentence);

const leaning = new RegExp(
  [
    String.raw`\b(?:it|its|they|them|their|this|these|those|both|former|latter|here|there|same|others?|another|such|engine)\b`,
    // Which one, the text around it says.
    String.raw`\bthe (?:one|two|three|four|ten|twenty|loop|tape|program|picture|line|equation|model|value|answer|rule|gate|path)s?\b(?! of| at)`,
    String.raw`\bthe (?:plain|obvious|right|last|factored|short|long|first|second)\b`,
    String.raw`^(?:at|with|for|done|rewritten|seen|carried|below|above)\b`,
  ].join('|'),
  'i',
);

/** The words and signs of a sentence, those that have one meaning written in one way. */
export function canonical(sentence: string): readonly string[] {
  const text = plainSigns(sentence)
    .replace(/\.["”)]?$/, '')
    .replace(/^A(?= \p{L}{2})/u, 'a')
    // A letter alone is a variable, and `h` is not `H`; an article stands before a word.
    .replace(/\p{L}{2,}/gu, (word) => word.toLowerCase())
    .replace(/\b(?:an|the|a(?= \p{L}{2}))\b/gu, ' ')
    .replace(/(?<=\p{L}{2})-(?=\p{L}{2})/gu, ' ')
    .replace(/(?<=\b(?:is|are|do|does|was|were|has|have))n['’]t\b/g, ' not')
    .replace(/\bcannot\b/g, 'can not')
    .replace(/\bautomatic differentiation\b/g, 'ad')
    .replace(/\bfinite difference (?:quotient)/g, 'finite difference')
    .replace(/\b(?:slope|derivative)(s?)\b/g, 'derivative$1')
    .replace(/ (?:squared)\b/g, '^2')
    .replace(/ (?:cubed)\b/g, '^3')
    .replace(/\b(?:is|are) equal to\b|\bequals\b|\b(?:is|are)\b/g, ' = ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(atFirst, '$2 at $1 = $3');
  return (text.match(tokens) ?? []).map((token) => numbers.get(token) ?? singular(token));
}

/** `At 3 the slope of x·x is 6` says what `The slope of x·x at 3 is 6` says. */
const atFirst = /^at (-?[\d.e]+|[a-zA-Z]=-?[\d.e]+),? (derivative of [^=]+?) ?= ?(\S+)$/i;

/** Numbers, words, and every other sign. */
const tokens = /\d+(?:\.\d+)?(?:e[+-]?\d+)?|\p{L}+|[^\s\p{L}\p{N}]/gu;

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻';

/** Powers, products and minus signs as they are typed, inside a formula as outside. */
function plainSigns(text: string): string {
  return text
    .replace(/[$`]/g, '')
    .replace(/\\(?:cdot|times)\b/g, '·')
    .replace(/\\(?:left|right|[,;!])/g, '')
    .replace(/\\(?=[a-zA-Z]{2})/g, '')
    .replaceAll('**', '^')
    .replace(/[*×⋅∙]/g, '·')
    .replace(
      /[⁰¹²³⁴-⁹⁻]+/g,
      (run) => `^${[...run].map((c) => '0123456789-'[superscripts.indexOf(c)]).join('')}`,
    )
    .replace(/\^\{([^{}]*)\}/g, '^$1')
    .replaceAll('−', '-')
    .replace(/\s*([·^+/=])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

const numbers: ReadonlyMap<string, string> = new Map(
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map((word, i) => [
    word,
    String(i),
  ]),
);

/** Without the s of a plural or of a verb. */
const singular = (word: string): string => (/^\p{L}{3,}[^s]s$/u.test(word) ? word.slice(0, -1) : word);
