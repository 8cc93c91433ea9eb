import type { CheckResult, SizeChange, Verdict } from '../judge/types.ts';
import type { Outcome, VerdictRow, VerdictView } from './view.ts';

/** Most goals, and most failed checks, that a small table shows; the rest is counted. */
const mostRows = 12;

/** What a verdict makes of its proposal, until it lands. */
export function outcomeOf(verdict: { readonly accepted: boolean; readonly unmeasured?: true }): Outcome {
  if (verdict.unmeasured === true) return 'unmeasured';
  return verdict.accepted ? 'accepted' : 'refused';
}

/**
 * What a reading keeps of a verdict: everything but the receipt, with the checks boiled down to a small table.
 * A judge looks at every goal of the ladder; a reading tells of those that were named, that changed, or that hold.
 */
export function verdictView(verdict: Verdict, named: readonly string[]): VerdictView {
  const told = verdict.goals.filter((goal) => named.includes(goal.id) || goal.before !== goal.after);
  const silent = new Set(
    verdict.goals.filter((goal) => !goal.after && !told.includes(goal)).map(({ id }) => id),
  );
  const heard = new Set(told.map(({ id }) => id));
  const matters: CheckResult[] = [];
  const gained: CheckResult[] = [];
  for (const check of verdict.checks) {
    // A check of no goal is one that every engine has to pass.
    const goal = check.id.slice(0, check.id.lastIndexOf('/'));
    if (silent.has(goal)) continue;
    matters.push(check);
    if (check.pass && heard.has(goal)) gained.push(check);
  }
  const failed = matters.filter((check) => !check.pass);
  return {
    accepted: verdict.accepted,
    ...(verdict.unmeasured === true ? { unmeasured: true as const } : {}),
    ...(verdict.size === undefined ? {} : { size: verdict.size }),
    stage: verdict.stage,
    reasons: verdict.reasons,
    counterexample: verdict.counterexample,
    rows: [
      ...(verdict.size === undefined ? [] : [sizeRow(verdict.size)]),
      ...shortened(
        told.map((goal) => ({ check: goal.id, before: metOr(goal.before), after: metOr(goal.after) })),
      ),
      ...shortened(
        failed
          .filter((check) => check.family !== 'size')
          .map((check) => ({ check: check.id, before: '', after: `fails${sizeOf(check)}` })),
      ),
    ],
    refusedBy: verdict.accepted ? null : (failed[0]?.family ?? null),
    checks: matters.length,
    passed: matters.length - failed.length,
    worstRatio: gained.reduce<number | null>(
      (worst, { worstRatio }) => (worstRatio === null ? worst : Math.max(worst ?? 0, worstRatio)),
      null,
    ),
    tree: verdict.tree,
    receiptId: verdict.receiptId,
    seconds: verdict.seconds,
  };
}

function shortened(rows: readonly VerdictRow[]): VerdictRow[] {
  if (rows.length <= mostRows) return [...rows];
  const left = rows.length - mostRows;
  return [
    ...rows.slice(0, mostRows),
    { check: `and ${left} more`, before: '', after: rows.at(-1)?.after ?? '' },
  ];
}

function sizeRow({ before, after, unit }: SizeChange): VerdictRow {
  return { check: 'size', before: `${before} ${unit}`, after: `${after} ${unit}` };
}

function metOr(met: boolean): string {
  return met ? 'met' : 'not met';
}

function sizeOf(check: CheckResult): string {
  return check.worstRatio === null ? '' : `, ${ulps(check.worstRatio)} × what is allowed`;
}

/** An error, in units in the last place or of what is allowed, as a short figure: `0`, `0.52`, `3.1e+9`. */
export function ulps(value: number): string {
  if (value === 0) return '0';
  return value >= 1e4 ? value.toExponential(1) : String(Number(value.toPrecision(2)));
}
