import { UserError } from '../base/errors.ts';
import { count } from '../base/text.ts';
import { operationOf } from '../checks/operations.ts';
import type { Goal, Target } from '../checks/types.ts';
import { parseExpression, parseRules, type Rule, STANDARD, variablesOf } from '../targets/engine/rule.ts';
import { definition } from '../targets/index.ts';

/** The goal that a rule of an operation is tried by. @throws UserError where there is none */
export function goalToTry(target: Target, op: string): Goal {
  const own = target.goals.filter((goal) => goal.ops.includes(op));
  const goal = own.find(operationOf);
  if (goal !== undefined) return goal;
  const [other] = own;
  if (other === undefined) {
    throw new UserError('usage', `there is no goal for an operation ${op}`, 'vibegrad goals lists them.');
  }
  throw new UserError(
    'usage',
    `${op} has a goal (${other.id}), but none of its own: only operations of one or two numbers that have one can be tried so`,
    `\`vibegrad improve --goal ${other.id}\` has a model work on it.`,
  );
}

/** The rules that a person typed for the operation of a goal, with or without its name before them. @throws UserError */
export function typedRules(op: string, text: string, goal: Goal): readonly Rule[] {
  const named = text.includes(':');
  const inputs = inputsOf(op, goal);
  const given = named ? null : partialsIn(text);
  if (given !== null && inputs !== null && given !== inputs) {
    throw new UserError(
      'usage',
      `${op} has ${count(inputs, 'input')} and so needs ${count(inputs, 'partial')}, not ${given}`,
      inputs === 2
        ? "Separate them by a comma, over a, b and y, as in: vibegrad try mul 'b, a'."
        : "Give one, over x and y, as in: vibegrad try tanh '1 - y*y'.",
    );
  }
  const before = named ? '' : `${op}: `;
  const parsed = parseRules(before + text);
  if (parsed.ok) return parsed.rules;
  const { line, column, message } = parsed.error;
  // The name that was put before it is not what the person counts from.
  const told =
    line > 1 || named
      ? message
      : message.replace(/^line 1, column \d+/, `column ${Math.max(1, column - before.length)}`);
  throw new UserError(
    'usage',
    `the rule does not read: ${told}`,
    "For example: vibegrad try tanh '1 - y*y'.",
  );
}

/** How many numbers an operation takes; null where its goal's meaning is no line of the grammar. */
function inputsOf(op: string, goal: Goal): number | null {
  const known = operationOf(goal) ?? STANDARD.get(op);
  if (known !== undefined) return known.arity;
  const meaning = definition(goal);
  const parsed = meaning === null ? null : parseExpression(meaning);
  if (parsed?.ok !== true) return null;
  return variablesOf(parsed.expression).has('x') ? 1 : 2;
}

/** Expressions between commas that stand in no parentheses. */
function partialsIn(text: string): number {
  let depth = 0;
  let commas = 0;
  for (const c of text) {
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) commas++;
  }
  return commas + 1;
}
