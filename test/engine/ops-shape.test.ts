import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, type Value } from '../../engine/index.ts';
import * as e from '../../engine/ops/index.ts';
import { axisOf, build, check, expectValue, get, plainOf, plains, shapes, toEngine } from './ops-naive.ts';

const twoShapes = shapes(0, 3).chain((shape) =>
  fc.record({
    to: fc.constant(shape),
    // Some axes become 1, some of the first are left out.
    from: fc
      .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
      .map(([cut, ones]) => shape.slice(cut).map((n, i) => (ones[i] ? 1 : n))),
  }),
);

describe('the same elements in another shape', () => {
  it('reshape keeps them in row-major order, and −1 is what is left', () => {
    check(plains(0, 3), (x) => {
      expectValue(e.reshape(toEngine(x), { shape: [x.data.length] }), {
        shape: [x.data.length],
        data: x.data,
      });
      expectValue(e.ravel(toEngine(x)), { shape: [x.data.length], data: x.data });
      const rest = [...x.shape, -1];
      if (x.data.length > 0)
        expectValue(e.reshape(toEngine(x), { shape: rest }), { shape: [...x.shape, 1], data: x.data });
    });
    expect(e.shapeOf(e.reshape(e.zeros([0, 3]), { shape: [3, -1] }))).toEqual([3, 0]);
  });

  it('transpose puts axis perm[i] at i, and reverses them where none is given', () => {
    const cases = plains(0, 3).chain((x) => {
      const axes = x.shape.map((_, i) => i);
      return fc.tuple(fc.constant(x), fc.shuffledSubarray(axes, { minLength: axes.length }));
    });
    check(cases, ([x, perm]) => {
      const moved = (order: readonly number[]) =>
        build(
          order.map((axis) => x.shape[axis]!),
          (index) =>
            get(
              x,
              x.shape.map((_, axis) => index[order.indexOf(axis)]!),
            ),
        );
      expectValue(e.transpose(toEngine(x), { perm }), moved(perm));
      expectValue(e.transpose(toEngine(x), { perm: perm.map((p) => p - x.shape.length) }), moved(perm));
      expectValue(e.transpose(toEngine(x)), moved(x.shape.map((_, i) => i).reverse()));
    });
  });

  it('swapaxes and moveaxis are transposes', () => {
    const x = e.array(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    expect(e.primal(e.swapaxes(x, { axes: [0, -1] }))).toEqual(e.primal(e.transpose(x, { perm: [2, 1, 0] })));
    expect(e.primal(e.moveaxis(x, { from: 0, to: 2 }))).toEqual(
      e.primal(e.transpose(x, { perm: [1, 2, 0] })),
    );
  });

  it('broadcastTo repeats along axes of length 1 and new ones in front', () => {
    check(
      twoShapes.chain(({ from, to }) => fc.tuple(plainOf(from), fc.constant(to))),
      ([x, shape]) => {
        const skip = shape.length - x.shape.length;
        const expected = build(shape, (index) =>
          get(
            x,
            index.slice(skip).map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
          ),
        );
        expectValue(e.broadcastTo(toEngine(x), { shape }), expected);
      },
    );
  });

  it('squeeze undoes expandDims', () => {
    const cases = plains(0, 2).chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc.subarray(
          Array.from({ length: x.shape.length + 2 }, (_, i) => i),
          { minLength: 2, maxLength: 2 },
        ),
      ),
    );
    check(cases, ([x, axes]) => {
      const wide = e.expandDims(toEngine(x), { axes });
      expect(axes.map((axis) => e.shapeOf(wide)[axis])).toEqual([1, 1]);
      expectValue(e.squeeze(wide, { axes }), x);
      expect(e.shapeOf(e.squeeze(wide))).toEqual(x.shape.filter((n) => n !== 1));
    });
  });
});

