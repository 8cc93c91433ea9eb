import fc from 'fast-check';
import '../../engine/index.ts';
import { NDArray } from '../../engine/core/ndarray.ts';
import { NONE, type Program } from '../../engine/core/program.ts';
import { range, sizeOf } from '../../engine/core/shape.ts';
import { avalOf, type Value } from '../../engine/core/trace.ts';
import { stage } from '../../engine/transform/stage.ts';
import { bind } from './support/primitives.ts';

/** A program and inputs for it. */
export interface Case {
  readonly program: Program;
  readonly inputs: readonly NDArray[];
}

/** Numbers between −2 and 2, some of them 0, −0, infinite or NaN where that is wanted. */
export function arrayOf(shape: readonly number[], next: () => number): NDArray {
  const data = Float64Array.from({ length: sizeOf(shape) }, () => next());
  return new NDArray(data, shape, 'float64');
}

/** Draws from a list of numbers in [0, 1), over and over. */
class Draws {
  private at = 0;
  private readonly list: readonly number[];
  constructor(list: readonly number[]) {
    this.list = list;
  }
  next(): number {
    return this.list[this.at++ % this.list.length]!;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const SHAPES = [
  [],
  [1],
  [3],
  [2, 3],
  [3, 2],
  [4, 5],
  [3, 1, 4],
  [2, 3, 4],
  [7, 90],
  [600],
  [3, 7, 40],
] as const;
const UNARY = ['neg', 'square', 'abs', 'relu', 'tanh', 'sin', 'sigmoid', 'floor', 'exp'] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'max', 'min', 'atan2'] as const;

/** Programs of up to 40 steps over shapes small and larger than a block, from chains of choices. */
export const programs: fc.Arbitrary<Case> = fc
  .array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: 20, maxLength: 200 })
  .map((list) => build(new Draws(list)));

function build(draws: Draws): Case {
  const shapes = [draws.of(SHAPES), draws.of(SHAPES), draws.of(SHAPES)];
  const inputs = shapes.map((shape) => arrayOf(shape, () => 4 * draws.next() - 2));
  const program = stage(
    (values) => {
      const known: Value[] = [...values];
      const count = 5 + draws.below(35);
      for (let i = 0; i < count; i++) known.push(grown(known, draws));
      return range(0, 3).map(() => draws.of(known));
    },
    inputs.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  return { program, inputs };
}

function grown(known: readonly Value[], draws: Draws): Value {
  // Newer values are likelier, so that chains grow.
  const x = known[known.length - 1 - draws.below(Math.min(known.length, 6))]!;
  const { shape } = avalOf(x);
  const rank = shape.length;
  const axis = draws.below(Math.max(rank, 1));
  switch (draws.below(16)) {
    case 0:
    case 1:
    case 2:
      return bind(draws.of(UNARY), [x], NONE);
    case 3:
    case 4:
    case 5:
    case 6: {
      const partners = known.filter(
        (y) => String(avalOf(y).shape) === String(shape) || avalOf(y).shape.length === 0,
      );
      const y =
        draws.below(3) === 0 ? draws.of([0, -0, 1, -1, 2, 0.5, 3]) : (draws.of([x, ...partners]) as Value);
      return bind(draws.of(BINARY), draws.below(2) === 0 ? [x, y] : [y, x], NONE);
    }
    case 7: {
      const mask = bind('less', [x, draws.of([0, 0.5, Number.NaN])], NONE);
      return bind('select', [mask, x, draws.of([0, 1, x])], NONE);
    }
    case 8: {
      const perm = range(0, rank).reverse();
      return bind('transpose', [x], { perm });
    }
    case 9:
      return bind('reshape', [x], { shape: draws.of([[sizeOf(shape)], [1, ...shape], [...shape, 1]]) });
    case 10: {
      if (sizeOf(shape) > 100)
        return bind(draws.of(['reduceSum', 'reduceMax'] as const), [x], { axes: [axis] });
      const length = 2 + draws.below(3);
      return bind('broadcast', [x], { shape: [length, ...shape], axes: range(1, rank + 1) });
    }
    case 11: {
      if (rank === 0) return bind('broadcast', [x], { shape: [5], axes: [] });
      const start = shape.map((n, i) => (i === axis && n > 1 ? 1 : 0));
      return bind('slice', [x], { start, stop: shape, step: shape.map((_, i) => (i === axis ? 2 : 1)) });
    }
    case 12:
      return bind('reverse', [x], { axes: rank === 0 ? [] : [axis] });
    case 13: {
      const one = shape.map((_, i) => (i === axis ? 1 : 0));
      const none = shape.map(() => 0);
      return draws.below(2) === 0
        ? bind('pad', [x], { low: one, high: none, interior: none })
        : bind('pad', [x], {
            low: none,
            high: one.map((n) => -n * Math.min(1, shape[axis]!)),
            interior: none,
          });
    }
    case 14: {
      if (rank === 0) return bind('mul', [x, x], NONE);
      const axes = draws.below(2) === 0 ? [axis] : range(0, rank);
      return bind(draws.of(['reduceSum', 'reduceProd'] as const), [x], { axes });
    }
    default: {
      if (rank === 0 || sizeOf(shape) > 150) return bind('neg', [x], NONE);
      const lines = bind('cumsum', [x], { axis, reverse: draws.below(2) === 0 });
      return bind('dot', [x, lines], { contract: [[axis], [axis]], batch: [[], []] });
    }
  }
}
