import {
  type Comparison,
  call,
  countNodes,
  type Expression,
  holds,
  show,
  where,
} from '../../targets/engine/rule.ts';
import { agreement, columnOf, isLost, type Sample, worstError } from './sample.ts';
import { Signatures } from './signatures.ts';

/** Something to build from, and what it costs. Constants are never combined with each other. */
export interface Leaf {
  readonly expression: Expression;
  readonly size: number;
}

export interface Operator {
  readonly op: string;
  readonly arity: 1 | 2;
  /** The order of the inputs does not matter. */
  readonly commutes: boolean;
  readonly compute: (a: number, b: number) => number;
}

/** A question that a choice may ask of the inputs. */
export interface Condition {
  readonly left: Expression;
  readonly comparison: Comparison;
  readonly right: Expression;
}

export interface Problem {
  readonly sample: Sample;
  readonly leaves: readonly Leaf[];
  readonly operators: readonly Operator[];
  readonly conditions: readonly Condition[];
}

/** What a search may spend, and what it has spent. Shared by searches that go on one bill. */
export interface Meter {
  evaluations: number;
  readonly limit: number;
}

export interface Found {
  readonly expression: Expression;
  /** Evaluations of the meter when it was found. */
  readonly evaluations: number;
}

/** How many columns are computed between two looks at the event loop. */
const SLICE = 20_000;
/** Expressions of at most this size are built; the meter ends a search long before. */
const LARGEST = 24;

/** An expression of the bank, by the numbers of its parts. */
interface Entry {
  readonly leaf: Expression | null;
  readonly operator: Operator | null;
  readonly left: number;
  readonly right: number;
  readonly isConstant: boolean;
}

/** A choice of which one side, or both, has been found. */
interface Choice {
  readonly condition: Condition;
  /** The points at which the condition holds. */
  readonly bits: number;
  yes: { readonly expression: Expression; readonly size: number } | null;
  no: { readonly expression: Expression; readonly size: number } | null;
  given: boolean;
}

/**
 * Bottom-up enumeration, smallest first: every expression over the leaves whose values at the points are not those
 * of a smaller one is kept and built upon (observational equivalence), and every expression built is compared with the
 * numbers wanted before it is dropped as a double. Yields all that agree, best first within a size; a choice
 * between two expressions counts two more than the larger of them. Ends when the meter is used up.
 * @throws the signal's reason when aborted
 */
export async function* enumerate(problem: Problem, meter: Meter, signal: AbortSignal): AsyncGenerator<Found> {
  const { sample, operators } = problem;
  const points = sample.points.length;
  const every = -1;
  const entries: Entry[] = [];
  const columns: Float64Array[] = [];
  const bySize: number[][] = Array.from({ length: LARGEST + 1 }, () => []);
  const seen = new Signatures();
  const choices = choicesOf(problem);
  const scratch = new Float64Array(points);
  let hits: { expression: Expression; error: number; evaluations: number }[] = [];

  const build = (index: number): Expression => {
    const { leaf, operator, left, right } = entries[index]!;
    if (leaf !== null) return leaf;
    const first = build(left);
    return operator!.arity === 1 ? call(operator!.op, first) : call(operator!.op, first, build(right));
  };

  /** Looks at the scratch column: a hit, half of a choice, something new to build upon, or nothing. */
  const consider = (size: number, entry: Entry): void => {
    meter.evaluations++;
    const bits = agreement(scratch, sample);
    const index = entries.length;
    entries.push(entry);
    if (bits === every) {
      const expression = build(index);
      hits.push({ expression, error: worstError(scratch, sample), evaluations: meter.evaluations });
    }
    for (const choice of choices) {
      if (choice.yes === null && (bits & choice.bits) === choice.bits) {
        choice.yes = { expression: build(index), size };
      }
      if (choice.no === null && (bits | choice.bits) === every)
        choice.no = { expression: build(index), size };
    }
    if (!isLost(scratch, sample) && seen.add(scratch)) {
      columns[index] = scratch.slice();
      bySize[size]!.push(index);
    } else {
      entries.pop();
    }
  };

  for (let size = 1; size <= LARGEST; size++) {
    hits = [];
    let slice = meter.evaluations + SLICE;
    for (const { expression, size: own } of problem.leaves) {
      if (own !== size) continue;
      scratch.set(columnOf(expression, sample));
      consider(size, {
        leaf: expression,
        operator: null,
        left: -1,
        right: -1,
        isConstant: isConstant(expression),
      });
    }
    for (const operator of operators) {
      const { compute, arity, commutes } = operator;
      for (let leftSize = arity === 1 ? size - 1 : 1; leftSize < size; leftSize++) {
        const rightSize = size - 1 - leftSize;
        if (arity === 2 && (rightSize < 1 || (commutes && leftSize > rightSize))) continue;
        for (const left of bySize[leftSize]!) {
          const a = columns[left]!;
          const constant = entries[left]!.isConstant;
          const others = arity === 1 ? [left] : bySize[rightSize]!;
          for (const right of others) {
            if (constant && (arity === 1 || entries[right]!.isConstant)) continue;
            if (commutes && leftSize === rightSize && right < left) continue;
            const b = columns[right]!;
            for (let p = 0; p < points; p++) scratch[p] = compute(a[p]!, b[p]!);
            consider(size, { leaf: null, operator, left, right, isConstant: false });
            if (meter.evaluations >= slice) {
              await new Promise(setImmediate);
              signal.throwIfAborted();
              slice = meter.evaluations + SLICE;
            }
            if (meter.evaluations >= meter.limit) {
              yield* inOrder(hits);
              yield* ripe(choices, Number.POSITIVE_INFINITY, meter);
              return;
            }
          }
        }
      }
    }
    yield* inOrder(hits);
    yield* ripe(choices, size, meter);
  }
}

function* inOrder(hits: readonly (Found & { readonly error: number })[]): Generator<Found> {
  const best = [...hits].sort(
    (a, b) => a.error - b.error || countNodes(a.expression) - countNodes(b.expression),
  );
  for (const { expression, evaluations } of best) yield { expression, evaluations };
}

/** The choices whose both sides are found and whose turn it is. */
function* ripe(choices: readonly Choice[], size: number, meter: Meter): Generator<Found> {
  for (const choice of choices) {
    const { yes, no, condition } = choice;
    if (choice.given || yes === null || no === null || Math.max(yes.size, no.size) + 2 > size) continue;
    choice.given = true;
    // One expression for both sides is no choice, and was found by itself.
    if (show(yes.expression) === show(no.expression)) continue;
    const { left, comparison, right } = condition;
    const expression = where(left, comparison, right, yes.expression, no.expression);
    yield { expression, evaluations: meter.evaluations };
  }
}

/** Conditions that split the points, and not so that a handful of them could be met by chance. */
function choicesOf({ conditions, sample }: Problem): Choice[] {
  return conditions.flatMap((condition) => {
    const left = columnOf(condition.left, sample);
    const right = columnOf(condition.right, sample);
    let bits = 0;
    let some = 0;
    for (let p = 0; p < sample.points.length; p++) {
      if (!holds(left[p]!, condition.comparison, right[p]!)) continue;
      bits |= 1 << p;
      if (((sample.asked >> p) & 1) === 1) some++;
    }
    const total = countBits(sample.asked);
    const enough = condition.comparison === '==' ? some >= 1 : some >= 3;
    return enough && total - some >= 3 ? [{ condition, bits, yes: null, no: null, given: false }] : [];
  });
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function isConstant(e: Expression): boolean {
  return e.kind === 'number' || e.kind === 'constant';
}
