import { fromHex64 } from '../../base/float64.ts';
import {
  call,
  type Environment,
  type Expression,
  evaluate,
  lackingOp,
  type Rule,
  STANDARD,
  variable,
  variablesFor,
} from '../../targets/engine/rule.ts';
import type { ProposeGoal } from '../types.ts';
import { enumerate, type Found, type Meter, type Problem } from './enumerate.ts';
import { type Hints, hintsFor, isStandard, operatorsFor, partialLeaves, valueLeaves } from './hints.ts';
import { combinations, type LazyList, lazyList } from './lazy.ts';
import { fits, type Point, type Sample, sample } from './sample.ts';

/** A rule that agrees with every visible point. */
export interface Candidate {
  readonly rule: Rule;
  /** How many expressions were evaluated on the way to it. */
  readonly evaluations: number;
}

/** Evaluations that one value or one partial may take: about a second. */
const LIMIT = 300_000;

/** What searching a goal costs, all its parts together. */
export interface Bill {
  readonly meters: Meter[];
}

export function spent(bill: Bill): number {
  return bill.meters.reduce((sum, meter) => sum + meter.evaluations, 0);
}

/**
 * Rules for a goal, best first: a value where the op has no standard one, and each partial by itself. `known` are
 * the ops that a partial may call.
 */
export async function* rulesFor(
  goal: ProposeGoal,
  known: ReadonlySet<string>,
  bill: Bill,
  signal: AbortSignal,
): AsyncGenerator<Candidate> {
  const hints = hintsFor(goal.op, goal.arity, goal.definition);
  const arity = goal.points[0]?.partials.length ?? 0;
  if (arity !== goal.arity || (arity !== 1 && arity !== 2)) return;
  const lists: LazyList<Found>[] = [];
  const standard = goal.valued === true || STANDARD.get(goal.op)?.arity === arity;
  if (!standard) lists.push(search(valueProblem(goal, hints), bill, signal));
  for (let i = 0; i < arity; i++) lists.push(search(partialProblem(goal, hints, i, known), bill, signal));
  try {
    for await (const parts of combinations(lists)) {
      const [value, ...partials] = standard ? [null, ...parts] : parts;
      const rule: Rule = {
        name: goal.op,
        value: value?.expression ?? null,
        partials: partials.map((partial) => partial!.expression),
      };
      const evaluations = parts.reduce((sum, part) => sum + part.evaluations, 0);
      if (addsUp(rule)) yield { rule, evaluations };
    }
  } finally {
    for (const list of lists) await list.close();
  }
}

function search(problem: Search, bill: Bill, signal: AbortSignal): LazyList<Found> {
  const meter: Meter = { evaluations: 0, limit: LIMIT };
  bill.meters.push(meter);
  return lazyList(fitting(enumerate(problem, meter, signal), problem.points));
}

/** A problem with all its points, of which a search samples. */
interface Search extends Problem {
  readonly points: readonly Point[];
}

async function* fitting(source: AsyncIterable<Found>, points: readonly Point[]): AsyncGenerator<Found> {
  for await (const found of source) if (fits(found.expression, points)) yield found;
}

type Wanted = Point['wanted'];
const exactly = (value: number): Wanted => [value, value];

function partialProblem(goal: ProposeGoal, hints: Hints, input: number, known: ReadonlySet<string>): Search {
  const usable = (e: Expression) => isStandard(e) && lackingOp(e, known) === null;
  const a = variable('a');
  return {
    ...pointsOf(
      goal,
      (partials) => exactly(partials[input] ?? Number.NaN),
      (edge) => {
        const bounds = edge.partials[input] ?? null;
        return bounds === null ? null : [fromHex64(bounds[0]), fromHex64(bounds[1])];
      },
    ),
    leaves: partialLeaves(hints, usable),
    operators: operatorsFor(hints, (op) =>
      usable(STANDARD.get(op)?.arity === 2 ? call(op, a, a) : call(op, a)),
    ),
    conditions: hints.conditions,
  };
}

function valueProblem(goal: ProposeGoal, hints: Hints): Search {
  return {
    ...pointsOf(
      goal,
      (_, value) => exactly(value),
      (edge) => exactly(fromHex64(edge.value)),
    ),
    leaves: valueLeaves(hints),
    operators: operatorsFor(hints, () => true),
    conditions: hints.conditions,
  };
}

function pointsOf(
  goal: ProposeGoal,
  plainly: (partials: readonly number[], value: number) => Wanted,
  atEdge: (edge: Edge) => Wanted,
): { points: readonly Point[]; sample: Sample } {
  const names = variablesFor(goal.arity);
  const environment = (at: readonly number[], y: number): Environment =>
    Object.fromEntries(names.map((name, i) => [name, name === 'y' ? y : at[i]!]));
  const plain = goal.points.map((point): Point => {
    return { at: environment(point.at, point.value), wanted: plainly(point.partials, point.value) };
  });
  const edges = (goal.edges ?? []).map((edge): Point => {
    return { at: environment(edge.at.map(fromHex64), fromHex64(edge.value)), wanted: atEdge(edge) };
  });
  return { points: [...plain, ...edges], sample: sample(plain, edges) };
}

type Edge = NonNullable<ProposeGoal['edges']>[number];

const DIAGONAL = [1, -3, 0.75];

/**
 * A binary op of one input twice is a unary function, whose slope is the sum of both partials: also on a kink along
 * the diagonal, where each partial by itself could be anything in an interval. Compared with a central difference.
 */
function addsUp({ name, partials }: Rule): boolean {
  const f = STANDARD.get(name);
  if (f?.arity !== 2) return true;
  return DIAGONAL.every((x) => {
    const h = 2 ** -20;
    const slope = (f.compute(x + h, x + h) - f.compute(x - h, x - h)) / (2 * h);
    const y = f.compute(x, x);
    const sum = partials.reduce((total, partial) => total + evaluate(partial, { a: x, b: x, y }), 0);
    return !Number.isFinite(slope) || Math.abs(sum - slope) <= 1e-6 * (1 + Math.abs(slope));
  });
}
