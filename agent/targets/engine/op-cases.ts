import { type Domain, drawReal, type Spread } from '../../checks/draw.ts';
import { any, nan, near, same, within } from '../../checks/expect.ts';
import type { AtEdge, Edge, Operation } from '../../checks/operation.ts';
import type { Program } from '../../checks/program.ts';
import type { Case, Draw, Expected } from '../../checks/types.ts';
import { program } from './build.ts';
import { inputText, referenceCase, request } from './case.ts';

const alone = new WeakMap<Operation, Program>();

/** The program that is one operation of its inputs. */
export function aloneProgram(op: Operation): Program {
  let built = alone.get(op);
  if (!built) {
    built = program(op.arity, (b, ...inputs) => b.op(op.name, ...inputs));
    alone.set(op, built);
  }
  return built;
}

/** The operation's value at a point. */
export function valueCase(op: Operation, at: readonly number[]): Case {
  return referenceCase(`${op.name} at ${inputText(at)}`, request(aloneProgram(op), 'value', at));
}

/** The operation's partials at a point; on a kink, the intervals of subgradients. */
export function gradCase(op: Operation, at: readonly number[]): Case {
  const label = `the derivative of ${op.name} at ${inputText(at)}`;
  const asked = request(aloneProgram(op), 'grad', at);
  const kink = op.kink?.(...at);
  if (kink) return { label, request: asked, expected: kink.map(([low, high]) => within(low, high)) };
  return referenceCase(label, asked);
}

function edgeExpected(edge: AtEdge): Expected {
  if (edge === 'any') return any;
  if (edge === '-0') return same(-0);
  if (edge === '+0') return same(0);
  if (typeof edge !== 'number') return within(...edge);
  if (Number.isNaN(edge)) return nan;
  return Number.isFinite(edge) ? near(edge, Math.abs(edge)) : same(edge);
}

/** Value and partials at an edge, as two cases; partials that are open altogether are left out. */
export function edgeCases(op: Operation, edge: Edge): Case[] {
  const cases: Case[] = [
    {
      label: `${op.name} at ${inputText(edge.at)}`,
      request: request(aloneProgram(op), 'value', edge.at),
      expected: [edgeExpected(edge.value)],
    },
  ];
  if (edge.partials.some((p) => p !== 'any')) {
    cases.push({
      label: `the derivative of ${op.name} at ${inputText(edge.at)}`,
      request: request(aloneProgram(op), 'grad', edge.at),
      expected: edge.partials.map(edgeExpected),
    });
  }
  return cases;
}

export function drawInputs(draw: Draw, domains: readonly Domain[], spread: Spread): number[] {
  return domains.map((domain) => drawReal(draw, domain, spread));
}

/** Whether every input lies strictly inside its interval, and off the kinks. */
export function inside(op: Operation, at: readonly number[]): boolean {
  return op.domain.every(({ low, high }, i) => at[i]! > low && at[i]! < high) && !op.kink?.(...at);
}

/** Smallest first; of equal size the positive one first. */
export function bySize(a: readonly number[], b: readonly number[]): number {
  const size = (p: readonly number[]) => Math.max(...p.map(Math.abs));
  return size(a) - size(b) || b[0]! - a[0]!;
}

const SIMPLE = [0, 0.5, -0.5, 1, -1, 0.25, -0.75, 2, -2, 1.5, 3, -3, 0.1, 5, 0.9, 10] as const;
const SIMPLE_PAIRS = [
  [1, 2],
  [2, 1],
  [0.5, 3],
  [-1, 2],
  [2, -3],
  [0.75, -0.5],
  [-2.5, -0.5],
  [3, 0.1],
  [0.3, 0.7],
  [7, 5],
] as const;
const WIDE = [1e-3, -1e-3, 0.03, -0.03, 0.999, -0.999, 1.001, 20, -20, 300, -300, 1000, -1000] as const;
const WIDE_PAIRS = [
  [1e-3, 2],
  [2, 1e-3],
  [1e-3, -1e-3],
  [1000, 0.25],
  [0.25, -1000],
  [-300, 20],
  [1000, 999],
  [300, 3],
  [700, -7.5],
] as const;

const finite = (c: Case): boolean => c.expected.every((e) => e.kind !== 'any');

function pool(op: Operation, unary: readonly number[], binary: readonly (readonly [number, number])[]) {
  const list: readonly (readonly number[])[] = op.arity === 1 ? unary.map((x) => [x]) : binary;
  return list.filter((at) => inside(op, at) && finite(valueCase(op, at)) && finite(gradCase(op, at)));
}

const LARGEST_POOL = 9;

/** The fixed simple inputs of an operation, smallest first. */
export function simplePoints(op: Operation): readonly (readonly number[])[] {
  return pool(op, SIMPLE, SIMPLE_PAIRS).slice(0, LARGEST_POOL).sort(bySize);
}

/** Fixed inputs over six orders of magnitude, and the operation's delicate ones, smallest first. */
export function widePoints(op: Operation): readonly (readonly number[])[] {
  return [...pool(op, WIDE, WIDE_PAIRS), ...(op.delicate ?? [])].sort(bySize);
}
