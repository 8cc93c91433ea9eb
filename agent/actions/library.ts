import type { Json } from '../base/json.ts';
import { allSessions } from '../host/sessions.ts';
import {
  answerFor,
  claimsFor,
  type Library,
  type LibraryQuery,
  libraryOf,
  type RecordedClaim,
  recordedAnswers,
} from '../review/library.ts';
import { openSession } from '../review/open.ts';

let library: Library | undefined;

/** The answers of the shipped sessions. Read once, when they are first asked for. */
export function shippedLibrary(): Library {
  library ??= libraryOf(
    recordedAnswers(
      allSessions()
        .filter(({ shipped }) => shipped)
        .map(({ id, dir }) => ({ session: id, view: openSession(dir).view })),
    ),
  );
  return library;
}

/** The recorded answer that fits a question best; null where none does. */
export function recordedAnswer(query: LibraryQuery): Json {
  return answerFor(shippedLibrary(), query) as unknown as Json;
}

/** The recorded claim that says what a sentence says, or those that are about the same. */
export const recordedClaims = (sentence: string): readonly RecordedClaim[] =>
  claimsFor(sentence, shippedLibrary().answers);
