import { applyStep, evaluated } from '../core/apply.ts';
import type { HigherPrimitive } from '../core/higher.ts';
import type { Slope, TransposeRule } from '../core/primitive.ts';
import {
  type Atom,
  idsOf,
  isLiteral,
  isSingle,
  outputsOf,
  type Program,
  type Step,
} from '../core/program.ts';
import type { Value } from '../core/trace.ts';
import { plus } from '../elementwise/rules.ts';
import { notLinear } from '../structural/shared.ts';
import { isLinearMap, transforms } from './higher/index.ts';

/**
 * The transpose of a linear program: cotangents of its linear inputs from those of its outputs. `known` holds the values
 * of the inputs that it is not linear in, null for the others: all where it is left out.
 */
export function pull(
  program: Program,
  cotangents: readonly Slope[],
  known: readonly Slope[] = program.inputs.map(() => null),
): Slope[] {
  // Filled beforehand: an array that grows from the back is a hash table.
  const cts: Slope[] = new Array(idsOf(program)).fill(null);
  const read = known.some((value) => value !== null) ? evaluated(program, known, applyKnown) : literalOf;
  const receive = (atom: Atom, ct: Slope): void => {
    if (ct === null || isLiteral(atom) || read(atom) !== null) return;
    cts[atom.id] = plus(cts[atom.id]!, ct);
  };
  program.outputs.forEach((atom, i) => {
    receive(atom, cotangents[i]!);
  });
  for (let i = program.steps.length - 1; i >= 0; i--) {
    const step = program.steps[i]!;
    const slopes = transposed(step, read, cts);
    if (slopes === null) continue;
    for (let k = 0; k < slopes.length; k++) receive(step.inputs[k]!, slopes[k]!);
    for (const { id } of outputsOf(step)) cts[id] = null;
  }
  return program.inputs.map(({ id }, i) => (known[i] === null ? cts[id]! : null));
}

const literalOf = (atom: Atom): Slope => (isLiteral(atom) ? atom.literal : null);

/** What can be computed from known inputs alone; null for what is linear in others, and for their tangents: nobody needs them. */
function applyKnown(step: Step, inputs: readonly Slope[]): readonly Slope[] {
  if (isLinearMap(step) || inputs.includes(null)) return outputsOf(step).map(() => null);
  return applyStep(step, inputs as readonly Value[]);
}

/** Cotangents of a step's inputs; null where none has come for its results, or all its inputs are known. */
function transposed(step: Step, read: (atom: Atom) => Slope, cts: readonly Slope[]): readonly Slope[] | null {
  const own = outputsOf(step).map(({ id }) => cts[id]!);
  if (own.every((ct) => ct === null)) return null;
  const { inputs } = step;
  const known = inputs.map(read);
  if (!known.includes(null)) return null;
  const { transpose, name } = step.primitive;
  if (transpose === null) throw notLinear(name);
  if (isSingle(step)) {
    const rule = transpose as TransposeRule<'add'>;
    return rule(own[0]!, known, inputs, step.params as never);
  }
  const rule = transpose as NonNullable<HigherPrimitive<'cond'>['transpose']>;
  return rule(own, known, step.params as never, transforms);
}
