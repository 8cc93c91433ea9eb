import { below, pick } from '../../checks/draw.ts';
import type { Attributes, Mode } from '../../checks/program.ts';
import type { Case, Draw } from '../../checks/types.ts';
import { numsOf, type Shape, sizeOf, weigh } from './array-cases.ts';
import { type Builder, program } from './build.ts';
import { ASKED, firstTelling, request, tellingCase } from './case.ts';

/** A node of a typed graph. */
interface Typed {
  readonly node: number;
  readonly shape: Shape;
}

/** What an operation makes of drawn values, or null where none of them fits it. */
type Step = (draw: Draw, b: Builder, any: () => Typed) => Typed | null;

/** Elements of a value at most: what is larger costs more to know than it says. */
const LARGEST = 9;

function joined(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const n = a[axis - rank + a.length] ?? 1;
    const m = b[axis - rank + b.length] ?? 1;
    if (n !== m && n !== 1 && m !== 1) return null;
    shape.push(n === 1 ? m : n);
  }
  return sizeOf(shape) <= LARGEST ? shape : null;
}

/** Operations that keep small values small. */
const TAME = ['sin', 'cos', 'tanh'] as const;
const JOIN = ['add', 'mul', 'sub'] as const;

/** Two values of shapes that broadcast, or one value twice. */
function join(draw: Draw, b: Builder, x: Typed, y: Typed): Typed {
  const shape = joined(x.shape, y.shape);
  if (shape === null) return { node: b.op(pick(draw, JOIN), x.node, x.node), shape: x.shape };
  return { node: b.op(pick(draw, JOIN), x.node, y.node), shape };
}

/** A tame function, or a quotient whose divisor is far from 0. */
const elementwise = (draw: Draw, b: Builder, any: () => Typed): Typed => {
  const [x, y] = [any(), any()];
  const shape = joined(x.shape, y.shape);
  if (shape === null || below(draw, 2) === 0) return { node: b.op(pick(draw, TAME), x.node), shape: x.shape };
  const positive = b.op('add', b.op('mul', y.node, y.node), b.constant(0.5));
  return { node: b.op('div', x.node, positive), shape };
};

const along = (b: Builder, name: string, x: Typed, attributes: Attributes, shape: Shape): Typed => ({
  node: b.arrayOp(name, [x.node], attributes),
  shape,
});

/** Steps of operations that need axes give null for a number. */
const ARRAY_STEPS: Readonly<Record<string, Step>> = {
  sum: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0) return null;
    const axes = x.shape.flatMap((_, axis) => (below(draw, 2) === 0 ? [axis] : []));
    const keepdims = below(draw, 2) === 0;
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    return along(b, 'sum', x, { axes, keepdims }, keepdims ? kept : kept.filter((_, i) => !axes.includes(i)));
  },
  matmul: (_draw, b, any) => {
    const [x, y] = [any(), any()];
    if (x.shape.length !== 2 || y.shape.length !== 2) return null;
    const fits = x.shape[1] === y.shape[0];
    const other = fits ? y : x.shape[0] === x.shape[1] ? x : null;
    return other && { node: b.op('matmul', x.node, other.node), shape: [x.shape[0]!, other.shape[1]!] };
  },
  transpose: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0) return null;
    const perm: number[] = [];
    for (let i = 0; i < x.shape.length; i++) perm.splice(below(draw, i + 1), 0, i);
    return along(
      b,
      'transpose',
      x,
      { perm },
      perm.map((axis) => x.shape[axis]!),
    );
  },
  reshape: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0) return null;
    const size = sizeOf(x.shape);
    const shape = pick(draw, [[size], [1, size], [size, 1], x.shape.toReversed(), [...x.shape, 1]]);
    return along(b, 'reshape', x, { shape }, shape);
  },
  slice: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0) return null;
    const start = x.shape.map((n) => (n === 0 ? 0 : below(draw, n)));
    const stop = x.shape.map((n, i) => (n === 0 ? 0 : start[i]! + 1 + below(draw, n - start[i]!)));
    return along(
      b,
      'slice',
      x,
      { start, stop },
      stop.map((to, i) => to - start[i]!),
    );
  },
  softmax: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0 || sizeOf(x.shape) === 0) return null;
    return along(b, 'softmax', x, { axis: below(draw, x.shape.length) }, x.shape);
  },
  logsumexp: (draw, b, any) => {
    const x = any();
    if (x.shape.length === 0 || sizeOf(x.shape) === 0) return null;
    const axis = below(draw, x.shape.length);
    return along(b, 'logsumexp', x, { axis }, x.shape.toSpliced(axis, 1));
  },
};

