import { EngineError, wants } from '../core/errors.ts';
import type { HigherPrimitive } from '../core/higher.ts';
import type { Primitive } from '../core/primitive.ts';
import { type Aval, type Higher, type Params, type Program, type Single, shaped } from '../core/program.ts';
import { axisOf } from '../core/shape.ts';
import { avalOf, Trace, Tracer, type Value, withTrace } from '../core/trace.ts';
import { flatFunction, flatten, type Tree, unflatten } from '../core/tree.ts';
import { misfit, movedAxis, permuted, shown } from '../ops/arguments.ts';
import { asBatch } from '../structural/batch.ts';
import { transforms } from './higher/index.ts';
import { runProgram, stage } from './stage.ts';

/** One example of a batch: `batch` has all of them along its first axis. */
export class BatchTracer extends Tracer {
  declare readonly trace: BatchTrace;
  readonly batch: Value;
  override readonly aval: Aval;

  constructor(trace: BatchTrace, batch: Value) {
    super(trace);
    this.batch = batch;
    const { shape, dtype } = avalOf(batch);
    this.aval = shaped(shape.slice(1), dtype);
  }

  override get value(): unknown {
    return this.batch;
  }
}

/** Applies everything to a whole batch at once. */
export class BatchTrace extends Trace {
  override readonly name = 'vmap';
  private readonly size: number;

  constructor(size: number) {
    super();
    this.size = size;
  }

  isBatched(value: Value): value is BatchTracer {
    return value instanceof BatchTracer && value.trace === this;
  }

  /** The whole batch under a value; what is the same for all examples is repeated. */
  batchOf(value: Value): Value {
    return this.isBatched(value) ? value.batch : asBatch(value, false, this.size);
  }

  private under(inputs: readonly Value[]) {
    return {
      values: inputs.map((x) => (this.isBatched(x) ? x.batch : x)),
      batched: inputs.map((x) => this.isBatched(x)),
    };
  }

  override process<P extends Single>(
    primitive: Primitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): Value {
    const { values, batched } = this.under(inputs);
    return new BatchTracer(this, primitive.batch(this.size, values, batched, params, primitive));
  }

  override processMany<P extends Higher>(
    primitive: HigherPrimitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): readonly Value[] {
    const { values, batched } = this.under(inputs);
    const results = primitive.batch(this.size, values, batched, params, transforms);
    return results.map((y) => new BatchTracer(this, y));
  }
}

/** A function of values for a whole batch, all of whose results are batched. */
export function batchFlat(
  f: (inputs: readonly Value[]) => readonly Value[],
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[] = inputs.map(() => true),
): Value[] {
  return withTrace(new BatchTrace(size), (trace) => {
    const examples = inputs.map((x, i) => (batched[i] ? new BatchTracer(trace, x) : x));
    return f(examples).map((y) => trace.batchOf(y));
  });
}

/** The program of a whole batch: see Transforms.batch. */
export function batchProgram(program: Program, size: number, batched: readonly boolean[]): Program {
  const avals = program.inputs.map(({ aval }, i) =>
    batched[i] ? shaped([size, ...aval.shape], aval.dtype) : aval,
  );
  return stage((values) => batchFlat((xs) => runProgram(program, xs), size, values, batched), avals);
}

/** Which axis of each argument is the batch: a number for all of its arrays, or null where it is no batch. */
export type InAxes = readonly (number | null)[];

/**
 * Vectorises: `vmap(f)(…args)` is f of each example, stacked along a new first axis. `axes[i]` is the axis of argument i
 * along which its examples lie (default 0), null for an argument that all examples share.
 * @throws EngineError where batches are of different lengths, or there is none.
 */
export function vmap<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  axes?: InAxes,
): (...args: { [K in keyof A]: unknown }) => Tree {
  return (...args) => {
    const flat = flatFunction(f, args, 'vmap');
    if (axes !== undefined && axes.length !== args.length)
      wants('vmap', `an axis for each of ${args.length} arguments`, shown(axes));
    const perLeaf = args.flatMap((arg, i) =>
      flatten(arg, 'vmap').leaves.map(() => (axes === undefined ? 0 : (axes[i] ?? null))),
    );
    let size: number | undefined;
    const values = flat.leaves.map((leaf, i) => {
      const axis = perLeaf[i]!;
      if (axis === null) return leaf;
      const { shape } = avalOf(leaf, 'vmap');
      const at = axisOf(axis, shape.length) ?? misfit('vmap', `axis of array ${i}`, axis, avalOf(leaf));
      const length = shape[at]!;
      if (size !== undefined && size !== length) {
        throw new EngineError('vmap', `batches of ${size} and of ${length} examples do not go together`);
      }
      size = length;
      return permuted(leaf, movedAxis(shape.length, at, 0));
    });
    if (size === undefined) throw new EngineError('vmap', 'no argument is a batch');
    const outputs = batchFlat(
      flat.call,
      size,
      values,
      perLeaf.map((axis) => axis !== null),
    );
    return unflatten(flat.nesting, outputs);
  };
}
