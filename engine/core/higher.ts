import type { Slope } from './primitive.ts';
import type { Aval, Higher, Params, Program } from './program.ts';
import type { Value } from './trace.ts';

/** Results, and for each its tangent (null: zero). */
export interface Moved {
  readonly results: readonly Value[];
  readonly slopes: readonly Slope[];
}

/** A program split at a point: what can be computed without tangents, and the linear map that is left. */
export interface Split {
  /** Inputs → results, then residuals. */
  readonly forward: Program;
  /** Residuals, then tangents of the floating-point inputs → tangents of the floating-point results. */
  readonly linear: Program;
  /** How many residuals there are, and which of them are an input of the program as it came (else null). */
  readonly residuals: readonly (number | null)[];
}

/** What the rules of primitives that hold programs need of the transformations. */
export interface Transforms {
  stage(f: (inputs: readonly Value[]) => readonly Value[], avals: readonly Aval[]): Program;
  run(program: Program, inputs: readonly Value[]): readonly Value[];
  /** As `run`, for a linear program that becomes part of another: its linear maps stay what they are. */
  restate(program: Program, inputs: readonly Value[]): readonly Value[];
  /** Inputs, then tangents of the floating-point ones → results, then tangents of the floating-point ones. */
  jvp(program: Program): Program;
  split(program: Program): Split;
  /** Values and a linear map of a program at a point; the map takes and gives tangents of the floating-point values. */
  pullback(
    program: Program,
    inputs: readonly Value[],
  ): { readonly results: readonly Value[]; pull(cotangents: readonly Slope[]): readonly Slope[] };
  /** The values of the inputs of a linear program that are known, then cotangents → cotangents of the others. */
  transpose(program: Program, linear: readonly boolean[]): Program;
  /** The program for a whole batch; all results are batched. */
  batch(program: Program, size: number, batched: readonly boolean[]): Program;
  /** A function of values for a whole batch; all inputs and results are batched. */
  batchFunction(
    f: (inputs: readonly Value[]) => readonly Value[],
    size: number,
    inputs: readonly Value[],
  ): readonly Value[];
}

/** A primitive that holds programs and gives any number of results, with all its rules. */
export interface HigherPrimitive<P extends Higher> {
  readonly name: P;
  readonly many: true;
  /** Shapes and types of the results. */
  results(params: Params<P>): readonly Aval[];
  /** Forward mode. */
  jvp(primals: readonly Value[], tangents: readonly Slope[], params: Params<P>, use: Transforms): Moved;
  /**
   * Forward mode whose tangents are being written down as a linear program: results must not depend on them. `push` adds a
   * step to that program.
   */
  linearize(
    primals: readonly Value[],
    tangents: readonly Slope[],
    params: Params<P>,
    use: Transforms,
    push: <Q extends Higher>(
      primitive: HigherPrimitive<Q>,
      inputs: readonly Value[],
      params: Params<Q>,
    ) => readonly Value[],
  ): Moved;
  /** Cotangents of the linear inputs, which are those whose value is not known (others are dropped); null where the primitive is never a step of a linear program. */
  readonly transpose:
    | ((
        cotangents: readonly Slope[],
        known: readonly Slope[],
        params: Params<P>,
        use: Transforms,
      ) => readonly Slope[])
    | null;
  /** Results for a whole batch; all of them batched. */
  batch(
    size: number,
    inputs: readonly Value[],
    batched: readonly boolean[],
    params: Params<P>,
    use: Transforms,
  ): readonly Value[];
  /** What a step means where it is not written down but applied; null: it is bound like any other. */
  readonly expand:
    | ((inputs: readonly Value[], params: Params<P>, use: Transforms) => readonly Value[])
    | null;
  /** As the program that it holds, or by itself; null: never, for it is a linear map that is known by its transpose. */
  readonly compute: 'program' | Control<P> | null;
}

/** How a choice or a loop is computed. */
export interface Control<P extends Higher> {
  /** At once. `run` computes a program. */
  evaluate(
    inputs: readonly Value[],
    params: Params<P>,
    run: (program: Program, inputs: readonly Value[]) => readonly Value[],
  ): readonly Value[];
  /** As part of a compiled program: what reads `from` and writes `to`. `machineOf` makes a program ready to run. */
  action(
    params: Params<P>,
    from: readonly Float64Array[],
    to: readonly Float64Array[],
    machineOf: (program: Program) => Machine,
  ): () => void;
}

/** A program over one memory. Write the inputs, run, read the outputs; a run allocates nothing. */
export interface Machine {
  readonly memory: Float64Array;
  /** Parts of the memory. No output is part of an input. */
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  run(): void;
}
