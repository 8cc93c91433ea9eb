import { fromHex64, ulp } from '../base/float64.ts';
import { canonical, type Json } from '../base/json.ts';
import type { Num } from '../checks/program.ts';
import type { Evidence, Receipt, ReceiptCase } from './receipt.ts';
import { differingPaths, isTakenAsRecorded, memberText, sandboxDamage } from './receipt-members.ts';

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

/**
 * Holds a recomputed receipt against the recorded one, member by member: what differs and is not taken as recorded is a
 * difference. With `fresh` draws the inputs differ, so only verdicts compare.
 */
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
  const rows = recorded.evidence.map((evidence, i) => rowDifferences(evidence, now.evidence[i]));
  flips.push(...rows.flatMap((r) => r.flips));
  const errors = errorsDiffer(recorded, now);
  const numbers = rows.map((r) => r.numbers).reduce(coarser, errors ? 'within tolerance' : 'bit-equal');
  const invented = inventedMembers(recorded, now, rows, numbers);
  const damaged = rows.some((r) => r.damaged) || invented.length > 0;
  const verdictSame = flips.length === 0;
  return {
    class: !verdictSame ? 'verdict flipped' : damaged ? 'damaged' : numbers,
    verdictSame,
    numbers,
    differences: [...flips, ...rows.flatMap((r) => r.differences), ...invented],
  };
}

interface RowsCompared {
  readonly flips: readonly string[];
  readonly differences: readonly string[];
  readonly damaged: boolean;
  readonly numbers: Numbers;
  /** The checks whose answers are others than those recorded: what is told of them differs, too. */
  readonly other: ReadonlySet<string>;
}

function rowDifferences(recorded: Evidence, now: Evidence | undefined): RowsCompared {
  const flips: string[] = [];
  const differences: string[] = [];
  const other = new Set<string>();
  let damaged = false;
  let numbers: Numbers = 'bit-equal';
  const rows = new Map(now?.checks.map((row) => [row.id, row]));
  for (const row of recorded.checks) {
    const again = rows.get(row.id);
    rows.delete(row.id);
    if (!again || !now) {
      damaged = true;
      differences.push(`${row.id} was not asked this time.`);
      continue;
    }
    if (row.pass !== again.pass) {
      flips.push(`${row.id}: ${row.pass ? 'passed' : 'failed'} as recorded, and now the other way.`);
    }
    if (row.asked !== again.asked) {
      damaged = true;
      differences.push(`${row.id}: other inputs follow from the draw than those recorded.`);
    } else if (row.answered !== again.answered) {
      other.add(row.id);
      const how = numbersOf(row.id, recorded, now, row.worstUlp, again.worstUlp);
      numbers = coarser(numbers, how.numbers);
      damaged ||= !how.told;
      differences.push(
        how.told
          ? `${row.id}: other numbers (${how.numbers}): worst ${ulps(row.worstUlp)} recorded, now ${ulps(again.worstUlp)}.`
          : `${row.id}: the digest of the answers does not follow from the answers recorded.`,
      );
    }
  }
  for (const id of rows.keys()) {
    damaged = true;
    differences.push(`${id} is asked and not in the receipt.`);
  }
  return { flips, differences, damaged, numbers, other };
}

const ulps = (worst: number | null): string => (worst === null ? 'not told' : `${worst} ulp`);

/** What a candidate says when it fails may differ from run to run: the words, and what quotes them. */
function errorsDiffer(recorded: Receipt, now: Receipt): boolean {
  const said = ({ evidence }: Receipt): Json =>
    evidence.map(({ expanded }) =>
      expanded.map(({ cases }) => cases.map(({ got }) => (Array.isArray(got) ? null : got.error))),
    );
  return canonical(said(recorded)) !== canonical(said(now));
}

/** Compared by what they are: the layers above, the limits by `verify`, the seal of each receipt with its rest. */
const OF_THEIR_OWN = ['seal', 'sandbox', 'limits'];

/** Members that do not follow from the rest of the receipt, though they would. */
function inventedMembers(
  recorded: Receipt,
  now: Receipt,
  rows: readonly RowsCompared[],
  numbers: Numbers,
): string[] {
  const mine = recorded as unknown as Json;
  const theirs = now as unknown as Json;
  const invented: string[] = [];
  const layers = sandboxDamage(recorded.sandbox, now.sandbox);
  if (layers) invented.push(layers);
  // Another judge or other limits are told apart; a judge of this digest is this one in all its parts.
  const apart = recorded.judge.digest === now.judge.digest ? OF_THEIR_OWN : [...OF_THEIR_OWN, 'judge'];
  for (const path of differingPaths(mine, theirs)) {
    if (apart.includes(path.split('.')[0]!) || isTakenAsRecorded(path)) continue;
    if (numbers !== 'bit-equal' && followsFromNumbers(path, recorded, rows)) continue;
    invented.push(
      `${path} is recorded as ${memberText(mine, path)}; ${memberText(theirs, path)} follows from the rest.`,
    );
  }
  return invented;
}

/** Whether a member is told of numbers that are others here: another machine's may differ in a last place. */
function followsFromNumbers(path: string, recorded: Receipt, rows: readonly RowsCompared[]): boolean {
  if (/^(?:evidence\.\d+|verdict)\.reasons|^verdict\.counterexample/.test(path)) return true;
  const [, tree = '', list, at = '', rest = ''] =
    /^evidence\.(\d+)\.(checks|expanded)\.(\d+)\.(.*)$/.exec(path) ?? [];
  const evidence = recorded.evidence[Number(tree)];
  const other = rows[Number(tree)]?.other;
  if (list === 'checks') {
    return other?.has(evidence?.checks[Number(at)]?.id ?? '') === true && /^(?:answered|worst)/.test(rest);
  }
  const check = evidence?.expanded[Number(at)]?.check ?? '';
  return list === 'expanded' && other?.has(check) === true && /^cases\.\d+\.got/.test(rest);
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
    goals.delete(goal.id);
    if (other && goal.before === other.before && goal.after === other.after) continue;
    differences.push(
      `Goal ${goal.id}: ${goalText(goal)} recorded, now ${other ? goalText(other) : 'not looked at'}.`,
    );
  }
  for (const goal of goals.values()) {
    differences.push(`Goal ${goal.id}: not recorded, now ${goalText(goal)}.`);
  }
  return differences;
}

const sizeText = ({ size }: Receipt['verdict']): string =>
  size === undefined ? 'not measured' : `${size.before} → ${size.after} ${size.unit}`;

const goalText = (g: { before: boolean; after: boolean }): string =>
  `${g.before ? 'met' : 'not met'} before and ${g.after ? 'met' : 'not met'} after`;

/**
 * How far the numbers of one check are apart, from its expanded cases where both receipts hold them. Where those are the same
 * though their digests are not, the digest tells nothing.
 */
function numbersOf(
  id: string,
  recorded: Evidence,
  now: Evidence,
  before: number | null,
  after: number | null,
): { readonly numbers: Numbers; readonly told: boolean } {
  const mine = recorded.expanded.flatMap((e) => (e.check === id ? e.cases : []));
  const theirs = now.expanded.flatMap((e) => (e.check === id ? e.cases : []));
  if (mine.length === 0 || mine.length !== theirs.length) {
    const near = Math.abs((before ?? 0) - (after ?? 0)) <= 1;
    return { numbers: near ? 'last-place' : 'within tolerance', told: true };
  }
  const numbers = mine.map((c, i) => closeness(c.got, theirs[i]!.got)).reduce(coarser, 'bit-equal');
  return { numbers, told: numbers !== 'bit-equal' };
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
