import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import * as e from '../../engine/ops/index.ts';
import { grad, jit, vmap } from '../../engine/transform/index.ts';
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

/** Indices of an array of a shape, some counted from the back. */
const places = (n: number, shape: readonly number[]): fc.Arbitrary<Plain> => {
  const size = shape.reduce((a, b) => a * b, 1);
  const one = fc.integer({ min: -n, max: n - 1 });
  return fc.array(one, { minLength: size, maxLength: size }).map((data) => ({ shape, data }));
};
const ints = (x: Plain) => e.array([...x.data], x.shape, { dtype: 'int32' });
const front = (i: number, n: number) => (i < 0 ? i + n : i);

const taken = plains(1, 3, 1).chain((x) =>
  fc
    .tuple(axisOf(x.shape.length), shapes(0, 2))
    .chain(([at, inner]) =>
      fc.record({ x: fc.constant(x), at: fc.constant(at), index: places(x.shape[at.axis]!, inner) }),
    ),
);

describe('elements by index', () => {
  it('take replaces an axis by those of the indices', () => {
    check(taken, ({ x, at: { given, axis }, index }) => {
      const rank = index.shape.length;
      const shape = x.shape.toSpliced(axis, 1, ...index.shape);
      const expected = build(shape, (i) =>
        get(x, i.toSpliced(axis, rank, front(get(index, i.slice(axis, axis + rank)), x.shape[axis]!))),
      );
      expectValue(e.take(toEngine(x), ints(index), { axis: given }), expected);
    });
  });

  it('take by indices that a program computes gives the same', () => {
    const rows = e.array(
      [
        [0, 2],
        [-1, 1],
      ],
      { dtype: 'int32' },
    );
    const x = e.array([5, 6, 7]);
    expect(vmap((i: Value) => e.take(x, i))(rows)).toMatchObject({
      value: [
        [5, 7],
        [7, 6],
      ],
    });
    expect(() => vmap((i: Value) => e.take(x, i))(e.array([3], { dtype: 'int32' }))).toThrow(
      /take: index 3 is not inside/,
    );
  });

  it('take takes plain numbers and lists', () => {
    const x = e.array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(e.take(x, -1)).toMatchObject({ value: [5, 6] });
    expect(e.take(x, [2, 0])).toMatchObject({
      value: [
        [5, 6],
        [1, 2],
      ],
    });
    expect(e.take(x, [[1]], { axis: 1 })).toMatchObject({ shape: [3, 1, 1] });
  });

  it('scatterAdd adds where take would read', () => {
    const cases = taken.chain((c) => {
      const shape = c.x.shape.toSpliced(c.at.axis, 1, ...c.index.shape);
      return fc.tuple(fc.constant(c), plainOf(shape));
    });
    check(
      cases,
      ([
        {
          x,
          at: { given, axis },
          index,
        },
        updates,
      ]) => {
        const rank = index.shape.length;
        const sums = new Map<string, number>();
        for (const i of indices(updates.shape)) {
          const to = i
            .toSpliced(axis, rank, front(get(index, i.slice(axis, axis + rank)), x.shape[axis]!))
            .join();
          sums.set(to, (sums.get(to) ?? 0) + get(updates, i));
        }
        const expected = build(x.shape, (i) => get(x, i) + (sums.get(i.join()) ?? 0));
        expectValue(e.scatterAdd(toEngine(x), ints(index), toEngine(updates), { axis: given }), expected);
      },
    );
    expect(e.scatterAdd(e.array([true, false]), [0], e.array(true))).toMatchObject({ value: [2, 0] });
    expect(e.scatterAdd(e.zeros(3), [1, 1], 1)).toMatchObject({ value: [0, 2, 0] });
  });

  it('takeAlongAxis reads each line by its own indices', () => {
    const cases = plains(1, 3, 1).chain((x) =>
      fc.tuple(axisOf(x.shape.length), fc.nat(3)).chain(([at, n]) =>
        fc.record({
          x: fc.constant(x),
          at: fc.constant(at),
          index: places(x.shape[at.axis]!, x.shape.with(at.axis, n)),
        }),
      ),
    );
    check(cases, ({ x, at: { given, axis }, index }) => {
      const expected = build(index.shape, (i) => get(x, i.with(axis, front(get(index, i), x.shape[axis]!))));
      expectValue(e.takeAlongAxis(toEngine(x), ints(index), { axis: given }), expected);
    });
  });

  it('gather reads the whole array as one line', () => {
    expect(
      e.gather(
        e.array([
          [1, 2],
          [3, 4],
        ]),
        [3, -4],
      ),
    ).toMatchObject({ value: [4, 1] });
  });

  it('the slope of take is added up at its indices', () => {
    const [slope] = grad((x: Value) => e.sum(e.mul(e.take(x, [0, 2, 0]), e.array([1, 10, 100]))))(
      e.zeros(3) as Value,
    );
    expect(slope).toMatchObject({ value: [101, 0, 10] });
  });
});

