import { applyStep, isHigher } from '../core/apply.ts';
import { type Atom, isLiteral, type Program, type Step } from '../core/program.ts';
import type { Value } from '../core/trace.ts';
import { isLinear, notLinear, transposeOf } from '../rules/transpose.ts';
import type { LinearInput, Slope } from '../rules/types.ts';
import { plus } from '../rules/zeros.ts';
import { isLinearMap, rulesOf, transforms } from './higher/index.ts';

/**
 * The transpose of a linear program: cotangents of its linear inputs from those of its outputs. `known` holds the values
 * of the inputs that it is not linear in, null for the others.
 */
export function pull(program: Program, known: readonly Slope[], cotangents: readonly Slope[]): Slope[] {
  const values: (Value | undefined)[] = [];
  const cts: (Value | undefined)[] = [];
  program.inputs.forEach(({ id }, i) => {
    const value = known[i]!;
    if (value !== null) values[id] = value;
  });
  const read = (atom: Atom): Value | undefined => (isLiteral(atom) ? atom.literal : values[atom.id]);

  // Steps on known values alone are computed; the others are linear.
  const linear: Step[] = [];
  for (const step of program.steps) {
    let all = true;
    for (const atom of step.inputs) if (read(atom) === undefined) all = false;
    if (!all) linear.push(step);
    // Tangents of what is not asked about: nobody needs them.
    else if (!isLinearMap(step))
      applyStep(
        step,
        step.inputs.map((atom) => read(atom)!),
      ).forEach((value, i) => {
        values[step.outputs[i]!.id] = value;
      });
  }

  const receive = (atom: Atom, ct: Slope): void => {
    if (ct === null || isLiteral(atom) || values[atom.id] !== undefined) return;
    const before = cts[atom.id];
    cts[atom.id] = before === undefined ? ct : (plus(before, ct) as Value);
  };
  program.outputs.forEach((atom, i) => {
    receive(atom, cotangents[i]!);
  });
  for (let i = linear.length - 1; i >= 0; i--) {
    const step = linear[i]!;
    const inputs = step.inputs.map((atom): LinearInput => {
      const value = read(atom) ?? null;
      return { value, shape: atom.aval.shape, dtype: atom.aval.dtype };
    });
    const slopes = transposed(step, inputs, cts);
    if (slopes === null) continue;
    for (let k = 0; k < slopes.length; k++) receive(step.inputs[k]!, slopes[k]!);
    for (const { id } of step.outputs) cts[id] = undefined;
  }
  return program.inputs.map(({ id }, i) => (known[i] === null ? (cts[id] ?? null) : null));
}

function transposed(
  step: Step,
  inputs: readonly LinearInput[],
  cts: readonly (Value | undefined)[],
): readonly Slope[] | null {
  if (isHigher(step.primitive)) {
    const own = step.outputs.map(({ id }) => cts[id] ?? null);
    if (own.every((ct) => ct === null)) return null;
    const { transpose } = rulesOf(step.primitive);
    if (transpose === null) throw notLinear(step.primitive);
    return transpose(own, inputs, step.params as never, transforms);
  }
  const ct = cts[step.outputs[0]!.id];
  if (ct === undefined) return null;
  if (!isLinear(step.primitive)) throw notLinear(step.primitive);
  return transposeOf(step.primitive, ct, inputs, step.params as never);
}
