import type { ElementwiseName } from '../elementwise/table.ts';
import { type DType, isFloat } from './dtype.ts';
import type { HigherPrimitive } from './higher.ts';
import type { Primitive } from './primitive.ts';
import { SCALAR, type Shape, sameShape, textOf } from './shape.ts';
import type { Value } from './trace.ts';

/** What is known of a value before there is one: its shape and the type of its elements. */
export interface Aval {
  readonly shape: Shape;
  readonly dtype: DType;
}

const SCALARS: Readonly<Record<DType, Aval>> = {
  float64: { shape: SCALAR, dtype: 'float64' },
  float32: { shape: SCALAR, dtype: 'float32' },
  int32: { shape: SCALAR, dtype: 'int32' },
  bool: { shape: SCALAR, dtype: 'bool' },
};

/** An aval that holds nothing but the two; one and the same for all 0-d values of a type. */
export function shaped(shape: Shape, dtype: DType): Aval {
  return shape.length === 0 ? SCALARS[dtype] : { shape, dtype };
}

/** An aval without what holds it. */
export function bare({ shape, dtype }: Aval): Aval {
  return shaped(shape, dtype);
}

export function sameAval(a: Aval, b: Aval): boolean {
  return a === b || (a.dtype === b.dtype && sameShape(a.shape, b.shape));
}

const SHORT: Record<DType, string> = { float64: 'f64', float32: 'f32', int32: 'i32', bool: 'bool' };

/** `f64[2, 3]`. */
export function avalText(aval: Aval): string {
  return `${SHORT[aval.dtype]}${textOf(aval.shape)}`;
}

/** What a step computes once for a whole program: a value that an input or a step of it gives. */
export interface Var {
  /** Unique in its program, counted from 0 in the order of definition. */
  readonly id: number;
  readonly aval: Aval;
}

/** A value that is known when the program is made. */
export interface Literal {
  readonly literal: Value;
  readonly aval: Aval;
}

export type Atom = Var | Literal;

export function isLiteral(atom: Atom): atom is Literal {
  return 'literal' in atom;
}

/**
 * Settings of the primitives that are not elementwise. None is ever differentiated. All shapes and axes are complete and
 * counted from the front.
 */
export interface StructuralParams {
  /** Another type of elements; to int32 truncates toward zero. */
  convert: { readonly dtype: DType };
  /** The identity, with no derivative. */
  stopGradient: NoParams;
  /** Where the first input is true the second, else the third. All have one shape, or are 0-d. */
  select: NoParams;
  reduceSum: { readonly axes: readonly number[] };
  reduceProd: { readonly axes: readonly number[] };
  reduceMax: { readonly axes: readonly number[] };
  reduceMin: { readonly axes: readonly number[] };
  /** Index of the first largest element along an axis, as int32; a NaN counts as largest. */
  argmax: { readonly axis: number };
  /** Indices that sort each line along the last axis, as int32; stable, NaN last. */
  argsort: NoParams;
  reshape: { readonly shape: Shape };
  transpose: { readonly perm: readonly number[] };
  /** To a larger shape: `axes[i]` is where axis i of the input goes; the other axes are new. An axis of length 1 stretches. */
  broadcast: { readonly shape: Shape; readonly axes: readonly number[] };
  slice: {
    readonly start: readonly number[];
    readonly stop: readonly number[];
    readonly step: readonly number[];
  };
  /** The identity; what is computed from it is computed again, even where the same was computed before. */
  barrier: NoParams;
  /** Zeros around, and `interior` zeros between neighbours; none below 0. */
  pad: {
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly interior: readonly number[];
  };
  concatenate: { readonly axis: number };
  reverse: { readonly axes: readonly number[] };
  /** Indices along an axis counted from the front, negative ones from the back; what is outside is refused in the name of `op`. */
  index: { readonly op: string; readonly length: number };
  /** Elements of the first input, read as one line, at the int32 positions that the second gives. Has the second's shape. */
  gather: NoParams;
  /** A line of `size` zeros to which the elements of the first input are added at the int32 positions of the second. */
  scatterAdd: { readonly size: number };
  /** Sums of products over `contract`, one result for each index of `batch`: axes (batch, rest of a, rest of b). */
  dot: {
    readonly contract: readonly [readonly number[], readonly number[]];
    readonly batch: readonly [readonly number[], readonly number[]];
  };
  cumsum: { readonly axis: number; readonly reverse: boolean };
  cumprod: { readonly axis: number; readonly reverse: boolean };
  /** s_k = a_k s_{k−1} + b_k along an axis, s before the first being 0. Linear in b. */
  linearRecurrence: { readonly axis: number; readonly reverse: boolean };
  /** Lower L with L Lᵀ = A, of the last two axes. Reads the lower triangle. */
  cholesky: NoParams;
  /** X with op(A) X = B, A triangular; op transposes where `transposed`. Linear in B. */
  triangularSolve: { readonly lower: boolean; readonly transposed: boolean; readonly unit: boolean };
  /** X with op(A) X = B by LU with partial pivoting. Linear in B. */
  solve: { readonly transposed: boolean };
  /** Determinants of the last two axes. */
  det: NoParams;
  /** The matrix of the partial derivatives of det A, of the last two axes; A may be singular. */
  cofactors: NoParams;
  /** log |det A| of the last two axes. */
  logdet: NoParams;
  /** Uniform float64 in [0, 1), 53 bits each, from a key (int32[2]). */
  randomUniform: { readonly shape: Shape };
  /** `count` new keys (int32[count, 2]) from a key. */
  randomSplit: { readonly count: number };
}