describe('order', () => {
  it('sort and argsort agree with a stable sort of each line', () => {
    const cases = plains(1, 3).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length)));
    check(cases, ([x, { given, axis }]) => {
      const orderAt = (index: readonly number[]) => {
        const line = Array.from({ length: x.shape[axis]! }, (_, k) => get(x, index.with(axis, k)));
        return line.map((_, k) => k).sort((i, j) => line[i]! - line[j]! || i - j);
      };
      expectValue(
        e.argsort(toEngine(x), { axis: given }),
        build(x.shape, (i) => orderAt(i)[i[axis]!]!),
      );
      expectValue(
        e.sort(toEngine(x), { axis: given }),
        build(x.shape, (i) => get(x, i.with(axis, orderAt(i)[i[axis]!]!))),
      );
    });
  });

  it('NaN comes last', () => {
    expect(e.sort(e.array([Number.NaN, 2, -Infinity, 1]))).toMatchObject({
      value: [-Infinity, 1, 2, Number.NaN],
    });
  });

  it('the slope of sort goes to where the elements came from', () => {
    const [slope] = grad((x: Value) => e.sum(e.mul(e.sort(x), e.array([1, 2, 3]))))(
      e.array([9, 7, 8]) as Value,
    );
    expect(slope).toMatchObject({ value: [3, 1, 2] });
  });
});

