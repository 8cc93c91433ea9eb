import { z } from 'zod';
import { EXIT } from '../base/errors.ts';
import { count, oneLine } from '../base/text.ts';
import { interruptible } from '../host/interrupt.ts';
import { type Observed, type Result, redteam, type WayResult } from '../redteam/index.ts';
import { columns, type Style } from '../review/style.ts';

const happenedSchema = z.object({
  accepted: z.boolean(),
  /** The judge's stage; or `apply`, `oracle`, `claim`. */
  ended: z.string(),
  reason: z.string(),
});

/** What `vibegrad redteam --json` prints. */
export const redteamSchema = z.object({
  /** None accepted, no escape, every refusal for the reason it should have, and the honest engine accepted. */
  ok: z.boolean(),
  /** Different candidates; each is taken once a way. */
  candidates: z.int(),
  accepted: z.int(),
  /** Candidates that left or reached something outside their sandbox, and whatever was left at the end. */
  escapes: z.int(),
  /** Refused, but elsewhere or for another reason than the corpus says. */
  unexpected: z.int(),
  ways: z.array(
    z.object({
      bubblewrap: z.boolean(),
      taken: z.int(),
      honestAccepted: z.boolean(),
      leftAtEnd: z.array(z.string()),
      /** What only bubblewrap holds is not tried without it. */
      notTried: z.array(z.string()),
    }),
  ),
  results: z.array(
    z.object({
      id: z.string(),
      tries: z.string(),
      bubblewrap: z.boolean(),
      expected: z.object({ ends: z.array(z.string()), because: z.string() }),
      happened: happenedSchema,
      asExpected: z.boolean(),
      escapes: z.array(z.string()),
      seconds: z.number(),
    }),
  ),
  seconds: z.number(),
});

export type RedteamDocument = z.infer<typeof redteamSchema>;

export interface RedteamArguments {
  readonly only: readonly string[];
  readonly bubblewrap: boolean;
  /** Told each result as it comes. */
  readonly onRow?: (row: RedteamDocument['results'][number]) => void;
}

/** Attacks the judge of this installation with the corpus; null where it was interrupted. @throws UserError */
export async function attack({ only, bubblewrap, onRow }: RedteamArguments): Promise<RedteamDocument | null> {
  const started = performance.now();
  const { signal, release } = interruptible(() => undefined);
  try {
    const ways = await redteam({
      ...{ only, bubblewrap, signal },
      ...(onRow ? { onResult: (result: Result) => onRow(rowOf(result)) } : {}),
    });
    return documentOf(ways, (performance.now() - started) / 1000);
  } catch (error) {
    if (!signal.aborted) throw error;
    return null;
  } finally {
    release();
  }
}

function documentOf(ways: readonly WayResult[], seconds: number): RedteamDocument {
  const results = ways.flatMap((way) => way.results).map(rowOf);
  const accepted = results.filter(({ happened }) => happened.accepted).length;
  const escapes =
    results.filter((row) => row.escapes.length > 0).length +
    ways.filter(({ honest, leftAtEnd }) => honest.escapes.length + leftAtEnd.length > 0).length;
  const unexpected = results.filter((row) => !row.asExpected && !row.happened.accepted).length;
  const honest = ways.every((way) => way.honest.accepted);
  return {
    ok: accepted + escapes + unexpected === 0 && honest,
    candidates: new Set(results.map(({ id }) => id)).size,
    ...{ accepted, escapes, unexpected },
    ways: ways.map((way) => ({
      bubblewrap: way.bubblewrap,
      taken: way.results.length,
      honestAccepted: way.honest.accepted,
      leftAtEnd: [...way.honest.escapes, ...way.leftAtEnd],
      notTried: [...way.notTried],
    })),
    results,
    seconds,
  };
}

function rowOf({
  candidate,
  bubblewrap,
  asExpected,
  ...observed
}: Result): RedteamDocument['results'][number] {
  const { accepted, ended, reason, escapes, seconds }: Observed = observed;
  return {
    id: candidate.id,
    tries: candidate.tries,
    bubblewrap,
    expected: { ends: [candidate.ends].flat(), because: candidate.because.source },
    happened: { accepted, ended, reason: oneLine(reason, 300) },
    asExpected,
    escapes: [...escapes],
    seconds,
  };
}

/** One line: what was tried, how it should end, how it did. */
export function rowText(row: RedteamDocument['results'][number], style: Style): string {
  const { id, bubblewrap, expected, happened, asExpected, escapes, seconds } = row;
  const bad = !asExpected || escapes.length > 0;
  const end = happened.accepted
    ? style.red('ACCEPTED')
    : `${happened.ended}: ${oneLine(happened.reason, 76)}`;
  return [
    bad ? style.red('✗') : style.green('✓'),
    id.padEnd(44),
    bubblewrap ? 'bwrap' : 'plain',
    expected.ends.join('|').padEnd(7),
    `${seconds.toFixed(1)} s`.padStart(6),
    style.dim(end),
    ...escapes.map((what) => `\n    ${style.red(oneLine(what, 160))}`),
    ...(asExpected
      ? []
      : [`\n    expected ${expected.ends.join(' or ')}: /${oneLine(expected.because, 120)}/`]),
  ].join('  ');
}

export function redteamText(document: RedteamDocument, style: Style): string {
  const { candidates, accepted, escapes, unexpected, ways, seconds, ok } = document;
  const rows = ways.map((way) => [
    way.honestAccepted ? style.green('✓') : style.red('✗'),
    way.bubblewrap ? 'with bubblewrap' : 'without bubblewrap',
    count(way.taken, 'candidate'),
    way.honestAccepted ? 'the honest engine is accepted' : style.red('the honest engine is NOT accepted'),
    way.notTried.length === 0 ? '' : style.dim(`${way.notTried.length} that only bubblewrap holds not tried`),
    ...way.leftAtEnd.map((left) => style.red(oneLine(left, 120))),
  ]);
  const summary = `${count(candidates, 'candidate')}, ${accepted} accepted, ${count(escapes, 'escape')}, ${unexpected} refused for another reason, ${seconds.toFixed(1)} s`;
  return ['', columns(rows), ok ? style.green(summary) : style.red(summary)].join('\n');
}

export const redteamExit = (document: RedteamDocument | null): number =>
  document === null ? EXIT.interrupted : document.ok ? EXIT.ok : EXIT.refused;
