import { type Expression, holds, show, where } from '../../targets/engine/rule.ts';
import { type Condition, EVERY, type Found, type Problem } from './enumerate.ts';
import { columnOf } from './sample.ts';

/** Expressions made of two that are right on different sides of a condition. */
export interface Choices {
  /** Tells of an expression that is right at the points given as bits. */
  offer(bits: number, size: number, expression: () => Expression): void;
  /** The choices, each once, whose larger side is at least two smaller than `size`. */
  ripe(size: number, evaluations: number): Generator<Found>;
}

interface Side {
  readonly expression: Expression;
  readonly size: number;
}

interface Choice {
  readonly condition: Condition;
  /** The points at which the condition holds. */
  readonly bits: number;
  yes: Side | null;
  no: Side | null;
  given: boolean;
}

/** The fewest points on a side that are no coincidence. */
const ENOUGH = 3;

export function createChoices(problem: Problem): Choices {
  const choices = choicesOf(problem);
  return {
    offer(bits, size, expression) {
      for (const choice of choices) {
        if (choice.yes === null && (bits & choice.bits) === choice.bits) {
          choice.yes = { expression: expression(), size };
        }
        if (choice.no === null && (bits | choice.bits) === EVERY) {
          choice.no = { expression: expression(), size };
        }
      }
    },
    *ripe(size, evaluations) {
      for (const choice of choices) {
        const { yes, no, condition } = choice;
        if (choice.given || yes === null || no === null || Math.max(yes.size, no.size) + 2 > size) continue;
        choice.given = true;
        // One expression for both sides is no choice, and was found by itself.
        if (show(yes.expression) === show(no.expression)) continue;
        const { left, comparison, right } = condition;
        yield { expression: where(left, comparison, right, yes.expression, no.expression), evaluations };
      }
    },
  };
}

/** The conditions that split the points, and not so that one side is met by chance. */
function choicesOf({ conditions, sample }: Problem): Choice[] {
  return conditions.flatMap((condition) => {
    const left = columnOf(condition.left, sample);
    const right = columnOf(condition.right, sample);
    let bits = 0;
    for (let p = 0; p < left.length; p++) {
      if (holds(left[p]!, condition.comparison, right[p]!)) bits |= 1 << p;
    }
    const inside = countBits(bits & sample.asked);
    const outside = countBits(~bits & sample.asked);
    // Equality holds at special inputs only, and one is enough.
    const enough = condition.comparison === '==' ? inside >= 1 : inside >= ENOUGH;
    return enough && outside >= ENOUGH ? [{ condition, bits, yes: null, no: null, given: false }] : [];
  });
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
