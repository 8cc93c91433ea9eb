import { fromHex64 } from '../base/float64.ts';
import { oneLine } from '../base/text.ts';
import type { Num, ProgramAnswer } from '../checks/program.ts';
import type { Case, Expected } from '../checks/types.ts';
import { compareCase } from './compare.ts';
import type { Outcome } from './evaluate.ts';
import type { CheckResult, Counterexample } from './types.ts';

/** Sentences told at most; a model that gets a hundred learns no more than from eight. */
const MOST_REASONS = 8;

export function fewReasons(reasons: readonly string[]): readonly string[] {
  if (reasons.length <= MOST_REASONS) return reasons;
  return [...reasons.slice(0, MOST_REASONS), `And ${reasons.length - MOST_REASONS} more.`];
}

/** One sentence for each failing check. Of held-out inputs it says only that they failed. */
export function failureReasons(outcomes: readonly Outcome[]): string[] {
  const reasons: string[] = [];
  for (const [, group] of byCheck(outcomes)) {
    const visible = group.find((o) => o.pool === 'visible' && failures(o).length > 0);
    const id = group[0]!.check.id;
    if (visible) {
      const at = smallest(visible);
      const c = visible.comparisons[at]!;
      const label = visible.cases[at]!.label;
      if (!c.pass) {
        const { expected, got } = bothNumbers(
          visible.cases[at]!,
          visible.answers[at]!,
          c.failedAt ?? -1,
          c.why,
        );
        reasons.push(`${id}: ${label} gives ${got}; it must be ${expected}.`);
      } else reasons.push(`${id}: ${unsteady(visible.answers[at]!)} (${label}).`);
    } else if (group.some((o) => failures(o).length > 0)) {
      reasons.push(`${id}: passes the visible pool and fails on held-out inputs.`);
    }
  }
  return reasons;
}

function unsteady(answer: ProgramAnswer): string {
  return answer.ok && !answer.inputsKept
    ? 'the inputs no longer hold what they held'
    : 'a second identical call does not give the same bits';
}

/** Indices of the cases of an outcome that failed. */
export function failures(outcome: Outcome): number[] {
  return outcome.comparisons.flatMap((c, i) => (c.pass && c.steady ? [] : [i]));
}

/** The smallest failing input of the visible pool: least program first, then fewest and shortest numbers. */
export function smallestCounterexample(outcomes: readonly Outcome[]): Counterexample | null {
  let best: { outcome: Outcome; at: number; size: readonly number[] } | null = null;
  for (const outcome of outcomes) {
    if (outcome.pool !== 'visible' || failures(outcome).length === 0) continue;
    const at = smallest(outcome);
    const size = sizeOf(outcome.cases[at]!, outcome.answers[at]!);
    if (best === null || less(size, best.size)) best = { outcome, at, size };
  }
  if (best === null) return null;
  return counterexampleOf(
    best.outcome.check.id,
    best.outcome.cases[best.at]!,
    best.outcome.answers[best.at]!,
  );
}

/** A case that failed, with both numbers. */
export function counterexampleOf(check: string, wanted: Case, answer: ProgramAnswer): Counterexample {
  const comparison = compareCase(wanted, answer);
  const numbers = comparison.pass
    ? { expected: 'the same bits twice', got: unsteady(answer) }
    : bothNumbers(wanted, answer, comparison.failedAt ?? -1, comparison.why);
  return {
    check,
    label: wanted.label,
    inputs: wanted.request.at.map(showNum),
    ...numbers,
  };
}

/** Which of an outcome's failures is the smallest. */
function smallest(outcome: Outcome): number {
  const size = (at: number): number[] => sizeOf(outcome.cases[at]!, outcome.answers[at]!);
  return failures(outcome).reduce((best, at) => (less(size(at), size(best)) ? at : best));
}

