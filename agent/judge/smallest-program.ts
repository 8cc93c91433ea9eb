import { fromHex64 } from '../base/float64.ts';
import type { ProgramAnswer, ProgramRequest } from '../checks/program.ts';
import { shrunk, weight } from '../checks/program-edits.ts';
import { programText } from '../checks/program-text.ts';
import type { Case } from '../checks/types.ts';
import { ASKED, inputText, tellingCase } from '../targets/engine/case.ts';
import { compareCase } from './compare.ts';
import type { Answers, Outcome } from './evaluate.ts';
import { OracleFailure } from './oracle/index.ts';
import { counterexampleOf, failures } from './report.ts';
import type { Counterexample } from './types.ts';

/** Programs that are tried at most: a few lines of an oracle. */
const MOST_TRIED = 400;
/** Programs in one line: most of the first step's are refused or too small to fail. */
const AT_ONCE = 40;

/** A case that an engine fails, and what it answered. */
export interface Failing {
  readonly case: Case;
  readonly answer: ProgramAnswer;
}

/**
 * The smallest program that an engine still gets wrong, found from one that it does: delta debugging over the graph (a node
 * by one of its arguments, an `if` by its branch, an inner derivative by its argument, inputs left out) and over the inputs
 * (rounder, smaller arrays). Each step asks again; it ends where no smaller program fails.
 * Source: A. Zeller, R. Hildebrandt, "Simplifying and isolating failure-inducing input" (2002).
 * @throws OracleFailure where the engine's process ends meanwhile.
 */
export async function smallestProgram(oracle: Answers, found: Failing): Promise<Failing> {
  let best = found;
  let left = MOST_TRIED;
  const seen = new Set([JSON.stringify(found.case.request)]);
  for (;;) {
    const limit = weight(best.case.request);
    const smaller = shrunk(best.case.request)
      .filter((request) => {
        if (weight(request) >= limit) return false;
        const key = JSON.stringify(request);
        return seen.has(key) ? false : seen.add(key);
      })
      .sort((a, b) => weight(a) - weight(b));
    let next: Failing | null = null;
    for (let at = 0; at < smaller.length && next === null && left > 0; at += AT_ONCE) {
      const cases = smaller
        .slice(at, at + Math.min(AT_ONCE, left))
        .flatMap((request) => telling(request) ?? []);
      left -= cases.length;
      if (cases.length > 0) next = await firstFailing(oracle, cases, best.answer.ok);
    }
    if (next === null) return best;
    best = next;
  }
}

/** The first case that fails in the same way: a wrong number is not traded for an error. */
async function firstFailing(
  oracle: Answers,
  cases: readonly Case[],
  answers: boolean,
): Promise<Failing | null> {
  const found = await oracle.run(cases.map(({ request }) => request));
  for (const [i, one] of cases.entries()) {
    const answer = found[i]!;
    const { pass, steady } = compareCase(one, answer);
    if (!(pass && steady) && answer.ok === answers) return { case: one, answer };
  }
  return null;
}

function labelOf({ program, mode, at }: ProgramRequest): string {
  const numbers = at.flatMap((x) => (typeof x === 'string' ? [fromHex64(x)] : []));
  const where = numbers.length === at.length ? inputText(numbers) : 'arrays';
  return `${ASKED[mode]} of ${programText(program)} at ${where}`;
}

/** The case of a request, or null where it is no program, or says nothing. */
function telling(request: ProgramRequest): Case | null {
  try {
    return tellingCase(labelOf(request), request);
  } catch {
    return null;
  }
}

/**
 * The smallest program that fails, from what failed of a draw; null where nothing of it did, or the engine's process ends
 * on the way.
 */
export async function smallestOf(
  oracle: Answers,
  outcomes: readonly Outcome[],
): Promise<Counterexample | null> {
  const failed = outcomes
    .filter(({ pool }) => pool !== 'visible')
    .flatMap((outcome) =>
      failures(outcome).map((i) => ({
        check: outcome.check.id,
        case: outcome.cases[i]!,
        answer: outcome.answers[i]!,
      })),
    );
  const size = ({ case: { request }, answer }: Failing): number => weight(request) + (answer.ok ? 0 : 1e12);
  const first = failed.sort((a, b) => size(a) - size(b))[0];
  if (first === undefined) return null;
  try {
    const { case: smallest, answer } = await smallestProgram(oracle, first);
    return counterexampleOf(first.check, smallest, answer);
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
    return null;
  }
}