/** The array operations that graphs know. */
export const GRAPH_OPS: readonly string[] = Object.keys(ARRAY_STEPS);

/** Shapes of a graph's inputs: matrices that fit each other, rows and columns that stretch, single elements, nothing at all. */
const FAMILIES: readonly (readonly Shape[])[] = [
  [[2, 3], [3], []],
  [
    [2, 2],
    [2, 1],
  ],
  [[3], [1], []],
  [
    [2, 1, 2],
    [1, 2],
  ],
  [
    [1, 3],
    [3, 1],
  ],
  [[4], [1, 1], []],
  [[0, 2], [2], [1]],
];

/** A graph of elementwise steps, an `if` on a plain number, and array operations, `first` among them. */
function graph(
  draw: Draw,
  b: Builder,
  inputs: readonly Typed[],
  at: readonly (readonly number[])[],
  ops: readonly string[],
): Typed {
  const values: Typed[] = [...inputs];
  const any = (): Typed => pick(draw, values);
  const last = (): Typed => values.at(-1)!;
  const apply = (name: string, to: () => Typed): void => {
    let made: Typed | null = null;
    for (let tries = 0; made === null && tries < 8; tries++)
      made = ARRAY_STEPS[name]!(draw, b, tries < 2 ? to : any);
    values.push(made ?? join(draw, b, last(), any()));
  };
  const between = (): void => {
    const kind = below(draw, 3);
    if (kind === 0) values.push(elementwise(draw, b, any));
    else if (kind === 1) values.push(branched(draw, b, inputs, at, any()) ?? join(draw, b, any(), any()));
    else values.push(join(draw, b, any(), any()));
  };
  // Two operations, one on what the other gave: most mistakes that no operation makes alone are made by two.
  const pair = below(draw, 2) === 0 ? [ops[0]!, pick(draw, ops)] : [pick(draw, ops), ops[0]!];
  if (below(draw, 2) === 0) between();
  apply(pair[0]!, any);
  if (below(draw, 4) === 0) between();
  apply(pair[1]!, last);
  // What was made last, and an early value once more: nothing is a chain.
  return join(draw, b, last(), any());
}

/** One of two programs of a value, by an `if` on a plain input. */
function branched(
  draw: Draw,
  b: Builder,
  inputs: readonly Typed[],
  at: readonly (readonly number[])[],
  x: Typed,
): Typed | null {
  const on = inputs.findIndex(({ shape }) => shape.length === 0);
  if (on < 0) return null;
  const above = at[on]![0]! + (below(draw, 2) === 0 ? 0.25 : -0.25);
  const [over, under] = [pick(draw, TAME), pick(draw, TAME)];
  const node = b.branch(
    inputs[on]!.node,
    above,
    [x.node],
    (i, y) => i.op('mul', i.op(over, y), y),
    (i, y) => i.op('add', i.op(under, y), y),
  );
  return { node, shape: x.shape };
}

/** A drawn graph of arrays that holds the first of some operations, as a request; its result is a number, for `value` an array. */
export function arrayGraph(draw: Draw, ops: readonly string[], mode: Mode) {
  const shapes = pick(draw, FAMILIES);
  const data = shapes.map((shape) =>
    Array.from(
      { length: sizeOf(shape) },
      () => (1 + below(draw, 24)) * (below(draw, 2) === 0 ? 0.0625 : -0.0625),
    ),
  );
  const whole = mode === 'value' || mode === 'jvp';
  const built = program(shapes.length, (b, ...nodes) => {
    const inputs = nodes.map((node, i): Typed => ({ node, shape: shapes[i]! }));
    const result = graph(draw, b, inputs, data, ops);
    return whole ? result.node : weigh(b, result.node, result.shape);
  });
  const direction = shapes.map((shape) =>
    Array.from({ length: sizeOf(shape) }, () => (below(draw, 16) - 8) / 8),
  );
  const along = mode === 'jvp' || mode === 'hvp' ? numsOf(shapes, direction) : undefined;
  return request(built, mode, numsOf(shapes, data), along);
}

/** The gradient of a drawn graph that holds the first of some array operations, among the others. */
export function arrayGraphCase(draw: Draw, ops: readonly string[], fallback: () => Case): Case {
  const label = `${ASKED.grad} of a generated program of arrays with ${[...new Set(ops)].join(', ')}`;
  return firstTelling(() => tellingCase(label, arrayGraph(draw, ops, 'grad')), fallback);
}
