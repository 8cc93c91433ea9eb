import type { CheckResult, Verdict } from '../judge/types.ts';
import type { VerdictRow, VerdictView } from './view.ts';

/** What a reading keeps of a verdict: everything but the receipt, with the checks boiled down to a small table. */
export function verdictView(verdict: Verdict, goals: readonly string[]): VerdictView {
  const named = new Set(goals);
  const failed = verdict.checks.filter((check) => !check.pass);
  const rows: VerdictRow[] = [
    ...verdict.goals
      .filter((goal) => named.has(goal.id) || goal.before !== goal.after)
      .map((goal) => ({ check: goal.id, before: metOr(goal.before), after: metOr(goal.after) })),
    ...failed.map((check) => ({ check: check.id, before: '', after: `fails${sizeOf(check)}` })),
  ];
  const worst = verdict.checks.filter((check) => check.pass).map((check) => check.worstUlp ?? 0);
  return {
    accepted: verdict.accepted,
    stage: verdict.stage,
    reasons: verdict.reasons,
    counterexample: verdict.counterexample,
    rows,
    refusedBy: verdict.accepted ? null : (failed[0]?.family ?? null),
    checks: verdict.checks.length,
    passed: verdict.checks.length - failed.length,
    worstUlp: worst.length === 0 ? null : worst.reduce((a, b) => Math.max(a, b), 0),
    tree: verdict.tree,
    receiptId: verdict.receiptId,
    seconds: verdict.seconds,
  };
}

function metOr(met: boolean): string {
  return met ? 'met' : 'not met';
}

function sizeOf(check: CheckResult): string {
  return check.worstUlp === null ? '' : `, ${ulps(check.worstUlp)} ulp off`;
}

/** An error in units in the last place, short: `0`, `0.52`, `3.1e+9`. */
export function ulps(value: number): string {
  if (value === 0) return '0';
  return value >= 1e4 ? value.toExponential(1) : String(Number(value.toPrecision(2)));
}
