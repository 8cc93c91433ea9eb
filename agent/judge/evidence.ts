import { createHash } from 'node:crypto';
import { canonical, type Json } from '../base/json.ts';
import type { Program, ProgramAnswer } from '../checks/program.ts';
import type { Case, Expected } from '../checks/types.ts';
import type { Outcome } from './evaluate.ts';
import type { Evidence, ReceiptCase } from './receipt.ts';
import { checkResults } from './report.ts';
import type { Ruling } from './stages.ts';

/** What a receipt keeps of one tree's way through the stages. */
export function evidenceOf(tree: string, ruling: Ruling): Evidence {
  const results = new Map(checkResults(ruling.outcomes, true).map((r) => [r.id, r]));
  const programs = new Map<string, number>();
  const expanded: ReceiptCase[] = [];
  const checks: Evidence['checks'] = [];
  const fresh = new Set(ruling.fresh);
  for (const [id, outcomes] of Map.groupBy(ruling.outcomes, (o) => o.check.id)) {
    const { family, pass, worstUlp, worstRatio } = results.get(id)!;
    const pools = outcomes.map((o): [Outcome['pool'], number] => [o.pool, o.cases.length]);
    checks.push({ id, family, pools, pass, worstUlp, worstRatio, ...digestsOf(outcomes) });
    if (!fresh.has(outcomes[0]!.goal.id) && pass) continue;
    for (const outcome of outcomes) expanded.push(...expand(outcome, programs));
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

const asked = new WeakMap<Case, string>();

/** A case as text, without its label. Cases of the visible pool live on, so their texts are kept. */
function askedText(wanted: Case): string {
  let text = asked.get(wanted);
  if (text === undefined) {
    const { program, mode, at, along } = wanted.request;
    const row = [program, mode, at, along ?? null, wanted.expected, wanted.shapes ?? null];
    text = canonical(row as unknown as Json);
    asked.set(wanted, text);
  }
  return text;
}

/** What a candidate says when it fails may differ from run to run; that it failed may not. */
function answerText(answer: ProgramAnswer): string {
  if (!answer.ok) return 'error';
  return `${canonical(answer.values as unknown as Json)} ${answer.repeatable} ${answer.inputsKept}`;
}

function digestsOf(outcomes: readonly Outcome[]): { asked: string; answered: string } {
  const question = createHash('sha256');
  const answered = createHash('sha256');
  for (const { cases, answers } of outcomes) {
    for (const wanted of cases) question.update(askedText(wanted)).update('\n');
    for (const answer of answers) answered.update(answerText(answer)).update('\n');
  }
  return { asked: question.digest('hex'), answered: answered.digest('hex') };
}

function expand(outcome: Outcome, programs: Map<string, number>): ReceiptCase[] {
  return outcome.cases.map((wanted, i) => {
    const { program, mode, at, along } = wanted.request;
    const text = canonical(program as unknown as Json);
    let index = programs.get(text);
    if (index === undefined) programs.set(text, (index = programs.size));
    const answer = outcome.answers[i]!;
    const comparison = outcome.comparisons[i]!;
    return {
      check: outcome.check.id,
      pool: outcome.pool,
      label: wanted.label,
      program: index,
      mode,
      at: at as ReceiptCase['at'],
      ...(along ? { along: along as ReceiptCase['at'] } : {}),
      expected: wanted.expected.map(packExpected),
      ...(wanted.shapes ? { shapes: wanted.shapes.map((shape) => [...shape]) } : {}),
      got: answer.ok ? (answer.values as ReceiptCase['at']) : { error: answer.error },
      steady: comparison.steady,
      pass: comparison.pass,
    };
  });
}

function packExpected(expected: Expected): ReceiptCase['expected'][number] {
  switch (expected.kind) {
    case 'near':
      return ['near', expected.value, expected.scale];
    case 'within':
      return ['within', expected.low, expected.high];
    case 'same':
      return ['same', expected.value];
    case 'nan':
    case 'any':
      return [expected.kind];
  }
}

/** A recorded case as it was asked. */
export function unpackCase(row: ReceiptCase, programs: readonly Json[]): Case {
  return {
    label: row.label,
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
