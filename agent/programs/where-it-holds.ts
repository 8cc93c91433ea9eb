import { wordsOf } from '../base/full-text.ts';
import { canonical, standsAlone } from './same-statement.ts';

/** What a claim shows of a sentence that says more than can be run: a place where it holds, or one where it does not. */
export interface Place {
  readonly link: 'holds' | 'fails';
  /** The part of the sentence that the claim is about. */
  readonly of: string;
}

/**
 * The place that a claim shows of a sentence, told by their words alone. `AD is stable where nothing cancels` shows where
 * `AD is stable` holds; `AD is not stable where the program cancels`, where it does not. Null of any other claim, and of
 * sentences that say how often something is so: a place where it is not refutes none of these.
 */
export function placeOf(sentence: string, statement: string): Place | null {
  const said = partsOf(sentence);
  const shown = partsOf(statement);
  const [head = '', ...place] = shown.core.split(condition);
  const [words, claimed] = [plainly(said.core), plainly(head)];
  if (place.length === 0 || wordsOf(said.core).length < LEAST || !standsAlone(said.core)) return null;
  if (words.some((word) => amounts.has(word)) || claimed.some((word) => amounts.has(word))) return null;
  if (alike(words, claimed)) {
    // What it is compared with has to be there in the claim, too.
    const compared = said.unlike === '' || alike(canonical(said.unlike), canonical(shown.unlike));
    return compared ? { link: 'holds', of: said.core } : null;
  }
  return isNot(words, claimed) || isNot(claimed, words) ? { link: 'fails', of: said.core } : null;
}

/** Words that a sentence has at least, to be about something. */
const LEAST = 3;

const condition = /,? (?:where|when|if) /;

/** Words that say of how much or how often something is so. */
const amounts: ReadonlySet<string> = new Set(
  canonical(
    `all every each any some no none never always often sometimes usually rarely may might can could must only most many few both
    either neither nor also even almost about`,
  ),
);

/** A sentence without the label before it and without what its subject is set against. */
function partsOf(sentence: string): { readonly unlike: string; readonly core: string } {
  const [label = ''] = /^(?:\p{Lu}[\p{L}-]*[ :]){1,5} ?(?<=: )/u.exec(sentence) ?? [];
  const rest = doubts.test(label) ? sentence : sentence.slice(label.length);
  const [before = '', unlike = ''] = /^Unlike ([^,]+), /i.exec(rest) ?? [];
  return { unlike, core: rest.slice(before.length).replace(/[.\s]+$/, '') };
}

/** A label that says of its sentence whether it is so is a part of it. */
const doubts =
  /\b(?:not|no|never|wrong|false|true|myths?|mistakes?|errors?|claims?|question|misconceptions?)\b/i;

/** The words in one way of writing; `does suffer` is `suffers`. */
const plainly = (text: string): readonly string[] =>
  canonical(text).filter((word) => !/^(?:do|does|did)$/.test(word));

const alike = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

/** Whether one is the other with a `not` more. */
const isNot = (longer: readonly string[], shorter: readonly string[]): boolean =>
  longer.some((word, i) => word === 'not' && alike(longer.toSpliced(i, 1), shorter));
