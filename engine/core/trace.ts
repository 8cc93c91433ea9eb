import type { DType } from './dtype.ts';
import { EngineError, wants } from './errors.ts';
import type { HigherPrimitive } from './higher.ts';
import { NDArray, scalarArray } from './ndarray.ts';
import type { Primitive } from './primitive.ts';
import { type Aval, type Higher, type Params, type Single, shaped } from './program.ts';
import { SCALAR } from './shape.ts';

/** What operations take and give: a plain number or boolean, an array, or either under a transformation. */
export type Value = number | boolean | NDArray | Tracer;

/** A value that a transformation follows through a program. */
export abstract class Tracer {
  readonly trace: Trace;
  abstract readonly aval: Aval;

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** What is followed, one transformation further in; for people. */
  abstract get value(): unknown;

  get shape(): readonly number[] {
    return this.aval.shape;
  }

  get dtype(): DType {
    return this.aval.dtype;
  }

  /** JavaScript's operators and `Math` would make NaN of it, whose derivative is 0. */
  valueOf(): never {
    throw new EngineError(this.trace.name, 'its values are no numbers of JavaScript; use `add`, `less` …');
  }
}

/**
 * One run of a transformation over a function. Runs nest: the deeper one has the larger level, and an operation belongs to
 * the deepest run among its inputs. To that run all other inputs are constants. So perturbations cannot be confused
 * (Siskind & Pearlmutter, "Nesting forward-mode AD in a functional framework", 2008).
 */
export abstract class Trace {
  level = 0;
  abstract readonly name: string;
  ended = false;

  abstract process<P extends Single>(
    primitive: Primitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): Value;
  abstract processMany<P extends Higher>(
    primitive: HigherPrimitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): readonly Value[];
}

let depth = 0;

/** Starts a run one level deeper, hands it over, and ends it: what still refers to it afterwards is refused. */
export function withTrace<T extends Trace, R>(trace: T, use: (trace: T) => R): R {
  trace.level = ++depth;
  try {
    return use(trace);
  } finally {
    trace.ended = true;
    depth--;
  }
}

/** What computes where no transformation is at work. */
export interface Evaluator {
  evaluate<P extends Single>(primitive: Primitive<P>, inputs: readonly Value[], params: Params<P>): Value;
  evaluateMany<P extends Higher>(
    primitive: HigherPrimitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): readonly Value[];
}

let evaluator: Evaluator;

/** Says who computes. Called once, by the module that puts the engine together. */
export function install(chosen: Evaluator): void {
  evaluator = chosen;
}

function deepest(inputs: readonly Value[], op: string): Trace | null {
  let found: Trace | null = null;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input instanceof Tracer && (found === null || input.trace.level > found.level)) found = input.trace;
  }
  if (found?.ended) throw endedError(found, op);
  return found;
}

function endedError({ name }: Trace, op: string): EngineError {
  return new EngineError(op, `a value of a ${name} that has ended was used; return it instead of keeping it`);
}

export function isPlain(x: unknown): x is number | boolean {
  return typeof x === 'number' || typeof x === 'boolean';
}

/** What a function gives to the transformation around it. @throws EngineError where that was kept from another run */
export function checkLive(value: Value, op: string): Value {
  if (value instanceof Tracer && value.trace.ended) throw endedError(value.trace, op);
  return value;
}

/** Applies a primitive that gives one result. Inputs have the shapes and types that the primitive wants: see `ops`. */
export function bind<P extends Single>(
  primitive: Primitive<P>,
  inputs: readonly Value[],
  params: Params<P>,
): Value {
  const trace = deepest(inputs, primitive.name);
  if (trace !== null) return trace.process(primitive, inputs, params);
  return evaluator.evaluate(primitive, inputs, params);
}

/** Applies a primitive that holds programs. */
export function bindMany<P extends Higher>(
  primitive: HigherPrimitive<P>,
  inputs: readonly Value[],
  params: Params<P>,
): readonly Value[] {
  const trace = deepest(inputs, primitive.name);
  if (trace !== null) return trace.processMany(primitive, inputs, params);
  return evaluator.evaluateMany(primitive, inputs, params);
}

/** Of a plain number. */
export const NUMBER: Aval = shaped(SCALAR, 'float64');
const BOOLEAN: Aval = shaped(SCALAR, 'bool');

/** Shape and type of a value. A plain number is a 0-d float64. @throws EngineError where it is no value. */
export function avalOf(value: Value, op = 'avalOf'): Aval {
  if (typeof value === 'number') return NUMBER;
  if (value instanceof Tracer) return value.aval;
  if (value instanceof NDArray) return value;
  if (typeof value === 'boolean') return BOOLEAN;
  notValue(op, value);
}

/** Refuses what is no value. */
export function notValue(op: string, thing: unknown): never {
  wants(op, 'a number, a boolean or an array', describe(thing));
}

/** A value as an array; plain numbers and booleans as 0-d ones. Nothing that a transformation follows may come here. */
export function asArray(value: Value): NDArray {
  if (value instanceof NDArray) return value;
  return scalarArray(value as number | boolean, typeof value === 'boolean' ? 'bool' : 'float64');
}

/** What a thing is, for an error. */
export function describe(thing: unknown): string {
  if (thing === null || thing === undefined) return String(thing);
  if (Array.isArray(thing)) return 'a list; `array(list)` makes an array of it';
  if (typeof thing === 'object') return `an object (${thing.constructor?.name ?? 'without prototype'})`;
  return `a ${typeof thing}`;
}
