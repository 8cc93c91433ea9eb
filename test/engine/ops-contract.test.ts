import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../engine/ops/index.ts';
import {
  axisOf,
  build,
  check,
  expectValue,
  get,
  indices,
  type Plain,
  plainOf,
  plains,
  shapes,
  toEngine,
} from './ops-naive.ts';

const inner = fc.integer({ min: 0, max: 3 });
const sumOver = (n: number, term: (k: number) => number) =>
  Array.from({ length: n }, (_, k) => term(k)).reduce((a, b) => a + b, 0);

/** The index of an operand of this shape where the joint one is broadcast. */
const stretched = (index: readonly number[], shape: readonly number[]) =>
  index.slice(index.length - shape.length).map((i, axis) => (shape[axis] === 1 ? 0 : i));

describe('matmul by the rules of NumPy', () => {
  it('multiplies matrices, with leading axes broadcast', () => {
    const cases = fc
      .record({
        m: inner,
        k: inner,
        n: inner,
        batch: shapes(0, 2, 1),
        drop: fc.tuple(fc.nat(2), fc.nat(2)),
        ones: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      })
      .chain(({ m, k, n, batch, drop, ones }) => {
        const left = batch.slice(drop[0]).map((d, i) => (ones[i] ? 1 : d));
        const right = batch.slice(drop[1]).map((d, i) => (ones[i + 2] ? 1 : d));
        return fc.tuple(plainOf([...left, m, k]), plainOf([...right, k, n]));
      });
    check(cases, ([a, b]) => {
      const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
      const rank = Math.max(left.length, right.length);
      const batch = Array.from({ length: rank }, (_, i) => {
        const [p, q] = [left[i - rank + left.length] ?? 1, right[i - rank + right.length] ?? 1];
        return p === 1 ? q : p;
      });
      const expected = build([...batch, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
        const [i, j] = index.slice(-2) as [number, number];
        const at = index.slice(0, -2);
        return sumOver(
          a.shape.at(-1)!,
          (k) => get(a, [...stretched(at, left), i, k]) * get(b, [...stretched(at, right), k, j]),
        );
      });
      expectValue(e.matmul(toEngine(a), toEngine(b)), expected);
    });
  });

  it('takes a vector for a row on the left and a column on the right', () => {
    const cases = fc
      .tuple(inner, inner, shapes(0, 2))
      .chain(([k, n, batch]) => fc.tuple(plainOf([k]), plainOf([...batch, k, n]), plainOf([...batch, n, k])));
    check(cases, ([v, b, a]) => {
      const n = b.shape.at(-1)!;
      const expected = (m: Plain, right: boolean) =>
        build([...b.shape.slice(0, -2), n], (index) => {
          const at = index.slice(0, -1);
          return sumOver(
            v.shape[0]!,
            (k) => get(v, [k]) * get(m, right ? [...at, k, index.at(-1)!] : [...at, index.at(-1)!, k]),
          );
        });
      expectValue(e.matmul(toEngine(v), toEngine(b)), expected(b, true));
      expectValue(e.matmul(toEngine(a), toEngine(v)), expected(a, false));
    });
    expect(e.item(e.matmul(e.array([1, 2]), e.array([3, 4])))).toBe(11);
  });

  it('multiplies integers in float64 and keeps float32', () => {
    const a = e.eye(2, { dtype: 'int32' });
    expect(e.dtypeOf(e.matmul(a, a))).toBe('float64');
    expect(e.dtypeOf(e.matmul(e.eye(2, { dtype: 'float32' }), e.eye(2, { dtype: 'float32' })))).toBe(
      'float32',
    );
  });
});

