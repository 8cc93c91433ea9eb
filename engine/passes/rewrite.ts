import {
  type Atom,
  type Aval,
  idsOf,
  isLiteral,
  type Params,
  type Program,
  type Single,
  type Step,
  type Var,
} from '../core/program.ts';
import { mapPrograms } from './nested.ts';

/** What a rule may ask and do. */
export interface Rewriter {
  /** The step that computes a value; none for literals and inputs. */
  definition(atom: Atom): Step | undefined;
  /** Writes down a step (which rules then see too) and returns its result. */
  emit<P extends Single>(primitive: P, inputs: readonly Atom[], params: Params<P>, aval: Aval): Atom;
}

/** What may stand for the only result of a step; null where the rule has nothing to say. */
export type Rule = (step: Step, to: Rewriter) => Atom | null;

/** The program with the first rule that fits applied to each step, in order, nested programs included. Linear in steps. */
export function rewrite(program: Program, rulesOf: (step: Step) => readonly Rule[]): Program {
  let ids = idsOf(program);
  const stands: (Atom | undefined)[] = new Array(ids);
  const definitions: (Step | undefined)[] = new Array(ids);
  const steps: Step[] = [];
  const replaced = (atom: Atom): Atom => (isLiteral(atom) ? atom : (stands[atom.id] ?? atom));
  const to: Rewriter = {
    definition: (atom) => (isLiteral(atom) ? undefined : definitions[atom.id]),
    emit: (primitive, inputs, params, aval) => {
      const output: Var = { id: ids, aval };
      const step = { primitive, inputs, params, outputs: [output] } as unknown as Step;
      const found = ruled(step);
      if (found !== null) return found;
      ids++;
      push(step);
      return output;
    },
  };
  const ruled = (step: Step): Atom | null => {
    for (const rule of rulesOf(step)) {
      const found = rule(step, to);
      if (found !== null) return found;
    }
    return null;
  };
  const push = (step: Step) => {
    for (const { id } of step.outputs) definitions[id] = step;
    steps.push(step);
  };
  for (const given of program.steps) {
    const step = mapPrograms(withInputs(given, replaced), (nested) => rewrite(nested, rulesOf));
    const found = ruled(step);
    if (found === null) push(step);
    else stands[step.outputs[0]!.id] = found;
  }
  return { inputs: program.inputs, steps, outputs: program.outputs.map(replaced) };
}

/** A step with its inputs mapped; itself where that changes nothing. */
export function withInputs(step: Step, map: (atom: Atom) => Atom): Step {
  const { inputs } = step;
  for (let i = 0; i < inputs.length; i++) {
    if (map(inputs[i]!) === inputs[i]) continue;
    const { primitive, params, outputs } = step;
    return { primitive, inputs: inputs.map(map), params, outputs } as Step;
  }
  return step;
}
