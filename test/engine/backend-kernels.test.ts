import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../engine/index.ts';
import { type LoopName, loopOf } from '../../engine/backend/elementwise.ts';
import { compile } from '../../engine/backend/index.ts';
import { written } from '../../engine/backend/loops.ts';
import { NDArray } from '../../engine/core/ndarray.ts';
import { NONE, type Params, type Single } from '../../engine/core/program.ts';
import type { Value } from '../../engine/core/trace.ts';
import { table } from '../../engine/elementwise/rules.ts';
import type { ElementwiseName } from '../../engine/elementwise/table.ts';
import { threefry } from '../../engine/kernels/random.ts';
import { stage } from '../../engine/transform/stage.ts';
import { arrayOf } from './backend-programs.ts';
import { bind } from './support/primitives.ts';

const array = (list: number[], shape: readonly number[] = [list.length]) =>
  new NDArray(Float64Array.from(list), shape, 'float64');
const ints = (list: number[], shape: readonly number[] = [list.length]) =>
  new NDArray(Int32Array.from(list), shape, 'int32');

function listOf<P extends Single>(primitive: P, inputs: readonly Value[], params: Params<P>): number[] {
  return [...(bind(primitive, inputs, params) as NDArray).data];
}

/** Numbers from −0.5 to 0.5, the same in each run. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
}

describe('elementwise loops', () => {
  const special = [
    0,
    -0,
    1,
    -1,
    0.3,
    -2.5,
    1e-310,
    1e308,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ];

  it('of one input read a 0-d input that is stretched to a shape', () => {
    const program = stage(
      ([x, y]) => [
        bind('mul', [bind('exp', [bind('broadcast', [x!], { shape: [700], axes: [] })], NONE), y!], NONE),
        bind('cosh', [bind('broadcast', [x!], { shape: [700], axes: [] })], NONE),
      ],
      [
        { shape: [], dtype: 'float64' },
        { shape: [700], dtype: 'float64' },
      ],
    );
    const [product, cosh] = compile(program)([array([2], []), array(new Array(700).fill(3))]);
    expect(product!.data).toEqual(new Float64Array(700).fill(Math.exp(2) * 3));
    expect(cosh!.data).toEqual(new Float64Array(700).fill(table.cosh.value(2)));
  });

  const loops = (Object.keys(written) as LoopName[]).filter((name): name is ElementwiseName => name in table);

  it('written out and as single numbers give what the table gives, to the bit, for each way of being 0-d', () => {
    for (const name of [...loops, 'sin', 'cos'] as ElementwiseName[]) {
      const { value } = table[name];
      const left = special.flatMap((a) => special.map(() => a));
      const right = special.flatMap(() => special);
      const all = Float64Array.from(left, (a, i) => value(a, right[i]!));
      const out = new Float64Array(left.length);
      const [a, b] = [Float64Array.from(left), Float64Array.from(right)];
      if (loops.includes(name)) {
        loopOf(name)(out, out.length, a, 1, b, 1, a, 0, 0);
        expect(out, name).toEqual(all);
        for (const [i, x] of value.length === 2 ? special.entries() : []) {
          const one = Float64Array.of(x);
          loopOf(name)(out, special.length, one, 0, b, 1, a, 0, 0);
          expect(out.slice(0, special.length), name).toEqual(
            all.slice(i * special.length, (i + 1) * special.length),
          );
          loopOf(name)(out, out.length, a, 1, one, 0, a, 0, 0);
          expect(out, name).toEqual(Float64Array.from(left, (y) => value(y, x)));
          loopOf(name)(out, 2, one, 0, one, 0, a, 0, 0);
          expect(out.slice(0, 2), name).toEqual(Float64Array.of(value(x, x), value(x, x)));
        }
      }
      const scalar = { shape: [], dtype: 'float64' } as const;
      const avals = value.length === 1 ? [scalar] : [scalar, scalar];
      const run = compile(stage((inputs) => [bind(name, inputs, NONE)], avals));
      left.forEach((x, i) => {
        const [got] = run([array([x], []), array([right[i]!], [])].slice(0, avals.length));
        expect(Object.is(got!.data[0], Number(all[i])), `${name} of ${x}, ${right[i]}`).toBe(true);
      });
    }
  });
});

describe('reductions', () => {
  it('sum a million tenths to a few last places', () => {
    const [total] = listOf('reduceSum', [array(new Array(1_000_000).fill(0.1))], { axes: [0] });
    expect(Math.abs(total! - 100_000)).toBeLessThan(1e-9);
    const columns = listOf('reduceSum', [array(new Array(1_000_000).fill(0.1), [500_000, 2])], { axes: [0] });
    for (const column of columns) expect(Math.abs(column - 50_000)).toBeLessThan(1e-9);
  });

  it('sum along any axes what loops sum', () => {
    const x = arrayOf([3, 40, 5], numbers());
    const at = (i: number, j: number, k: number) => x.data[(i * 40 + j) * 5 + k]!;
    const sums = listOf('reduceSum', [x], { axes: [0, 2] });
    sums.forEach((sum, j) => {
      let want = 0;
      for (let i = 0; i < 3; i++) for (let k = 0; k < 5; k++) want += at(i, j, k);
      expect(sum).toBeCloseTo(want, 13);
    });
  });

  it('of nothing are 0 and 1; the largest of nothing is refused', () => {
    const none = array([], [0, 2]);
    expect(listOf('reduceSum', [none], { axes: [0] })).toEqual([0, 0]);
    expect(listOf('reduceProd', [none], { axes: [0] })).toEqual([1, 1]);
    expect(() => bind('reduceMax', [none], { axes: [0] })).toThrow(/nothing to choose from/);
  });

  it('pass NaN on', () => {
    const x = array([1, Number.NaN, 3, 4, 5, 6], [2, 3]);
    expect(listOf('reduceMax', [x], { axes: [1] })).toEqual([Number.NaN, 6]);
    expect(listOf('reduceMin', [x], { axes: [0] })).toEqual([1, Number.NaN, 3]);
  });

  it('find the first largest, NaN being larger than all', () => {
    const x = array([1, 5, 5, 2, Number.NaN, 9], [2, 3]);
    expect(listOf('argmax', [x], { axis: 1 })).toEqual([1, 1]);
    expect(listOf('argmax', [x], { axis: 0 })).toEqual([1, 1, 1]);
  });
});

describe('sorting', () => {
  it('is stable and puts NaN last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(3, 1, 2, 0, -0, Number.NaN, Number.NEGATIVE_INFINITY), { minLength: 1 }),
        (list) => {
          const want = list
            .map((_, i) => i)
            .sort((i, j) => {
              const [a, b] = [list[i]!, list[j]!];
              if (Number.isNaN(a) || Number.isNaN(b))
                return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
              return a < b ? -1 : a > b ? 1 : 0;
            });
          expect(listOf('argsort', [array(list)], NONE)).toEqual(want);
        },
      ),
    );
  });
});

describe('shapes', () => {
  it('pad around and between', () => {
    const x = array([1, 2, 3]);
    expect(listOf('pad', [x], { low: [1], high: [2], interior: [1] })).toEqual([0, 1, 0, 2, 0, 3, 0, 0]);
  });

  it('gather and add at positions; an index outside is refused by number', () => {
    const x = array([10, 20, 30, 40], [2, 2]);
    expect(listOf('gather', [x, ints([3, 0, 3])], NONE)).toEqual([40, 10, 40]);
    expect(listOf('scatterAdd', [array([1, 2, 4]), ints([1, 1, 0])], { size: 3 })).toEqual([4, 3, 0]);
    for (const outside of [4, -5]) {
      expect(() => bind('index', [ints([0, outside])], { op: 'take', length: 4 })).toThrow(
        `take: index ${outside} is not inside an axis of length 4`,
      );
    }
  });

  it('to int32 cut toward zero; what int32 does not hold is refused', () => {
    expect(listOf('convert', [array([1.9, -1.9, 2 ** 31 - 0.5])], { dtype: 'int32' })).toEqual([
      1,
      -1,
      2 ** 31 - 1,
    ]);
    expect(() => bind('convert', [array([Number.NaN])], { dtype: 'int32' })).toThrow(/NaN is no int32/);
    expect(() => bind('convert', [array([2 ** 31])], { dtype: 'int32' })).toThrow(/2147483648 is no int32/);
  });
});

describe('products', () => {
  it('of matrices of any size, lying either way, are what loops compute', () => {
    const next = numbers();
    const size = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        fc.boolean(),
        (m, n, k, turnA, turnB) => {
          const a = arrayOf(turnA ? [k, m] : [m, k], next);
          const b = arrayOf(turnB ? [n, k] : [k, n], next);
          const got = listOf('dot', [a, b], {
            contract: [[turnA ? 0 : 1], [turnB ? 1 : 0]],
            batch: [[], []],
          });
          let worst = 0;
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let want = 0;
              for (let p = 0; p < k; p++) {
                want += a.data[turnA ? p * m + i : i * k + p]! * b.data[turnB ? j * k + p : p * n + j]!;
              }
              worst = Math.max(worst, Math.abs(want - got[i * n + j]!));
            }
          }
          expect(worst).toBeLessThan(1e-13 * k);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('go batch by batch, over axes in any order', () => {
    const a = arrayOf([2, 3, 4, 5], numbers());
    const b = arrayOf([5, 4, 2, 6], numbers());
    const got = bind('dot', [a, b], {
      contract: [
        [1 + 1, 3],
        [1, 0],
      ],
      batch: [[0], [2]],
    }) as NDArray;
    expect(got.shape).toEqual([2, 3, 6]);
    let want = 0;
    for (let p = 0; p < 4; p++) {
      for (let q = 0; q < 5; q++)
        want += a.data[((1 * 3 + 2) * 4 + p) * 5 + q]! * b.data[((q * 4 + p) * 2 + 1) * 6 + 4]!;
    }
    expect(got.data[(1 * 3 + 2) * 6 + 4]).toBeCloseTo(want, 14);
  });
});

describe('linear algebra', () => {
  const next = numbers();
  const n = 6;
  const a = arrayOf([2, n, n], next);
  const b = arrayOf([2, n, 3], next);
  const product = (x: Value, y: Value, transposed = false) =>
    bind('dot', [x, y], { contract: [[transposed ? 1 : 2], [1]], batch: [[0], [0]] }) as NDArray;
  const near = (x: NDArray, y: NDArray) =>
    x.data.forEach((value, i) => {
      expect(value).toBeCloseTo(y.data[i]!, 10);
    });

  it('solves systems and transposed ones, matrix by matrix', () => {
    near(product(a, bind('solve', [a, b], { transposed: false })), b);
    near(product(a, bind('solve', [a, b], { transposed: true }), true), b);
  });

  it('solves triangular systems, reading only their triangle', () => {
    for (const lower of [true, false]) {
      for (const unit of [true, false]) {
        const triangle = new NDArray(
          a.data.map((value, i) => {
            const [row, column] = [Math.floor(i / n) % n, i % n];
            if (row === column) return unit ? 1 : value + 2;
            return row > column === lower ? value : 0;
          }) as Float64Array,
          a.shape,
          'float64',
        );
        const dirty = new NDArray(
          a.data.map((value, i) => {
            const [row, column] = [Math.floor(i / n) % n, i % n];
            return row === column && !unit ? value + 2 : value;
          }) as Float64Array,
          a.shape,
          'float64',
        );
        for (const transposed of [true, false]) {
          near(
            product(triangle, bind('triangularSolve', [dirty, b], { lower, transposed, unit }), transposed),
            b,
          );
        }
      }
    }
  });

  it('factorises positive definite matrices, and gives NaN for others', () => {
    const spd = product(a, a, true);
    const factor = bind('cholesky', [spd], NONE);
    near(bind('dot', [factor, factor], { contract: [[2], [2]], batch: [[0], [0]] }) as NDArray, spd);
    expect(listOf('cholesky', [array([1, 2, 2, 1], [2, 2])], NONE)).toEqual(new Array(4).fill(Number.NaN));
  });

  it('knows determinants, their signs and logarithms, and those of singular and empty matrices', () => {
    const x = array([0, 2, 1, 3, 0, 0, 0, 1, 1], [3, 3]);
    expect(listOf('det', [x], NONE)[0]).toBeCloseTo(-3, 14);
    expect(listOf('logdet', [x], NONE)[0]).toBeCloseTo(Math.log(3), 14);
    expect(listOf('det', [array([1, 2, 2, 4], [2, 2])], NONE)[0]).toBeCloseTo(0, 15);
    expect(listOf('logdet', [array([0, 0, 0, 0], [2, 2])], NONE)).toEqual([Number.NEGATIVE_INFINITY]);
    expect(listOf('det', [array([], [0, 0])], NONE)).toEqual([1]);
  });
});

describe('running along an axis', () => {
  it('sums, multiplies and recurs forwards and backwards', () => {
    const x = array([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(listOf('cumsum', [x], { axis: 1, reverse: false })).toEqual([1, 3, 6, 4, 9, 15]);
    expect(listOf('cumsum', [x], { axis: 0, reverse: true })).toEqual([5, 7, 9, 4, 5, 6]);
    expect(listOf('cumprod', [x], { axis: 1, reverse: true })).toEqual([6, 6, 3, 120, 30, 6]);
    const half = array(new Array(6).fill(0.5), [2, 3]);
    expect(listOf('linearRecurrence', [half, x], { axis: 1, reverse: false })).toEqual([
      1, 2.5, 4.25, 4, 7, 9.5,
    ]);
    expect(listOf('linearRecurrence', [half, x], { axis: 1, reverse: true })).toEqual([
      2.75, 3.5, 3, 8, 8, 6,
    ]);
  });
});

describe('random numbers', () => {
  it('are those of Threefry-2x32 with 20 rounds: its published answers', () => {
    const answers = [
      [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
      [-1, -1, -1, -1, 0x1cb996fc, 0xbb002be7],
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
    ] as const;
    for (const [key0, key1, word0, word1, want0, want1] of answers) {
      const words = Int32Array.of(word0, word1);
      threefry(key0, key1, words);
      expect([words[0]! >>> 0, words[1]! >>> 0]).toEqual([want0, want1]);
    }
  });

  it('are uniform in [0, 1), follow from their key, and differ between the keys it splits into', () => {
    const key = ints([1, 2]);
    const draws = listOf('randomUniform', [key], { shape: [20_000] });
    expect(draws.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(draws.reduce((sum, x) => sum + x, 0) / 20_000 - 0.5)).toBeLessThan(0.01);
    expect(listOf('randomUniform', [key], { shape: [3] })).toEqual(draws.slice(0, 3));
    const keys = bind('randomSplit', [key], { count: 50 }) as NDArray;
    expect(
      new Set(Array.from({ length: 50 }, (_, i) => `${keys.data[2 * i]} ${keys.data[2 * i + 1]}`)).size,
    ).toBe(50);
  });
});