describe('dot, outer, tensordot', () => {
  it('dot sums over the last axis of a and the one before the last of b', () => {
    const cases = fc
      .tuple(inner, shapes(0, 2), shapes(0, 1), inner)
      .chain(([k, p, q, n]) => fc.tuple(plainOf([...p, k]), plainOf([...q, k, n])));
    check(cases, ([a, b]) => {
      const rank = a.shape.length - 1;
      const expected = build([...a.shape.slice(0, -1), ...b.shape.slice(0, -2), b.shape.at(-1)!], (index) =>
        sumOver(
          a.shape.at(-1)!,
          (k) => get(a, [...index.slice(0, rank), k]) * get(b, [...index.slice(rank, -1), k, index.at(-1)!]),
        ),
      );
      expectValue(e.dot(toEngine(a), toEngine(b)), expected);
    });
    expect(e.dot(2, 3)).toBe(6);
    expect(e.dot(2, e.array([1, 2]))).toMatchObject({ value: [2, 4] });
  });

  it('outer multiplies each by each', () => {
    check(fc.tuple(plains(0, 2), plains(0, 2)), ([a, b]) => {
      const expected = build(
        [...a.shape, ...b.shape],
        (i) => get(a, i.slice(0, a.shape.length)) * get(b, i.slice(a.shape.length)),
      );
      expectValue(e.outer(toEngine(a), toEngine(b)), expected);
    });
  });

  it('tensordot pairs axes in the order in which they are named', () => {
    const a = e.array(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    const b = e.array(
      Array.from({ length: 24 }, (_, i) => i * i),
      [4, 2, 3],
    );
    expect(
      e.primal(
        e.tensordot(a, b, {
          axes: [
            [0, -1],
            [1, 0],
          ],
        }),
      ),
    ).toEqual(e.primal(e.einsum('aic,caj->ij', a, b)));
    expect(e.primal(e.tensordot(a, b, { axes: 1 }))).toEqual(e.primal(e.einsum('abi,icd->abcd', a, b)));
  });
});

/** Σ over everything that the result does not name, by brute force. */
function summation(subscripts: string, operands: readonly Plain[]): Plain {
  const [before, after] = subscripts.split('->') as [string, string];
  const inputs = before.split(',');
  const lengths = new Map(
    inputs.flatMap((names, k) => [...names].map((name, i) => [name, operands[k]!.shape[i]!] as const)),
  );
  const hidden = [...lengths.keys()].filter((name) => !after.includes(name));
  return build(
    [...after].map((name) => lengths.get(name)!),
    (index) => {
      const known = new Map([...after].map((name, i) => [name, index[i]!]));
      return indices(hidden.map((name) => lengths.get(name)!))
        .map((rest) => {
          for (const [i, name] of hidden.entries()) known.set(name, rest[i]!);
          return inputs.reduce(
            (product, names, k) =>
              product *
              get(
                operands[k]!,
                [...names].map((name) => known.get(name)!),
              ),
            1,
          );
        })
        .reduce((x, y) => x + y, 0);
    },
  );
}

describe('einsum', () => {
  const operand = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 });
  const cases = fc
    .tuple(fc.array(operand, { minLength: 1, maxLength: 3 }), fc.tuple(inner, inner, inner, inner))
    .chain(([inputs, lengths]) => {
      const names = [...new Set(inputs.flat())];
      const of = (name: string) => lengths['abcd'.indexOf(name)]!;
      return fc.record({
        inputs: fc.constant(inputs.map((x) => x.join(''))),
        output: fc.shuffledSubarray(names).map((x) => x.join('')),
        operands: fc.tuple(...inputs.map((x) => plainOf(x.map(of)))),
      });
    });

  it('agrees with a sum over all indices', () => {
    check(cases, ({ inputs, output, operands }) => {
      const subscripts = `${inputs.join(',')}->${output}`;
      expectValue(e.einsum(subscripts, ...operands.map(toEngine)), summation(subscripts, operands), 9);
    });
  });

  it('without an arrow the result has the names that occur once, in order', () => {
    check(fc.tuple(plainOf([2, 3]), plainOf([3, 2])), ([a, b]) => {
      expectValue(e.einsum('ba', toEngine(a)), summation('ba->ab', [a]));
      expectValue(e.einsum('cj, ja', toEngine(a), toEngine(b)), summation('cj,ja->ac', [a, b]));
    });
    expect(e.item(e.einsum('ii', e.eye(3)))).toBe(3);
  });

  it.each([
    ['an ellipsis', '...i->i', [e.ones(2)], /an ellipsis is not supported/],
    ['too few operands', 'i,i', [e.ones(2)], /is for 2 operands, got 1/],
    ['another rank', 'ij', [e.ones(2)], /operand 0 is f64\[2\], 'ij' names 2 axes/],
    ['two lengths', 'i,i', [e.ones(2), e.ones(3)], /i has length 2 and, in operand 1, 3/],
    ['a name from nowhere', 'i->k', [e.ones(2)], /no operand has k/],
    ['a name twice in the result', 'i->ii', [e.ones(2)], /the result has i twice/],
    ['no letters', 'i1', [e.ones(2)], /names are letters/],
  ] as const)('refuses %s', (_, subscripts, operands, message) => {
    expect(() => e.einsum(subscripts, ...operands)).toThrow(message);
  });
});

