import { type Atom, idsOf, isLiteral, type Program, type Step, type Var } from '../core/program.ts';
import { Tracer, type Value } from '../core/trace.ts';
import { stageTree } from './stage.ts';

/**
 * Programs in which the values of outer transformations are inputs, from a place on (by default after their own), the same
 * for all: `captured` lists them. What a primitive holds must not refer to anything outside.
 */
export function closed<P extends readonly Program[]>(programs: P, place = programs[0]!.inputs.length) {
  const found = new Map<Tracer, Var>();
  let next = Math.max(...programs.map(idsOf));
  const inside = (atom: Atom): Atom => {
    if (!isLiteral(atom) || !(atom.literal instanceof Tracer)) return atom;
    const variable = found.get(atom.literal) ?? { id: next++, aval: atom.aval };
    found.set(atom.literal, variable);
    return variable;
  };
  const closing = programs.map(({ inputs, steps, outputs }) => ({
    inputs,
    steps: steps.map((step) => ({ ...step, inputs: step.inputs.map(inside) }) as Step),
    outputs: outputs.map(inside),
  }));
  const withCaptured = (program: Program): Program => ({
    ...program,
    inputs: program.inputs.toSpliced(place, 0, ...found.values()),
  });
  const captured: readonly Value[] = [...found.keys()];
  return { programs: closing.map(withCaptured) as { [K in keyof P]: Program }, captured };
}

/** A function of trees written down for arguments like these, and the inputs of its program, captured ones last. */
export function closedTree(f: (...args: never[]) => unknown, args: readonly unknown[], op: string) {
  const staged = stageTree(f, args, op);
  const {
    programs: [program],
    captured,
  } = closed([staged.program] as const);
  return { ...staged, program, captured, inputs: [...staged.leaves, ...captured] };
}
