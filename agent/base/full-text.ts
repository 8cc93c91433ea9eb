/** A text to be found: what it says in several places, and how much a word counts in each. */
export type Weighted = readonly { readonly text: string; readonly weight: number }[];

export interface Hit {
  /** The place of the text in the list that was indexed. */
  readonly index: number;
  readonly score: number;
}

export interface FullText {
  /** The texts that share a word with a query, of those that are taken; best first, among equals the earlier one. */
  search(query: string, most: number, takes?: (index: number) => boolean): readonly Hit[];
}

/** Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009: the usual constants. */
const K1 = 1.2;
const B = 0.75;

/**
 * An index for BM25 over weighted places (BM25F with one length: a word counts as often as its place weighs).
 * Needs time in the length of all texts to be made, and in the number of texts with a word of the query to be asked.
 */
export function fullText(texts: readonly Weighted[]): FullText {
  const postings = new Map<string, { index: number; count: number }[]>();
  const lengths = texts.map((places, index) => {
    const counts = new Map<string, number>();
    let length = 0;
    for (const { text, weight } of places) {
      for (const word of wordsOf(text)) {
        counts.set(word, (counts.get(word) ?? 0) + weight);
        length += weight;
      }
    }
    for (const [word, count] of counts) {
      const list = postings.get(word);
      if (list === undefined) postings.set(word, [{ index, count }]);
      else list.push({ index, count });
    }
    return length;
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  return {
    search: (query, most, takes = () => true) => {
      const scores = new Float64Array(texts.length);
      const found: number[] = [];
      for (const word of new Set(wordsOf(query))) {
        const list = postings.get(word) ?? [];
        const rarity = Math.log(1 + (texts.length - list.length + 0.5) / (list.length + 0.5));
        for (const { index, count } of list) {
          const long = 1 - B + (B * lengths[index]!) / mean;
          if (scores[index] === 0) found.push(index);
          scores[index]! += (rarity * count * (K1 + 1)) / (count + K1 * long);
        }
      }
      return best(scores, found.filter(takes), most);
    },
  };
}

/** The first few by score; among equals the earlier text. Most texts are worse than all of these, and are seen once. */
function best(scores: Float64Array, found: readonly number[], most: number): readonly Hit[] {
  const before = (a: number, b: number): boolean =>
    scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b);
  const top: number[] = [];
  for (const index of found) {
    if (top.length === most && !before(index, top[most - 1]!)) continue;
    let place = top.length;
    while (place > 0 && before(index, top[place - 1]!)) place--;
    top.splice(place, 0, index);
    if (top.length > most) top.pop();
  }
  return top.map((index) => ({ index, score: scores[index]! }));
}

/** Words that say nothing of what a text is about. */
const EMPTY = new Set(
  `a an and are as at be been but by can could did do does for from get give given gives had has have how i if in into is it
  its me my no not of on one or our say so some than that the their them then there these they this to was we were what
  when where which who why will with would you your`.split(/\s+/),
);

/** The words of a text: small letters, without the endings of plurals and of verbs, without what says nothing. */
export function wordsOf(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !EMPTY.has(word)).map(stem);
}

/** Endings that are dropped, where at least four letters are left: `differences`, `differencing` and `difference` are one. */
function stem(word: string): string {
  for (const ending of [
    'ability',
    'ities',
    'ingly',
    'ation',
    'able',
    'ings',
    'ity',
    'ing',
    'ies',
    'es',
    'ed',
    'ly',
    's',
    'e',
    'y',
  ]) {
    if (word.endsWith(ending) && word.length - ending.length >= 4) return word.slice(0, -ending.length);
  }
  return word;
}