describe('cumulative', () => {
  const lines = plains(1, 3).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length), fc.boolean()));
  const soFar = (x: Plain, axis: number, reverse: boolean, f: (line: number[]) => number): Plain =>
    build(x.shape, (index) => {
      const n = x.shape[axis]!;
      const line = Array.from({ length: n }, (_, k) => get(x, index.with(axis, k)));
      return f(reverse ? line.slice(index[axis]).reverse() : line.slice(0, index[axis]! + 1));
    });

  it('cumsum and cumprod fold all so far', () => {
    check(lines, ([x, { given, axis }, reverse]) => {
      expectValue(
        e.cumsum(toEngine(x), { axis: given, reverse }),
        soFar(x, axis, reverse, (line) => line.reduce((a, b) => a + b, 0)),
      );
      expectValue(
        e.cumprod(toEngine(x), { axis: given, reverse }),
        soFar(x, axis, reverse, (line) => line.reduce((a, b) => a * b, 1)),
      );
    });
  });

  it('linearRecurrence goes on from a_k s + b_k', () => {
    check(lines, ([b, { given, axis }, reverse]) => {
      const expected = soFar(b, axis, reverse, (line) => line.reduce((s, v) => 0.5 * s + v, 0));
      expectValue(e.linearRecurrence(0.5, toEngine(b), { axis: given, reverse }), expected);
    });
    expect(e.linearRecurrence(e.array([2, 3, 4]), 1)).toMatchObject({ value: [1, 4, 17] });
  });
});

describe('what is refused', () => {
  it.each([
    [
      'inner lengths that differ',
      () => e.matmul(e.ones([2, 3]), e.ones([2, 3])),
      /inputs f64\[2, 3\] and f64\[2, 3\] do not go together/,
    ],
    [
      'batches that differ',
      () => e.matmul(e.ones([2, 2, 2, 2]), e.ones([3, 2, 2])),
      /inputs f64\[2, 2, 2, 2\] and f64\[3, 2, 2\] do not go together/,
    ],
    ['a number as matrix', () => e.matmul(2, e.ones([2, 2])), /`mul` scales/],
    [
      'vectors of two lengths',
      () => e.dot(e.ones(2), e.ones(3)),
      /dot: inputs f64\[2\] and f64\[3\] do not go together/,
    ],
    [
      'axes that differ',
      () => e.tensordot(e.ones([2, 3]), e.ones([2, 3]), { axes: [[0], [1]] }),
      /axes \[0\] of f64\[2, 3\] do not go with \[1\] of f64\[2, 3\]/,
    ],
    [
      'more axes than there are',
      () => e.tensordot(e.ones(3), e.ones(3)),
      /tensordot: `axes` \[-1, 0\] does not go with f64\[3\]/,
    ],
    ['a number to sum along', () => e.cumsum(3), /cumsum: `axis` -1 does not go with f64\[\]/],
    [
      'no broadcast',
      () => e.linearRecurrence(e.ones(2), e.ones(3)),
      /linearRecurrence: shapes \[2\] and \[3\] do not broadcast/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