describe('matrices', () => {
  const offsets = fc.integer({ min: -4, max: 4 });

  it('triu and tril keep their side of a diagonal', () => {
    check(
      plains(2, 3).chain((x) => fc.tuple(fc.constant(x), offsets)),
      ([x, k]) => {
        const side = (keeps: (d: number) => boolean) =>
          build(x.shape, (i) => (keeps(i.at(-1)! - i.at(-2)!) ? get(x, i) : 0));
        expectValue(
          e.triu(toEngine(x), { k }),
          side((d) => d >= k),
        );
        expectValue(
          e.tril(toEngine(x), { k }),
          side((d) => d <= k),
        );
      },
    );
  });

  it('diagonal reads one, diag writes one', () => {
    check(
      plains(2, 3).chain((x) => fc.tuple(fc.constant(x), offsets)),
      ([x, k]) => {
        const [m, n] = x.shape.slice(-2) as [number, number];
        const length = Array.from({ length: m }, (_, i) => i).filter((i) => i + k >= 0 && i + k < n).length;
        const expected = build([...x.shape.slice(0, -2), length], (index) => {
          const i = index.at(-1)! + Math.max(0, -k);
          return get(x, [...index.slice(0, -1), i, i + k]);
        });
        expectValue(e.diagonal(toEngine(x), { k }), expected);
        if (x.shape.length === 2) expectValue(e.diag(toEngine(x), { k }), expected);
      },
    );
    check(fc.tuple(plains(1, 1), offsets), ([x, k]) => {
      const n = x.shape[0]! + Math.abs(k);
      expectValue(
        e.diag(toEngine(x), { k }),
        build([n, n], ([i, j]) => (j! - i! === k ? x.data[Math.min(i!, j!)]! : 0)),
      );
    });
  });

  it('traceOf sums the main diagonal', () => {
    expect(
      e.item(
        e.traceOf(
          e.array([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        ),
      ),
    ).toBe(5);
  });
});

describe('classes and choices', () => {
  it('oneHot has a one at each index, and none at those outside', () => {
    expect(e.oneHot([1, 3, -1], { classes: 3 })).toMatchObject({
      value: [
        [0, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    });
    expect(e.oneHot(2, { classes: 3 })).toMatchObject({ value: [0, 0, 1], shape: [3] });
  });

  it('where broadcasts three ways, and meets no slope of what it did not choose', () => {
    const mask = e.array([[true], [false]]);
    expect(e.where(mask, e.array([1, 2]), 0)).toMatchObject({
      value: [
        [1, 2],
        [0, 0],
      ],
    });
    const [slope] = grad((x: Value) =>
      e.sum(e.where(e.greater(x, 0), e.log(e.where(e.greater(x, 0), x, 1)), 0)),
    )(e.array([0, 2]) as Value);
    expect(slope).toMatchObject({ value: [0, 0.5] });
  });
});

describe('an index that a program computes', () => {
  const x = e.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const ways: [string, (i: Value) => Value][] = [
    ['take', (i) => e.take(x, i, { axis: 1 })],
    [
      'takeAlongAxis',
      (i) => e.takeAlongAxis(x, e.broadcastTo(e.reshape(i, { shape: [1, 1] }), { shape: [2, 1] })),
    ],
    ['scatterAdd', (i) => e.scatterAdd(x, i, 10, { axis: 1 })],
    ['gather', (i) => e.gather(e.at(x, 0), i)],
  ];

  it.each(ways)('%s reads none of another line, and none of another example', (name, f) => {
    const at = (i: number) => e.array(i, { dtype: 'int32' });
    const rows = (i: Value) =>
      vmap((j: Value) => f(j))(e.stack([i, 0].map((k) => e.convert(k, 'int32')))) as Value;
    for (const program of [jit(f), rows, jit(rows)]) {
      for (const outside of [3, -4]) {
        expect(() => program(at(outside))).toThrow(
          `${name}: index ${outside} is not inside an axis of length 3`,
        );
      }
    }
    expect(e.unpack(jit(f)(at(-1)))).toEqual(e.unpack(f(at(2))));
  });
});

describe('what is refused', () => {
  const x = e.ones([2, 3]);
  it.each([
    ['an index outside', () => e.take(x, [0, 2]), /take: index 2 is not inside an axis of length 2/],
    ['one too far back', () => e.take(x, -4, { axis: 1 }), /index -4 is not inside an axis of length 3/],
    [
      'floats as indices',
      () => e.take(x, e.array([0, 1])),
      /wants int32 indices \(`array\(list, \{ dtype: 'int32' \}\)` makes them\), got f64\[2\]/,
    ],
    ['half an index', () => e.take(x, [0.5]), /0\.5 \(element 0\) is no int32/],
    [
      'indices of another rank',
      () => e.takeAlongAxis(x, [0]),
      /`indices` \[1\] does not go with f64\[2, 3\]/,
    ],
    [
      'updates that do not fit',
      () => e.scatterAdd(x, [0], e.ones([2])),
      /`updates` f64\[2\] does not broadcast to \[1, 3\]/,
    ],
    ['no axis to sort', () => e.sort(3), /sort: `axis` -1 does not go with f64\[\]/],
    ['a vector as matrix', () => e.triu(e.ones(3)), /triu: wants matrices, got f64\[3\]/],
    ['a cube', () => e.diag(e.ones([1, 1, 1])), /wants a vector or a matrix/],
    [
      'no number of classes',
      () => e.oneHot([1], {} as never),
      /wants a whole number ≥ 0 as `classes`, got undefined/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