/** Settings of the primitives that hold programs and give any number of results. */
export interface HigherParams {
  /** Inputs: the predicate, then the operands of whichever branch is taken. */
  cond: { readonly onTrue: Program; readonly onFalse: Program };
  /** Inputs, and those of both programs: constants, the first state. */
  while: {
    readonly predicate: Program;
    readonly body: Program;
    readonly consts: number;
    /** A bound on the steps, which reverse mode needs where their number is not known beforehand. */
    readonly most?: number;
  };
  /** Inputs: constants, the first state, arrays whose first axis is walked. Results: the last state, stacked outputs. */
  scan: {
    readonly body: Program;
    readonly consts: number;
    readonly carry: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  /** Computed again for the backward pass instead of remembered. */
  checkpoint: { readonly program: Program };
  /** The derivative of `program` at the first half of the inputs along the second half: linear in those. */
  checkpointLinear: { readonly program: Program };
  /**
   * A program with a forward rule of its own. `jvp` takes inputs and tangents, gives results and tangents. Inputs after the
   * first `own` are what the function closes over: the rule does not know them, so they must not be differentiated.
   */
  customJvp: {
    readonly program: Program;
    readonly own: number;
    jvp(
      primals: readonly Value[],
      tangents: readonly Value[],
    ): readonly [results: readonly Value[], slopes: readonly Value[]];
  };
  /** A program with a reverse rule of its own; `own` as in `customJvp`. */
  customVjp: { readonly program: Program; readonly own: number } & CustomReverse;
  /** The linear map of a `customVjp`: inputs are `residuals`, then tangents. Only its transpose is known. */
  customVjpLinear: { readonly residuals: number; readonly outputs: readonly Aval[] } & CustomReverse;
}

export interface CustomReverse {
  /** Results and what the backward pass needs. */
  forward(inputs: readonly Value[]): readonly [outputs: readonly Value[], residuals: readonly Value[]];
  /** Cotangents of the inputs. */
  backward(residuals: readonly Value[], cotangents: readonly Value[]): readonly Value[];
}

export type NoParams = Readonly<Record<never, never>>;
export const NONE: NoParams = Object.freeze({});

export type Structural = keyof StructuralParams;
export type Higher = keyof HigherParams;
/** Primitives that give one result. */
export type Single = ElementwiseName | Structural;
/** The names of all primitives. */
export type PrimitiveName = Single | Higher;
/** Primitives that are linear in some of their inputs, and so can be transposed. */
export type Linear = 'add' | 'sub' | 'neg' | 'mul' | 'div' | Exclude<Structural, NonLinear>;
/** Structural primitives whose tangents come from other primitives, or that have none. */
type NonLinear =
  | 'stopGradient'
  | 'reduceProd'
  | 'reduceMax'
  | 'reduceMin'
  | 'argmax'
  | 'argsort'
  | 'index'
  | 'cumprod'
  | 'cholesky'
  | 'det'
  | 'cofactors'
  | 'logdet'
  | 'randomUniform'
  | 'randomSplit';
export type Params<P extends PrimitiveName> = P extends Structural
  ? StructuralParams[P]
  : P extends Higher
    ? HigherParams[P]
    : NoParams;

/** One application of a primitive. */
export type Step = SingleStep | HigherStep;
export type SingleStep = { [P in Single]: StepOf<P> }[Single];
export type HigherStep = { [P in Higher]: HigherStepOf<P> }[Higher];

export interface StepOf<P extends Single> {
  readonly primitive: Primitive<P>;
  readonly inputs: readonly Atom[];
  readonly params: Params<P>;
  readonly output: Var;
}

export interface HigherStepOf<P extends Higher> {
  readonly primitive: HigherPrimitive<P>;
  readonly inputs: readonly Atom[];
  readonly params: Params<P>;
  readonly outputs: readonly Var[];
}

export function isSingle(step: Step): step is SingleStep {
  return 'output' in step;
}

/** Whether a step is there and applies the primitive of this name. */
export function applies<P extends Single>(step: Step | undefined, name: P): step is StepOf<P> & SingleStep {
  return step?.primitive.name === name;
}

/** What a step gives, as a list. */
export function outputsOf(step: Step): readonly Var[] {
  return isSingle(step) ? [step.output] : step.outputs;
}

/** A traced program: plain data, each variable defined before it is used. */
export interface Program {
  readonly inputs: readonly Var[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Atom[];
}

/** How many ids a program has: one more than its largest. */
export function idsOf({ inputs, steps }: Program): number {
  let ids = 0;
  const meet = ({ id }: Var) => {
    if (id >= ids) ids = id + 1;
  };
  inputs.forEach(meet);
  for (const step of steps) isSingle(step) ? meet(step.output) : step.outputs.forEach(meet);
  return ids;
}

export function isFloatAval(aval: Aval): boolean {
  return isFloat(aval.dtype);
}
