import { fromHex64, ulp } from '../base/float64.ts';
import { canonical, type Json } from '../base/json.ts';
import type { Num } from '../checks/program.ts';
import type { Evidence, Receipt, ReceiptCase } from './receipt.ts';

/** How close recomputed numbers are to the recorded ones. */
export type Numbers = 'bit-equal' | 'last-place' | 'within tolerance';

export type DifferenceClass =
  | Numbers
  | 'verdict flipped'
  /** Another judge: its verdict may be the same or not, and neither is a divergence. */
  | 'judge changed'
  /** The receipt does not fit together by itself. */
  | 'damaged';

export interface Compared {
  readonly class: DifferenceClass;
  readonly verdictSame: boolean;
  readonly numbers: Numbers | null;
  readonly differences: readonly string[];
}

const ORDER: readonly Numbers[] = ['bit-equal', 'last-place', 'within tolerance'];

export function coarser(a: Numbers, b: Numbers): Numbers {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}

/** Holds a recomputed receipt against the recorded one. With `fresh` draws the inputs differ, so only verdicts compare. */
export function compareReceipts(recorded: Receipt, now: Receipt, fresh: boolean): Compared {
  const flips = verdictDifferences(recorded, now);
  if (fresh) {
    // With other inputs numbers cannot be compared; the same verdict is the most there can be.
    const same = flips.length === 0;
    return {
      class: same ? 'within tolerance' : 'verdict flipped',
      verdictSame: same,
      numbers: null,
      differences: flips,
    };
  }
  const differences = [...flips];
  let numbers: Numbers = 'bit-equal';
  let inputsDiffer = false;
  for (const [i, evidence] of recorded.evidence.entries()) {
    const other = now.evidence[i];
    if (!other) {
      differences.push(`Tree ${evidence.tree} was not judged this time.`);
      continue;
    }
    const rows = new Map(other.checks.map((row) => [row.id, row]));
    for (const row of evidence.checks) {
      const again = rows.get(row.id);
      if (!again) {
        differences.push(`${row.id} was not asked this time.`);
      } else if (row.asked !== again.asked) {
        inputsDiffer = true;
        differences.push(`${row.id}: other inputs follow from the draw than those recorded.`);
      } else if (row.answered !== again.answered) {
        const how = numbersOf(row.id, evidence, other, row.worstUlp, again.worstUlp);
        numbers = coarser(numbers, how);
        differences.push(`${row.id}: other numbers (${how}).`);
      }
      if (again && row.pass !== again.pass) flips.push(row.id);
    }
  }
  const verdictSame = flips.length === 0;
  return {
    class: !verdictSame ? 'verdict flipped' : inputsDiffer ? 'damaged' : numbers,
    verdictSame,
    numbers,
    differences,
  };
}

function verdictDifferences(recorded: Receipt, now: Receipt): string[] {
  const a = recorded.verdict;
  const b = now.verdict;
  const differences: string[] = [];
  const said = (accepted: boolean): string => (accepted ? 'accepted' : 'refused');
  if (a.accepted !== b.accepted) {
    const why = b.reasons[0] ?? a.reasons[0] ?? '';
    differences.push(`Recorded as ${said(a.accepted)}, now ${said(b.accepted)}. ${why}`.trim());
  } else if (a.stage !== b.stage) differences.push(`It ended in stage ${a.stage}, and now in ${b.stage}.`);
  if (a.tree !== b.tree) differences.push(`Tree ${a.tree} was to land, and now ${b.tree}.`);
  if (a.unmeasured !== b.unmeasured) {
    differences.push(`${a.unmeasured ? 'Unmeasured' : 'Measured'} as recorded, and now the other way.`);
  }
  if (canonical(a.size ?? null) !== canonical(b.size ?? null)) {
    differences.push(`Sizes ${sizeText(a)} recorded, now ${sizeText(b)}.`);
  }
  const goals = new Map(b.goals.map((g) => [g.id, g]));
  for (const goal of a.goals) {
    const other = goals.get(goal.id);
    if (other && goal.before === other.before && goal.after === other.after) continue;
    differences.push(
      `Goal ${goal.id}: ${goalText(goal)} recorded, now ${other ? goalText(other) : 'not looked at'}.`,
    );
  }
  return differences;
}

const sizeText = ({ size }: Receipt['verdict']): string =>
  size === undefined ? 'not measured' : `${size.before} → ${size.after} ${size.unit}`;

const goalText = (g: { before: boolean; after: boolean }): string =>
  `${g.before ? 'met' : 'not met'} before and ${g.after ? 'met' : 'not met'} after`;

/** How far the numbers of one check are apart, from its expanded cases where both receipts hold them. */
function numbersOf(
  id: string,
  recorded: Evidence,
  now: Evidence,
  before: number | null,
  after: number | null,
): Numbers {
  const mine = recorded.expanded.flatMap((e) => (e.check === id ? e.cases : []));
  const theirs = now.expanded.flatMap((e) => (e.check === id ? e.cases : []));
  if (mine.length === 0 || mine.length !== theirs.length) {
    return Math.abs((before ?? 0) - (after ?? 0)) <= 1 ? 'last-place' : 'within tolerance';
  }
  return mine.map((c, i) => closeness(c.got, theirs[i]!.got)).reduce(coarser, 'bit-equal');
}

/** How close two answers are: equal bits, one unit in the last place apart at most, or further. */
export function closeness(a: ReceiptCase['got'], b: ReceiptCase['got']): Numbers {
  if (!Array.isArray(a) || !Array.isArray(b))
    return Array.isArray(a) === Array.isArray(b) ? 'bit-equal' : 'within tolerance';
  if (canonical(a as Json) === canonical(b as Json)) return 'bit-equal';
  const x = a.flatMap(numbers);
  const y = b.flatMap(numbers);
  const near =
    x.length === y.length && x.every((v, i) => Object.is(v, y[i]) || Math.abs(v - y[i]!) <= ulp(v));
  return near ? 'last-place' : 'within tolerance';
}

const numbers = (num: Num): number[] =>
  (typeof num === 'string' ? [num] : num.data).map((hex) => fromHex64(hex));
