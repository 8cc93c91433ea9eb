import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import * as e from '../../engine/ops/index.ts';
import { grad, hessian } from '../../engine/transform/index.ts';
import { build, check, expectValue, get, type Plain, plainOf, toEngine } from './ops-naive.ts';

/** Diagonally dominant, so that nothing is near singular. */
const regular = (n: number, batch: readonly number[] = []): fc.Arbitrary<Plain> =>
  plainOf([...batch, n, n]).map((x) => build(x.shape, (i) => get(x, i) + (i.at(-1) === i.at(-2) ? 20 : 0)));

const side = fc.integer({ min: 0, max: 4 });

/** Leibniz: the sum over all permutations. */
function determinant(a: readonly (readonly number[])[]): number {
  if (a.length === 0) return 1;
  return a[0]!.reduce(
    (sum, x, j) =>
      sum + (j % 2 === 0 ? 1 : -1) * x * determinant(a.slice(1).map((row) => row.filter((_, k) => k !== j))),
    0,
  );
}

const rowsOf = (x: Plain) =>
  Array.from({ length: x.shape[0]! }, (_, i) =>
    Array.from({ length: x.shape[1]! }, (_, j) => get(x, [i, j])),
  );
const plain = (x: Parameters<typeof e.unpack>[0]): Plain => {
  const { shape, data } = e.unpack(x);
  return { shape, data: Array.from(data) };
};

describe('systems of equations', () => {
  it('A times what solve gives is B, for matrices, one vector, and a broadcast batch', () => {
    const cases = fc
      .tuple(side, side)
      .chain(([n, columns]) => fc.record({ a: regular(n, [2]), b: plainOf([n, columns]), v: plainOf([n]) }));
    check(cases, ({ a, b, v }) => {
      const A = toEngine(a);
      const X = e.solve(A, toEngine(b));
      expectValue(
        e.matmul(A, X),
        build([2, ...b.shape], (i) => get(b, i.slice(1))),
        10,
      );
      expectValue(
        e.matmul(A, e.expandDims(e.solve(A, toEngine(v)), { axes: -1 })),
        build([2, ...v.shape, 1], (i) => get(v, [i[1]!])),
        10,
      );
    });
  });

  it('triangularSolve reads one triangle, and its diagonal unless that is ones', () => {
    const cases = side.chain((n) =>
      fc.record({
        a: regular(n),
        b: plainOf([n, 2]),
        lower: fc.boolean(),
        transposed: fc.boolean(),
        unit: fc.boolean(),
      }),
    );
    check(cases, ({ a, b, lower, transposed, unit }) => {
      const triangle = build(a.shape, ([i, j]) => {
        if (i === j) return unit ? 1 : get(a, [i!, j!]);
        return lower === i! > j! ? get(a, [i!, j!]) / 8 : 0;
      });
      const whole = build(a.shape, ([i, j]) => (i === j ? get(a, [i!, j!]) : get(a, [i!, j!]) / 8));
      const X = e.triangularSolve(toEngine(whole), toEngine(b), { lower, transposed, unit });
      const T = transposed ? e.transpose(toEngine(triangle)) : toEngine(triangle);
      expectValue(e.matmul(T, X), b, 9);
    });
  });

  it('inverse times A is the identity', () => {
    check(
      side.chain((n) => regular(n)),
      (a) => {
        expectValue(e.matmul(e.inverse(toEngine(a)), toEngine(a)), plain(e.eye(a.shape[0]!)), 12);
      },
    );
  });
});

