import {
  type Atom,
  idsOf,
  isLiteral,
  type Literal,
  type Program,
  type Step,
  type Var,
} from '../core/program.ts';
import { Tracer, type Value } from '../core/trace.ts';

/**
 * A program in which the values of outer transformations are inputs, after its own: `captured` lists them. What a
 * primitive holds must not refer to anything outside.
 */
export function closed(program: Program): { readonly program: Program; readonly captured: readonly Value[] } {
  const found = new Map<Tracer, Var>();
  let next = idsOf(program);
  const inside = (atom: Atom): Atom => {
    if (!isLiteral(atom) || !(atom.literal instanceof Tracer)) return atom;
    const { literal, aval } = atom as Literal & { literal: Tracer };
    let variable = found.get(literal);
    if (variable === undefined) {
      variable = { id: next++, aval };
      found.set(literal, variable);
    }
    return variable;
  };
  const steps = program.steps.map((step) => ({ ...step, inputs: step.inputs.map(inside) }) as Step);
  const outputs = program.outputs.map(inside);
  if (found.size === 0) return { program, captured: [] };
  return {
    program: { inputs: [...program.inputs, ...found.values()], steps, outputs },
    captured: [...found.keys()],
  };
}
