import { type Json, sha256 } from '../base/json.ts';
import type { Program } from '../checks/program.ts';
import type { Case, Expected } from '../checks/types.ts';
import { packExpected } from './case-digests.ts';
import type { Outcome } from './evaluate.ts';
import { programText } from './oracle/index.ts';
import type { Evidence, ReceiptCase } from './receipt.ts';
import { checkResults } from './report.ts';
import type { Ruling } from './ruling.ts';

/** What a receipt keeps of one tree's way through the stages. */
export function evidenceOf(tree: string, ruling: Ruling): Evidence {
  const results = new Map(checkResults(ruling.outcomes, true).map((r) => [r.id, r]));
  const programs = new Map<string, number>();
  const expanded: Evidence['expanded'] = [];
  const checks: Evidence['checks'] = [];
  const fresh = new Set(ruling.fresh);
  for (const [id, outcomes] of Map.groupBy(ruling.outcomes, (o) => o.check.id)) {
    const own = fresh.has(outcomes[0]!.goal.id);
    // Of a goal that is not there and was not asked for, there is nothing to keep.
    if (!own && ruling.states.get(outcomes[0]!.goal.id) === 'absent') continue;
    const { family, pass, worstUlp, worstRatio } = results.get(id)!;
    checks.push({
      ...{ id, family, pass },
      cases: [casesOf(outcomes, 'visible'), casesOf(outcomes, 'full'), casesOf(outcomes, 'confirm')],
      worstUlp: short(worstUlp),
      worstRatio: short(worstRatio),
      ...digestsOf(outcomes),
    });
    if (!own && pass) continue;
    for (const outcome of outcomes) {
      expanded.push({ check: id, pool: outcome.pool, cases: expand(outcome, programs) });
    }
  }
  return {
    tree,
    stage: ruling.stage,
    accepted: ruling.accepted,
    reasons: [...ruling.reasons],
    draws: [...ruling.draws],
    checks,
    programs: [...programs.keys()].map((text) => JSON.parse(text)),
    expanded,
  };
}

function digestsOf(outcomes: readonly Outcome[]): { asked: string; answered: string } {
  const over = (texts: readonly string[]): string => sha256(texts.join('\n')).slice(0, 32);
  return { asked: over(outcomes.map((o) => o.asked)), answered: over(outcomes.map((o) => o.answered)) };
}

function casesOf(outcomes: readonly Outcome[], pool: Outcome['pool']): number {
  return outcomes.reduce((n, o) => (o.pool === pool ? n + o.cases.length : n), 0);
}

/**
 * Three digits are enough for people; the exact answers are in the digests. Rounded up, the largest number would
 * be infinite, which no JSON holds.
 */
const short = (x: number | null): number | null =>
  x === null ? null : Math.min(Number.MAX_VALUE, Number(x.toPrecision(3)));

function expand(outcome: Outcome, programs: Map<string, number>): ReceiptCase[] {
  return outcome.cases.map((wanted, i) => {
    const { program, mode, at, along } = wanted.request;
    const text = programText(program);
    if (!programs.has(text)) programs.set(text, programs.size);
    const answer = outcome.answers[i]!;
    const { pass, steady } = outcome.comparisons[i]!;
    return {
      ...(outcome.pool === 'visible' || !pass || !steady ? { label: wanted.label } : {}),
      program: programs.get(text)!,
      mode,
      at: at as ReceiptCase['at'],
      ...(along ? { along: along as ReceiptCase['at'] } : {}),
      expected: wanted.expected.map(packExpected),
      ...(wanted.shapes ? { shapes: wanted.shapes.map((shape) => [...shape]) } : {}),
      got: answer.ok ? (answer.values as ReceiptCase['at']) : { error: answer.error },
      ...(pass ? {} : { wrong: true as const }),
      ...(steady ? {} : { unsteady: true as const }),
    };
  });
}

/** A recorded case as it was asked. */
export function unpackCase(row: ReceiptCase, programs: readonly Json[]): Case {
  return {
    label: row.label ?? 'a held-out input',
    request: {
      program: programs[row.program] as unknown as Program,
      mode: row.mode,
      at: row.at,
      ...(row.along ? { along: row.along } : {}),
    },
    expected: row.expected.map((e): Expected => {
      switch (e[0]) {
        case 'near':
          return { kind: 'near', value: e[1], scale: e[2] };
        case 'within':
          return { kind: 'within', low: e[1], high: e[2] };
        case 'same':
          return { kind: 'same', value: e[1] };
        default:
          return { kind: e[0] };
      }
    }),
    ...(row.shapes ? { shapes: row.shapes } : {}),
  };
}