describe('factors and determinants', () => {
  it('cholesky gives the lower L with L Lᵀ = A', () => {
    check(
      side.chain((n) => plainOf([n, n])),
      (m) => {
        const M = toEngine(m);
        const A = e.add(e.matmul(M, e.transpose(M)), e.eye(m.shape[0]!));
        const L = e.cholesky(A);
        expectValue(e.matmul(L, e.transpose(L)), plain(A), 9);
        expectValue(
          e.triu(L, { k: 1 }),
          build(m.shape, () => 0),
        );
      },
    );
    expect(e.unpack(e.cholesky(e.array([[-1]]))).data[0]).toBeNaN();
  });

  it('det, logdet and slogdet agree with the sum over permutations', () => {
    check(
      side.chain((n) => plainOf([n, n])),
      (a) => {
        const expected = determinant(rowsOf(a));
        expectValue(e.det(toEngine(a)), { shape: [], data: [expected] }, 9);
        const { sign, logdet } = e.slogdet(toEngine(a));
        if (Math.abs(expected) < 1e-9) return;
        expectValue(logdet, { shape: [], data: [Math.log(Math.abs(expected))] }, 9);
        expectValue(e.logdet(toEngine(a)), plain(logdet));
        expectValue(sign, { shape: [], data: [Math.sign(expected)] });
      },
    );
  });

  /** det A as the sum over its permutations, written with operations: a polynomial, with slopes everywhere. */
  const polynomial = (a: Value): Value => {
    const n = e.shapeOf(a)[0]!;
    if (n === 0) return 1;
    return Array.from({ length: n }, (_, j) => {
      const others = [0, 1, 2, 3].slice(0, n).filter((k) => k !== j);
      const rest = e.take(e.slice(a, { start: 1 }), others, { axis: 1 });
      return e.mul(e.mul(j % 2 === 0 ? 1 : -1, e.at(a, 0, j)), polynomial(rest));
    }).reduce((sum, x) => e.add(sum, x));
  };
  /** Small whole numbers, so that many are singular. */
  const wholes = fc
    .integer({ min: 1, max: 4 })
    .chain((n) => fc.array(fc.integer({ min: -1, max: 2 }), { minLength: n * n, maxLength: n * n }));

  it('det keeps a NaN in its slope, and the slopes of matrices whose rows and columns are far apart', () => {
    const slopes = (n: number, entries: readonly number[]) =>
      Array.from(e.unpack(grad(e.det)(e.array(entries, [n, n]))[0] as Value).data);
    expect(slopes(2, [0, Number.NaN, 0, 0])).toEqual(new Array(4).fill(Number.NaN));
    const diagonal = (numbers: readonly number[]) =>
      numbers.flatMap((x, i) => numbers.map((_, j) => (i === j ? x : 0)));
    expect(slopes(4, diagonal([2 ** 660, 2 ** 661, 2 ** -662, 2 ** -660]))).toEqual(
      diagonal([2 ** -661, 2 ** -662, 2 ** 661, 2 ** 659]),
    );
  });

  it('det has its first two slopes at singular matrices, too', () => {
    let singular = 0;
    check(wholes, (data) => {
      const n = Math.sqrt(data.length);
      const a = e.array(data, [n, n]);
      if (Math.abs(e.item(e.det(a)) as number) < 1e-9) singular++;
      expectValue(grad(e.det)(a)[0], plain(grad(polynomial)(a)[0]), 9);
      const second = (f: (x: Value) => Value) => hessian(f)(a)[0]![0] as Value;
      expectValue(second(e.det), plain(second(polynomial)), 9);
    });
    expect(singular).toBeGreaterThan(0);
    const ends = e.array(
      Array.from({ length: 100 }, (_, k) => (k % 11 === 0 && k < 99 ? 2 : 0)),
      [10, 10],
    );
    const [slope] = grad(e.det)(ends);
    expectValue(
      slope,
      build([10, 10], ([i, j]) => (i === 9 && j === 9 ? 512 : 0)),
    );
  });

  it('det has a slope where it leaves the range itself', () => {
    for (const size of [1e200, 1e-200]) {
      const [slope] = grad(e.det)(e.mul(size, e.eye(2)));
      expectValue(slope, { shape: [2, 2], data: [size, 0, 0, size] });
    }
  });

  it('slogdet knows the sign where the determinant overflows or underflows', () => {
    for (const scale of [1e200, 1e-200]) {
      const a = e.mul(
        e.array([
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 1],
        ]),
        scale,
      );
      expect(e.item(e.slogdet(a).sign)).toBe(-1);
      expect(e.item(e.slogdet(a).logdet)).toBeCloseTo(3 * Math.log(scale), 10);
    }
    expect(e.item(e.slogdet(e.zeros([2, 2])).sign)).toBe(0);
    expect(e.item(e.slogdet(e.zeros([2, 2])).logdet)).toBe(-Infinity);
  });
});

describe('what is refused', () => {
  it.each([
    ['no square', () => e.det(e.ones([2, 3])), /det: wants square matrices, got f64\[2, 3\]/],
    ['a vector', () => e.cholesky(e.ones(2)), /cholesky: wants square matrices, got f64\[2\]/],
    [
      'another number of rows',
      () => e.solve(e.eye(2), e.ones([3, 1])),
      /solve: inputs f64\[2, 2\] and f64\[3, 1\] do not go together/,
    ],
    [
      'a number as right-hand side',
      () => e.solve(e.eye(2), 1),
      /inputs f64\[2, 2\] and f64\[\] do not go together/,
    ],
    [
      'batches that differ',
      () => e.solve(e.ones([2, 1, 1]), e.ones([3, 1, 1])),
      /inputs f64\[2, 1, 1\] and f64\[3, 1, 1\] do not go together/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
