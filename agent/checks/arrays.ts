import { add, bottom, call, div, mul, type ScalarOp, sub, type Tower, zero } from './tower.ts';

/** A row-major array of numbers that the references compute with. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly Tower[];
}

export type Attributes = { readonly [name: string]: number | boolean | readonly number[] };

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

export function scalarTensor(x: Tower): Tensor {
  return { shape: [], data: [x] };
}

/** All index tuples of a shape, row-major. */
function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    yield index;
  }
}

function at(x: Tensor, index: readonly number[]): Tower {
  let flat = 0;
  for (let axis = 0; axis < x.shape.length; axis++) flat = flat * x.shape[axis]! + index[axis]!;
  return x.data[flat]!;
}

function build(shape: readonly number[], element: (index: readonly number[]) => Tower): Tensor {
  return { shape, data: [...indices(shape)].map(element) };
}

/** The common shape under NumPy's rules. @throws TypeError where there is none. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const n = a[axis - rank + a.length] ?? 1;
    const m = b[axis - rank + b.length] ?? 1;
    if (n !== m && n !== 1 && m !== 1) throw new TypeError(`shapes [${a}] and [${b}] do not broadcast`);
    return n === 1 ? m : n;
  });
}

/** An operation of one or two arrays, element by element. */
export function elementwise(op: ScalarOp, inputs: readonly Tensor[]): Tensor {
  const shape = inputs.map((x) => x.shape).reduce(broadcastShape);
  return build(shape, (index) =>
    call(
      op,
      ...inputs.map((x) => {
        const own = index.slice(shape.length - x.shape.length);
        return at(
          x,
          own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
        );
      }),
    ),
  );
}

/** What the references know of exp and log; handed in, so that this file stays apart from the table of operations. */
export interface Functions {
  readonly exp: ScalarOp;
  readonly log: ScalarOp;
}

type ArrayOp = (inputs: readonly Tensor[], attributes: Attributes, functions: Functions) => Tensor;

/** The sum over `axes` (all where it is left out); with `keepdims`, they stay with length 1. */
const sum: ArrayOp = ([x], attributes) => {
  const axes = (attributes.axes as readonly number[] | undefined) ?? x!.shape.map((_, axis) => axis);
  fits(
    'sum',
    axes.every((axis) => isAxis(x!, axis)),
  );
  const kept = x!.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const data: Tower[] = Array.from({ length: sizeOf(kept) }, () => zero);
  const into: Tensor = { shape: kept, data };
  let flat = 0;
  for (const index of indices(x!.shape)) {
    let place = 0;
    for (let axis = 0; axis < kept.length; axis++) {
      place = place * kept[axis]! + (kept[axis] === 1 ? 0 : index[axis]!);
    }
    data[place] = add(data[place]!, x!.data[flat++]!);
  }
  if (attributes.keepdims === true) return into;
  return { shape: x!.shape.filter((_, axis) => !axes.includes(axis)), data };
};

/** @throws TypeError where what an operation is asked for does not fit its arrays. */
function fits(name: string, fit: boolean): void {
  if (!fit) throw new TypeError(`${name} does not fit its arrays`);
}

const isAxis = (x: Tensor, axis: number): boolean => axis >= 0 && axis < x.shape.length;

const matmul: ArrayOp = ([a, b]) => {
  const inner = a!.shape[1]!;
  fits('matmul', a!.shape.length === 2 && b!.shape.length === 2 && b!.shape[0] === inner);
  return build([a!.shape[0]!, b!.shape[1]!], ([i, j]) => {
    let total: Tower = zero;
    for (let k = 0; k < inner; k++) total = add(total, mul(at(a!, [i!, k]), at(b!, [k, j!])));
    return total;
  });
};

/** Axis i of the result is axis perm[i] of the input; reversed where `perm` is left out. */
const transpose: ArrayOp = ([x], attributes) => {
  const perm = (attributes.perm as readonly number[] | undefined) ?? x!.shape.map((_, i) => i).reverse();
  fits('transpose', perm.length === x!.shape.length && perm.every((axis) => isAxis(x!, axis)));
  return build(
    perm.map((axis) => x!.shape[axis]!),
    (index) => {
      const source: number[] = [];
      perm.forEach((axis, i) => {
        source[axis] = index[i]!;
      });
      return at(x!, source);
    },
  );
};

const reshape: ArrayOp = ([x], attributes) => {
  const shape = attributes.shape as readonly number[];
  fits('reshape', sizeOf(shape) === x!.data.length);
  return { shape, data: x!.data };
};

const slice: ArrayOp = ([x], attributes) => {
  const start = attributes.start as readonly number[];
  const stop = attributes.stop as readonly number[];
  fits('slice', stop.length === x!.shape.length && stop.every((to, axis) => to <= x!.shape[axis]!));
  return build(
    start.map((from, axis) => stop[axis]! - from),
    (index) =>
      at(
        x!,
        index.map((i, axis) => i + start[axis]!),
      ),
  );
};

/** Each fibre along `axis` mapped to a fibre of the same length, or to one number. */
function alongAxis(x: Tensor, axis: number, keep: boolean, f: (fibre: Tower[]) => Tower[]): Tensor {
  fits('an operation along an axis', isAxis(x, axis) && x.shape[axis]! > 0);
  const length = x.shape[axis]!;
  const outer = x.shape.map((n, i) => (i === axis ? 1 : n));
  const results = new Map<string, Tower[]>();
  for (const index of indices(outer)) {
    const fibre = Array.from({ length }, (_, k) => at(x, index.toSpliced(axis, 1, k)));
    results.set(index.join(), f(fibre));
  }
  if (!keep) return { shape: x.shape.toSpliced(axis, 1), data: [...results.values()].map((v) => v[0]!) };
  return build(x.shape, (index) => results.get(index.toSpliced(axis, 1, 0).join())![index[axis]!]!);
}

/**
 * exp(x − m) for the largest element m. Any m gives the same result, so m is a constant here, as in the
 * textbook's derivative, whose rounding is then what is allowed.
 */
function shifted(fibre: readonly Tower[], functions: Functions): { largest: Tower; powers: Tower[] } {
  let { hi, lo } = bottom(fibre[0]!);
  for (const v of fibre) {
    const b = bottom(v);
    if (b.hi > hi) ({ hi, lo } = b);
  }
  const largest = { hi, lo, err: 0 };
  return { largest, powers: fibre.map((v) => call(functions.exp, sub(v, largest))) };
}

const total = (list: readonly Tower[]): Tower => list.reduce(add);

const softmax: ArrayOp = ([x], attributes, functions) =>
  alongAxis(x!, attributes.axis as number, true, (fibre) => {
    const { powers } = shifted(fibre, functions);
    const all = total(powers);
    return powers.map((p) => div(p, all));
  });

const logsumexp: ArrayOp = ([x], attributes, functions) =>
  alongAxis(x!, attributes.axis as number, false, (fibre) => {
    const { largest, powers } = shifted(fibre, functions);
    return [add(largest, call(functions.log, total(powers)))];
  });

/** Array operations by name, as `engine/seed/contract.ts` says what they mean. */
export const arrayOperations: Readonly<Record<string, ArrayOp>> = {
  sum,
  matmul,
  transpose,
  reshape,
  slice,
  softmax,
  logsumexp,
};