/** A wrong number says more than an error, so errors count as larger than any input. */
function sizeOf({ request }: Case, answer: ProgramAnswer): number[] {
  const numbers = request.at.flatMap(elements).map((hex) => Math.abs(fromHex64(hex)));
  const digits = request.at.flatMap(elements).map((hex) => String(fromHex64(hex)).length);
  const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
  const magnitude = sum(numbers.map((x) => (Number.isFinite(x) ? Math.abs(Math.log2(x || 1)) : 2000)));
  return [answer.ok ? 0 : 1, request.program.nodes.length, numbers.length, sum(digits), magnitude];
}

function less(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}

/** What had to come and what came: the number that failed, or all of a short list that it stands in. */
function bothNumbers(
  wanted: Case,
  answer: ProgramAnswer,
  failedAt: number,
  why: string,
): { readonly expected: string; readonly got: string } {
  const expected = wanted.expected;
  if (failedAt < 0 || !answer.ok) {
    return { expected: listed(expected.map(showExpected)), got: `nothing: ${oneLine(why, 200)}` };
  }
  const got = answer.values.flatMap(elements).map(showHex);
  if (expected.length <= 4) return { expected: listed(expected.map(showExpected)), got: listed(got) };
  return {
    expected: `${showExpected(expected[failedAt]!)} (number ${failedAt + 1} of ${expected.length})`,
    got: got[failedAt] ?? 'nothing',
  };
}

function listed(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  return texts.length <= 4 ? `[${texts.join(', ')}]` : `[${texts.slice(0, 4).join(', ')}, …]`;
}

function showExpected(expected: Expected): string {
  switch (expected.kind) {
    case 'near':
    case 'same':
      return showHex(expected.value);
    case 'within':
      return `between ${showHex(expected.low)} and ${showHex(expected.high)}`;
    case 'nan':
      return 'NaN';
    case 'any':
      return 'anything';
  }
}

const elements = (value: Num): readonly string[] => (typeof value === 'string' ? [value] : value.data);

/** Decimal text of a float64, the shortest that reads back as it; −0 keeps its sign. */
function showHex(hex: string): string {
  try {
    const x = fromHex64(hex);
    return Object.is(x, -0) ? '-0' : String(x);
  } catch {
    return 'no number';
  }
}

function showNum(value: Num): string {
  if (typeof value === 'string') return showHex(value);
  return `[${value.data.map(showHex).join(', ')}] of shape [${value.shape.join(', ')}]`;
}

function byCheck(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  return Map.groupBy(outcomes, (o) => o.check.id) as Map<string, Outcome[]>;
}

/**
 * One row for each check. Answers that are not repeatable, or that changed their inputs, fail the goal's check of
 * family `repeat` (or a row of that name). The worst errors of a failing check are those of the visible
 * pool, unless `all` are asked for: of held-out inputs a model learns pass or fail.
 */
export function checkResults(outcomes: readonly Outcome[], all = false): CheckResult[] {
  const results: CheckResult[] = [];
  for (const [goal, own] of Map.groupBy(outcomes, (o) => o.goal.id)) {
    const steady = own.every((o) => o.comparisons.every((c) => c.steady));
    const repeats = own.some((o) => o.check.family === 'repeat');
    for (const [id, group] of byCheck(own)) {
      const { family } = group[0]!.check;
      const pass = group.every((o) => o.comparisons.every((c) => c.pass)) && (family !== 'repeat' || steady);
      const told = pass || all ? group : group.filter((o) => o.pool === 'visible');
      const cases = group.reduce((n, o) => n + o.cases.length, 0);
      results.push({
        id,
        family,
        pass,
        cases,
        worstUlp: worst(told, 'worstUlp'),
        worstRatio: worst(told, 'worstRatio'),
      });
    }
    if (steady || repeats) continue;
    const cases = own.reduce((n, o) => n + o.cases.length, 0);
    results.push({
      id: `${goal}/repeat`,
      family: 'repeat',
      pass: false,
      cases,
      worstUlp: null,
      worstRatio: null,
    });
  }
  return results;
}

function worst(outcomes: readonly Outcome[], key: 'worstUlp' | 'worstRatio'): number | null {
  let most: number | null = null;
  for (const { comparisons } of outcomes) {
    for (const c of comparisons) if (c[key] !== null) most = Math.max(most ?? 0, c[key]);
  }
  return most;
}
