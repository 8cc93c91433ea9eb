import { applyStep } from '../core/apply.ts';
import { EngineError } from '../core/errors.ts';
import { filled } from '../core/ndarray.ts';
import {
  type Atom,
  avalText,
  isFloatAval,
  isLiteral,
  isSingle,
  outputsOf,
  type Program,
  type Step,
  sameAval,
  type Var,
} from '../core/program.ts';
import { avalOf, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { isElementwise } from '../elementwise/rules.ts';
import { jvp } from '../transform/forward.ts';
import { vjp } from '../transform/reverse.ts';

/** What is known along a program: values, partial derivatives on its edges, and what flows along them. */
export interface Flow {
  readonly values: ReadonlyMap<Var, Value>;
  /** Tangents of variables in forward mode, cotangents in reverse mode. */
  readonly slopes: ReadonlyMap<Var, Value>;
  /** Of a step's result by its i-th input, elementwise ones only. */
  readonly partials: ReadonlyMap<Step, readonly (Value | null)[]>;
}

/** Computes a program step by step. @throws EngineError where there are not as many values as inputs, or of another shape. */
export function evaluate(program: Program, inputs: readonly Value[]): Map<Var, Value> {
  const values = new Map<Var, Value>();
  assign(values, program.inputs, inputs, 'values');
  for (const step of program.steps) {
    const results = applyStep(
      step,
      step.inputs.map((atom) => atomValue(values, atom)),
    );
    outputsOf(step).forEach((variable, i) => {
      values.set(variable, results[i]!);
    });
  }
  return values;
}

function assign(
  to: Map<Var, Value>,
  variables: readonly Var[],
  values: readonly Value[],
  what: string,
): void {
  if (values.length !== variables.length) {
    throw new EngineError('draw', `${variables.length} ${what} are wanted, got ${values.length}`);
  }
  variables.forEach((variable, i) => {
    const value = values[i]!;
    const aval = avalOf(value, 'draw');
    if (!sameAval(aval, variable.aval)) {
      throw new EngineError('draw', `${what} ${i} is ${avalText(aval)}, not ${avalText(variable.aval)}`);
    }
    to.set(variable, value);
  });
}

function atomValue(values: ReadonlyMap<Var, Value>, atom: Atom): Value {
  return isLiteral(atom) ? atom.literal : values.get(atom)!;
}

/** Partial derivatives of the elementwise steps whose results have some. */
export function partialsOf(
  program: Program,
  values: ReadonlyMap<Var, Value>,
): Map<Step, readonly (Value | null)[]> {
  const found = new Map<Step, readonly (Value | null)[]>();
  for (const step of program.steps) {
    if (!isSingle(step) || !isElementwise(step.primitive) || !isFloatAval(step.output.aval)) continue;
    const at = [...step.inputs.map((atom) => atomValue(values, atom)), values.get(step.output)!];
    const { partials } = step.primitive;
    found.set(
      step,
      step.inputs.map((atom, i) => (isLiteral(atom) ? null : partials[i]!(...at))),
    );
  }
  return found;
}

/** A step as a function of those of its inputs that are floating-point variables, and which those are. */
function movable(step: Step, values: ReadonlyMap<Var, Value>) {
  const at = step.inputs.flatMap((atom, i) => (!isLiteral(atom) && isFloatAval(atom.aval) ? [i] : []));
  const all = step.inputs.map((atom) => atomValue(values, atom));
  const results = outputsOf(step);
  const moving = results.flatMap(({ aval }, i) => (isFloatAval(aval) ? [i] : []));
  const f = (...moved: Value[]) => {
    const given = applyStep(
      step,
      all.map((value, i) => (at.includes(i) ? moved[at.indexOf(i)]! : value)),
    );
    return moving.map((i) => given[i]!);
  };
  return {
    f,
    inputs: at.map((i) => step.inputs[i] as Var),
    primals: at.map((i) => all[i]!),
    outputs: moving.map((i) => results[i]!),
  };
}

/** Ones for each floating-point variable. */
export function onesFor(variables: readonly { readonly aval: Var['aval'] }[]): Value[] {
  return variables.map(({ aval }) => filled(isFloatAval(aval) ? 1 : 0, aval.shape, aval.dtype));
}

/** Tangents, step by step from the inputs on. */
export function pushForward(
  program: Program,
  values: ReadonlyMap<Var, Value>,
  tangents: readonly Value[],
): Map<Var, Value> {
  const slopes = new Map<Var, Value>();
  assign(slopes, program.inputs, tangents, 'tangents');
  for (const step of program.steps) {
    const { f, inputs, primals, outputs } = movable(step, values);
    if (inputs.length === 0 || outputs.length === 0) continue;
    const [, moved] = jvp(
      f,
      primals,
      inputs.map((variable) => slopes.get(variable) ?? zeroFor(variable)),
    );
    outputs.forEach((variable, i) => {
      slopes.set(variable, (moved as readonly Value[])[i]!);
    });
  }
  return slopes;
}

/** Cotangents, step by step from the outputs back; where several paths meet they add. */
export function pullBack(
  program: Program,
  values: ReadonlyMap<Var, Value>,
  cotangents: readonly Value[],
): Map<Var, Value> {
  if (cotangents.length !== program.outputs.length) {
    throw new EngineError(
      'draw',
      `${program.outputs.length} cotangents are wanted, got ${cotangents.length}`,
    );
  }
  const slopes = new Map<Var, Value>();
  const put = (variable: Var, slope: Value) => {
    const before = slopes.get(variable);
    slopes.set(variable, before === undefined ? slope : ops.add(before, slope));
  };
  program.outputs.forEach((atom, i) => {
    if (!isLiteral(atom) && isFloatAval(atom.aval)) put(atom, cotangents[i]!);
  });
  for (const step of program.steps.toReversed()) {
    const { f, inputs, primals, outputs } = movable(step, values);
    if (inputs.length === 0 || !outputs.some((variable) => slopes.has(variable))) continue;
    const [, pull] = vjp(f as (...args: Value[]) => Value[], ...primals);
    const back = pull(outputs.map((variable) => slopes.get(variable) ?? zeroFor(variable)));
    inputs.forEach((variable, i) => {
      put(variable, back[i] as Value);
    });
  }
  return slopes;
}

function zeroFor({ aval }: Var): Value {
  return filled(0, aval.shape, aval.dtype);
}