describe('parts', () => {
  it('slice takes start, start + step, … below stop', () => {
    const bounds = (n: number) =>
      fc
        .tuple(fc.nat(n), fc.nat(n), fc.integer({ min: 1, max: 3 }), fc.boolean())
        .map(([a, b, step, back]) => ({ start: Math.min(a, b), stop: Math.max(a, b), step, back }));
    const cases = plains(0, 3).chain((x) => fc.tuple(fc.constant(x), fc.tuple(...x.shape.map(bounds))));
    check(cases, ([x, list]) => {
      const shape = list.map(({ start, stop, step }) => Math.ceil((stop - start) / step));
      const expected = build(shape, (index) =>
        get(
          x,
          index.map((i, axis) => list[axis]!.start + i * list[axis]!.step),
        ),
      );
      const settings = {
        // From the back where that is possible: −0 would be the front.
        start: list.map(({ start, back }, i) => (back && start < x.shape[i]! ? start - x.shape[i]! : start)),
        stop: list.map(({ stop, back }, i) => (back && stop < x.shape[i]! ? stop - x.shape[i]! : stop)),
        step: list.map(({ step }) => step),
      };
      expectValue(e.slice(toEngine(x), settings), expected);
    });
  });

  it('slice takes axes beyond the bounds whole', () => {
    const x = e.array([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(e.slice(x, { start: 1 })).toMatchObject({
      value: [
        [4, 5, 6],
        [7, 8, 9],
      ],
    });
    expect(e.slice(x, { stop: [-1], step: [1, 2] })).toMatchObject({
      value: [
        [1, 3],
        [4, 6],
      ],
    });
  });

  it('at gives an element, or a part for fewer indices', () => {
    check(
      plains(0, 3, 1).chain((x) =>
        fc.tuple(fc.constant(x), ...x.shape.map((n) => fc.integer({ min: -n, max: n - 1 }))),
      ),
      ([x, ...index]) => {
        const front = index.map((i, axis) => (i < 0 ? i + x.shape[axis]! : i));
        expect(e.item(e.at(toEngine(x), ...index))).toBe(get(x, front));
        const rest = x.shape.slice(1);
        if (index.length > 0)
          expectValue(
            e.at(toEngine(x), index[0]!),
            build(rest, (tail) => get(x, [front[0]!, ...tail])),
          );
      },
    );
  });

  it('pad puts a value around and between, and cuts off what is below 0', () => {
    const width = fc.integer({ min: -2, max: 2 });
    const gap = fc.nat(2);
    const cases = plains(0, 2).chain((x) =>
      fc.record({
        x: fc.constant(x),
        widths: fc.tuple(...x.shape.map(() => fc.tuple(width, width, gap))),
        value: fc.constantFrom(0, 7),
      }),
    );
    check(cases, ({ x, widths, value }) => {
      const shape = x.shape.map(
        (n, i) => widths[i]![0] + n + Math.max(n - 1, 0) * widths[i]![2] + widths[i]![1],
      );
      fc.pre(shape.every((n) => n >= 0));
      const expected = build(shape, (index) => {
        const own = index.map((k, i) => (k - widths[i]![0]) / (widths[i]![2] + 1));
        const inside = own.every((k, i) => Number.isInteger(k) && k >= 0 && k < x.shape[i]!);
        return inside ? get(x, own) : value;
      });
      const [low, high, interior] = [0, 1, 2].map((k) => widths.map((w) => w[k]!)) as [
        number[],
        number[],
        number[],
      ];
      expectValue(e.pad(toEngine(x), { low, high, interior, value }), expected);
    });
    expect(e.pad(e.ones([1, 1]), { low: 1 })).toMatchObject({
      value: [
        [0, 0],
        [0, 1],
      ],
    });
    expect(e.pad(e.array([1, 2, 3]), { low: -1, high: 1 })).toMatchObject({ value: [2, 3, 0] });
    const cut = (x: Value) => e.sum(e.mul(e.pad(x, { low: -1, high: -1, interior: 1 }), e.array([5, 6, 7])));
    expect(grad(cut)(e.array([1, 2, 3]))[0]).toMatchObject({ value: [0, 6, 0] });
  });

  it('concatenate joins what split has cut', () => {
    const cases = plains(1, 3).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length), fc.nat(3)));
    check(cases, ([x, { given, axis }, cut]) => {
      const n = x.shape[axis]!;
      const parts = e.split(toEngine(x), { parts: [Math.min(cut, n), n - Math.min(cut, n)], axis: given });
      expect(e.shapeOf(parts[0]!)).toEqual(x.shape.with(axis, Math.min(cut, n)));
      expectValue(e.concatenate(parts, { axis: given }), x);
    });
    const halves = e.split(e.array([1, 2, 3, 4]), { parts: 2 });
    expect(halves.map((half) => e.primal(half))).toMatchObject([{ value: [1, 2] }, { value: [3, 4] }]);
  });

  it('stack puts arrays side by side along a new axis', () => {
    const cases = shapes(0, 2).chain((shape) =>
      fc.tuple(plainOf(shape), plainOf(shape), axisOf(shape.length + 1)),
    );
    check(cases, ([a, b, { given, axis }]) => {
      const expected = build(a.shape.toSpliced(axis, 0, 2), (index) =>
        get(index[axis] === 0 ? a : b, index.toSpliced(axis, 1)),
      );
      expectValue(e.stack([toEngine(a), toEngine(b)], { axis: given }), expected);
    });
  });

  it('numbers and arrays join in the type that holds all', () => {
    expect(e.dtypeOf(e.stack([1, 2]))).toBe('float64');
    expect(e.dtypeOf(e.stack([e.ones([], { dtype: 'float32' }), 2]))).toBe('float32');
    expect(e.dtypeOf(e.concatenate([e.ones([1], { dtype: 'int32' }), e.array([true])]))).toBe('int32');
  });

  it('flip reverses axes', () => {
    const cases = plains(0, 3).chain((x) => fc.tuple(fc.constant(x), fc.subarray(x.shape.map((_, i) => i))));
    check(cases, ([x, axes]) => {
      const expected = build(x.shape, (index) =>
        get(
          x,
          index.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i)),
        ),
      );
      expectValue(e.flip(toEngine(x), { axes }), expected);
    });
  });
});

