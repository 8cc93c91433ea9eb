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

/** The value at an input outside the domain: NaN. */
export function outsideCase(op: Operation, at: readonly number[]): Case {
  return {
    label: `${op.name} at ${inputText(at)}`,
    request: request(aloneProgram(op), 'value', at),
    expected: [nan],
  };
}

export function drawInputs(draw: Draw, domains: readonly Domain[], spread: Spread): number[] {
  return domains.map((domain) => drawReal(draw, domain, spread));
}
