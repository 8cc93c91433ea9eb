import { applyStep, runProgram as run } from '../core/apply.ts';
import type { HigherPrimitive } from '../core/higher.ts';
import type { Primitive } from '../core/primitive.ts';
import {
  type Atom,
  type Aval,
  bare,
  type Higher,
  isLiteral,
  type Literal,
  type Params,
  type Program,
  type Single,
  type Step,
  type Var,
} from '../core/program.ts';
import { avalOf, checkLive, Trace, Tracer, type Value, withTrace } from '../core/trace.ts';
import { type FlatFunction, flatFunction } from '../core/tree.ts';
import { transforms } from './higher/index.ts';

/** A value of a program that is being written down. */
export class ProgramTracer extends Tracer {
  declare readonly trace: ProgramTrace;
  readonly variable: Var;

  constructor(trace: ProgramTrace, variable: Var) {
    super(trace);
    this.variable = variable;
  }

  override get aval(): Aval {
    return this.variable.aval;
  }

  override get value(): unknown {
    return this.variable;
  }
}

/** Writes down what is applied to its tracers. What does not depend on them is computed and becomes a literal. */
export class ProgramTrace extends Trace {
  override readonly name = 'trace';
  readonly inputs: Var[] = [];
  readonly steps: Step[] = [];
  private count = 0;

  input(aval: Aval): ProgramTracer {
    const variable = this.variable(bare(aval));
    this.inputs.push(variable);
    return new ProgramTracer(this, variable);
  }

  override process<P extends Single>(
    primitive: Primitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): Value {
    const output = this.variable(primitive.aval(inputs.map(avalOfInput), params, primitive));
    this.steps.push({ primitive, inputs: this.atoms(inputs), params, output } as unknown as Step);
    return new ProgramTracer(this, output);
  }

  override processMany<P extends Higher>(
    primitive: HigherPrimitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): readonly Value[] {
    const outputs = primitive.results(params).map((aval) => this.variable(aval));
    this.steps.push({ primitive, inputs: this.atoms(inputs), params, outputs } as unknown as Step);
    return outputs.map((variable) => new ProgramTracer(this, variable));
  }

  /** The program so far, with these results. */
  program(outputs: readonly Value[]): Program {
    const atoms = outputs.map((value) => this.atom(checkLive(value, 'trace')));
    return { inputs: this.inputs, steps: this.steps, outputs: atoms };
  }

  private variable(aval: Aval): Var {
    return { id: this.count++, aval };
  }

  private atoms(values: readonly Value[]): Atom[] {
    return values.map((value) => this.atom(value));
  }

  private atom(value: Value): Atom {
    if (value instanceof ProgramTracer && value.trace === this) return value.variable;
    return literal(value);
  }
}

const avalOfInput = (value: Value): Aval => avalOf(value);

export function literal(value: Value): Literal {
  return { literal: value, aval: bare(avalOf(value)) };
}

/** Writes down a function of values. */
export function stage(f: (inputs: readonly Value[]) => readonly Value[], avals: readonly Aval[]): Program {
  return withTrace(new ProgramTrace(), (trace) => trace.program(f(avals.map((aval) => trace.input(aval)))));
}

/** Whether a program holds values of transformations that are at work around it. */
export function holdsTracers({ steps, outputs }: Program): boolean {
  const open = (atom: Atom) => isLiteral(atom) && atom.literal instanceof Tracer;
  return outputs.some(open) || steps.some((step) => step.inputs.some(open));
}

/** Applies a program's steps to values, each by whatever transformation is at work on its inputs. Linear maps are written out. */
export function runProgram(program: Program, inputs: readonly Value[]): Value[] {
  return run(program, inputs, (step, taken) => {
    const expand = step.primitive.many ? step.primitive.expand : null;
    return expand === null ? applyStep(step, taken) : expand(taken, step.params as never, transforms);
  });
}

/** A function of trees written down. */
export interface Staged extends FlatFunction {
  readonly program: Program;
}

/** Writes down a function of trees, for arguments like these; `avals` where its values have other shapes. */
export function stageTree(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  op: string,
  avals?: readonly Aval[],
): Staged {
  const flat = flatFunction(f, args, op);
  const program = stage(flat.call, avals ?? flat.leaves.map((leaf) => avalOf(leaf, op)));
  return { ...flat, program };
}

/**
 * The program of a function for arguments of these shapes and types: `trace(f)(x)`. Arguments are trees; what the
 * function does with anything but them is computed while it is traced.
 * @throws EngineError where the function gives what is no tree of values.
 */
export function trace<A extends readonly unknown[]>(f: (...args: A) => unknown): (...args: A) => Program {
  return (...args) => stageTree(f as (...args: never[]) => unknown, args, 'trace').program;
}
