import { type Comparison, call, type Expression, num } from '../../targets/engine/rule.ts';
import { type Bank, createBank } from './bank.ts';
import { createChoices } from './choices.ts';
import { agreement, columnOf, isLost, isNegative, type Sample, worstError } from './sample.ts';
import { createSignatures } from './signatures.ts';

/** Something to build from, and what it costs. */
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

/** What a search may spend, and what it has spent. */
export interface Meter {
  evaluations: number;
  readonly limit: number;
}

export interface Found {
  readonly expression: Expression;
  /** Evaluations of the meter when it was found. */
  readonly evaluations: number;
}

/** How many expressions are evaluated between two looks at the event loop. */
const SLICE = 5_000;
/** The meter ends a search long before expressions of this size. */
const LARGEST = 24;

/**
 * Bottom-up enumeration, smallest first: every expression over the leaves whose values at the points are not those
 * of a smaller one is kept and built upon (observational equivalence), and every expression built is compared with what
 * is wanted, as it is and negated, before it is dropped as a double. Yields all that agree, best first within a size.
 * Constants are not combined with each other. Ends when the meter is used up.
 * @throws the signal's reason when aborted
 */
export async function* enumerate(problem: Problem, meter: Meter, signal: AbortSignal): AsyncGenerator<Found> {
  const { sample, operators } = problem;
  const points = sample.points.length;
  using bank = createBank(points, operators, meter.limit + problem.leaves.length);
  const { columns } = bank;
  const seen = createSignatures();
  const choices = createChoices(problem);
  /** The number of the first expression of each size, those of a size being kept one after the other. */
  const firsts: number[] = [];
  const column = new Float64Array(points);
  let hits: Hit[] = [];

  /** Looks at the column at hand: a hit, a side of a choice, something new to build upon, or nothing. */
  const consider = (size: number, expression: () => Expression, keep: () => void): void => {
    meter.evaluations++;
    const bits = agreement(column, sample);
    const hit = bits === EVERY ? expression() : isNegative(column, sample) ? minus(expression()) : null;
    if (hit !== null)
      hits.push({ expression: hit, error: worstError(column, sample), evaluations: meter.evaluations });
    choices.offer(bits, size, expression);
    if (!isLost(column, sample) && seen(column)) keep();
  };
  const apply = (size: number, operator: Operator, left: number, right: number): void => {
    const { compute } = operator;
    for (let p = 0; p < points; p++)
      column[p] = compute(columns[left * points + p]!, columns[right * points + p]!);
    consider(
      size,
      () => combine(operator, bank, left, right),
      () => bank.addCall(operator, left, right, column),
    );
  };

  let slice = meter.evaluations + SLICE;
  for (let size = 1; size <= LARGEST; size++) {
    firsts[size] = bank.length;
    hits = [];
    for (const leaf of problem.leaves) {
      if (leaf.size !== size) continue;
      column.set(columnOf(leaf.expression, sample));
      consider(
        size,
        () => leaf.expression,
        () => bank.addLeaf(leaf, column),
      );
    }
    for (const [operator, left, right] of calls(operators, bank, firsts, size)) {
      apply(size, operator, left, right);
      if (meter.evaluations >= meter.limit) break;
      if (meter.evaluations < slice) continue;
      await new Promise(setImmediate);
      signal.throwIfAborted();
      slice = meter.evaluations + SLICE;
    }
    const ended = meter.evaluations >= meter.limit;
    yield* bestFirst(hits);
    yield* choices.ripe(ended ? Number.POSITIVE_INFINITY : size, meter.evaluations);
    if (ended) return;
  }
}

/** The bits of an agreement at every point. */
export const EVERY = -1;

interface Hit extends Found {
  readonly error: number;
}

/** Errors below this are rounding, and no reason to prefer one expression to another. */
const ROUNDING = 2 ** -50;

function bestFirst(hits: readonly Hit[]): readonly Found[] {
  const error = (hit: Hit) => Math.max(hit.error, ROUNDING);
  return hits.toSorted((a, b) => error(a) - error(b));
}

/**
 * Every way to make an expression of a size from smaller ones: an operator and the numbers of its inputs. `firsts` has
 * the first number of each size up to this one.
 */
function* calls(
  operators: readonly Operator[],
  bank: Bank,
  firsts: readonly number[],
  size: number,
): Generator<[Operator, number, number]> {
  for (const operator of operators) {
    if (operator.arity === 1) {
      if (size === 1) continue;
      for (let x = firsts[size - 1]!; x < firsts[size]!; x++) if (!bank.isConstant(x)) yield [operator, x, x];
      continue;
    }
    for (let leftSize = 1; leftSize < size - 1; leftSize++) {
      const rightSize = size - 1 - leftSize;
      if (operator.commutes && leftSize > rightSize) break;
      for (let left = firsts[leftSize]!; left < firsts[leftSize + 1]!; left++) {
        const first = operator.commutes && leftSize === rightSize ? left : firsts[rightSize]!;
        for (let right = first; right < firsts[rightSize + 1]!; right++) {
          if (bank.isConstant(left) && bank.isConstant(right)) continue;
          yield [operator, left, right];
        }
      }
    }
  }
}

function combine({ op, arity }: Operator, bank: Bank, left: number, right: number): Expression {
  const first = bank.expression(left);
  return arity === 1 ? call(op, first) : call(op, first, bank.expression(right));
}

function minus(e: Expression): Expression {
  return e.kind === 'number' ? num(-e.value) : call('neg', e);
}
