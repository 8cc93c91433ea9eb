import type { Primitive } from '../core/primitive.ts';
import {
  type Atom,
  type Aval,
  idsOf,
  isLiteral,
  isSingle,
  type Params,
  type Program,
  type Single,
  type SingleStep,
  type Step,
  type Var,
} from '../core/program.ts';
import { mapPrograms } from './nested.ts';

/** What a rule may ask and do. */
export interface Rewriter {
  /** The step that computes a value; none for literals, inputs, and what a step gives beside other results. */
  definition(atom: Atom): SingleStep | undefined;
  /** Writes down a step (which rules then see too) and returns its result. */
  emit<P extends Single>(
    primitive: Primitive<P>,
    inputs: readonly Atom[],
    params: Params<P>,
    aval: Aval,
  ): Atom;
}

/** What may stand for the result of a step; null where the rule has nothing to say. */
export type Rule = (step: SingleStep, to: Rewriter) => Atom | null;

/** Which rules there are for a step. */
export type RulesOf = (step: SingleStep) => readonly Rule[];

/** The program with the first rule that fits applied to each step, in order, nested programs included. Linear in steps. */
export function rewrite(program: Program, rulesFor: (program: Program) => RulesOf): Program {
  const rulesOf = rulesFor(program);
  let ids = idsOf(program);
  const stands: (Atom | undefined)[] = new Array(ids);
  const definitions: (SingleStep | undefined)[] = new Array(ids);
  const steps: Step[] = [];
  const replaced = (atom: Atom): Atom => (isLiteral(atom) ? atom : (stands[atom.id] ?? atom));
  const to: Rewriter = {
    definition: (atom) => (isLiteral(atom) ? undefined : definitions[atom.id]),
    emit: (primitive, inputs, params, aval) => {
      const output: Var = { id: ids, aval };
      const step = { primitive, inputs, params, output } as unknown as SingleStep;
      const found = ruled(step);
      if (found !== null) return found;
      ids++;
      push(step);
      return output;
    },
  };
  const ruled = (step: SingleStep): Atom | null => {
    for (const rule of rulesOf(step)) {
      const found = rule(step, to);
      if (found !== null) return found;
    }
    return null;
  };
  const push = (step: SingleStep) => {
    definitions[step.output.id] = step;
    steps.push(step);
  };
  for (const given of program.steps) {
    const step = withInputs(given, replaced);
    if (!isSingle(step)) {
      steps.push(mapPrograms(step, (nested) => rewrite(nested, rulesFor)));
      continue;
    }
    const found = ruled(step);
    if (found === null) push(step);
    else stands[step.output.id] = found;
  }
  return { inputs: program.inputs, steps, outputs: program.outputs.map(replaced) };
}

/** A step with its inputs mapped; itself where that changes nothing. */
function withInputs(step: Step, map: (atom: Atom) => Atom): Step {
  const { inputs } = step;
  for (let i = 0; i < inputs.length; i++) {
    if (map(inputs[i]!) === inputs[i]) continue;
    return { ...step, inputs: inputs.map(map) } as Step;
  }
  return step;
}