describe('what is refused', () => {
  const x = e.ones([2, 3]);
  it.each([
    [
      'a shape of another size',
      () => e.reshape(x, { shape: [4] }),
      /reshape: `shape` \[4\] does not go with f64\[2, 3\]/,
    ],
    [
      'two open lengths',
      () => e.reshape(x, { shape: [-1, -1] }),
      /`shape` \[-1, -1\] does not go with f64\[2, 3\]/,
    ],
    [
      'a length that cannot be',
      () => e.reshape(x, { shape: [4, -1] }),
      /`shape` \[4, -1\] does not go with f64\[2, 3\]/,
    ],
    ['an axis twice', () => e.transpose(x, { perm: [0, 0] }), /`perm` \[0, 0\] does not go with f64\[2, 3\]/],
    [
      'a stretch of 3 to 4',
      () => e.broadcastTo(x, { shape: [2, 4] }),
      /f64\[2, 3\] does not broadcast to \[2, 4\]/,
    ],
    ['fewer axes', () => e.broadcastTo(x, { shape: [3] }), /does not broadcast/],
    ['a long axis', () => e.squeeze(x, { axes: 0 }), /`axes` 0 does not go with f64\[2, 3\]/],
    [
      'a place that is none',
      () => e.expandDims(x, { axes: 3 }),
      /expandDims: `axes` 3 does not go with f64\[2, 3, 1\]/,
    ],
    ['a bound outside', () => e.slice(x, { stop: [3] }), /`stop` \[3\] does not go with f64\[2, 3\]/],
    [
      'too many bounds',
      () => e.slice(x, { start: [0, 0, 0] }),
      /`start` \[0, 0, 0\] does not go with f64\[2, 3\]/,
    ],
    ['backwards', () => e.slice(x, { start: [2], stop: [1] }), /`stop` \[1\] does not go with f64\[2, 3\]/],
    ['a step of 0', () => e.slice(x, { step: [0] }), /`step`/],
    ['an index outside', () => e.at(x, 0, 3), /at: `indices` \[0, 3\] does not go with f64\[2, 3\]/],
    ['widths of another rank', () => e.pad(x, { low: [1] }), /`low` \[1\] does not go with f64\[2, 3\]/],
    [
      'arrays that differ',
      () => e.concatenate([x, e.ones([2, 4])]),
      /inputs f64\[2, 3\] and f64\[2, 4\] do not go together/,
    ],
    ['layers that differ', () => e.stack([x, 1]), /stack: inputs f64\[2, 3\] and f64\[\] do not go together/],
    ['no arrays', () => e.stack([]), /wants a list of at least one array, got \[\]/],
    [
      'no list',
      () => e.concatenate(x as never),
      /wants a list of at least one array, got an object \(NDArray\)/,
    ],
    ['uneven parts', () => e.split(x, { parts: 2, axis: 1 }), /`parts` 2 does not go with f64\[2, 3\]/],
    [
      'three axes',
      () => e.swapaxes(x, { axes: [0, 1, 0] as never }),
      /wants two axes as `axes`, got \[0, 1, 0\]/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
