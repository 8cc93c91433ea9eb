import fc from 'fast-check';
import type { StructuralParams } from '../../../engine/core/program.ts';
import { sizeOf } from '../../../engine/core/shape.ts';
import * as naive from './naive.ts';
import type { Sample } from './sample.ts';
import { one } from './sample-families.ts';
import { ints, random } from './values.ts';

const length = fc.constantFrom(1, 2, 3, 2, 0);
const shapes = fc.array(length, { maxLength: 3 });
const seeds = fc.nat(1000);

const shuffled = (n: number) =>
  fc.shuffledSubarray(
    Array.from({ length: n }, (_, i) => i),
    { minLength: n, maxLength: n },
  );
const some = (n: number) => fc.subarray(Array.from({ length: n }, (_, i) => i));

const reductions: fc.Arbitrary<Sample> = fc
  .tuple(shapes, seeds, fc.constantFrom('reduceSum', 'reduceProd', 'reduceMax'))
  .chain(([shape, seed, primitive]) =>
    some(shape.length)
      .filter((axes) => primitive !== 'reduceMax' || axes.every((axis) => shape[axis] !== 0))
      .map((axes) => {
        const join = { reduceSum: add, reduceProd: mul, reduceMax: Math.max }[primitive];
        const from = { reduceSum: 0, reduceProd: 1, reduceMax: Number.NEGATIVE_INFINITY }[primitive];
        return one(
          primitive,
          `${primitive} of [${shape}] over [${axes}]`,
          [random(shape, seed)],
          { axes },
          (x) => naive.reduce(x, axes, from, join),
        );
      }),
  );
const add = (a: number, b: number) => a + b;
const mul = (a: number, b: number) => a * b;

const transposes: fc.Arbitrary<Sample> = fc
  .tuple(shapes, seeds)
  .chain(([shape, seed]) =>
    shuffled(shape.length).map((perm) =>
      one('transpose', `transpose [${shape}] by [${perm}]`, [random(shape, seed)], { perm }, (x) =>
        naive.transpose(x, perm),
      ),
    ),
  );

/** A larger shape, and of which of its axes the input has some, in any order, stretched or not. */
const broadcasts: fc.Arbitrary<Sample> = fc.tuple(shapes, seeds).chain(([shape, seed]) =>
  fc
    .tuple(
      shuffled(shape.length),
      fc.nat(shape.length),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    )
    .map(([order, count, stretches]) => {
      const axes = order.slice(0, count);
      const own = axes.map((to, i) => (stretches[i] ? 1 : shape[to]!));
      return one(
        'broadcast',
        `broadcast [${own}] to [${shape}] at [${axes}]`,
        [random(own, seed)],
        { shape, axes },
        (x) => naive.broadcast(x, shape, axes),
      );
    }),
);

const triple = (item: fc.Arbitrary<number>) => fc.tuple(item, item, item);

const slices: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.array(fc.nat(4), { maxLength: 3 }),
    seeds,
    triple(fc.nat(4)),
    triple(fc.nat(4)),
    triple(fc.integer({ min: 1, max: 3 })),
  )
  .map(([shape, seed, a, b, by]) => {
    const start = shape.map((n, i) => Math.min(a[i]!, b[i]!, n));
    const stop = shape.map((n, i) => Math.min(Math.max(a[i]!, b[i]!), n));
    const step = shape.map((_, i) => by[i]!);
    return one(
      'slice',
      `slice [${shape}]: [${start}] to [${stop}] by [${step}]`,
      [random(shape, seed)],
      { start, stop, step },
      (x) => naive.slice(x, start, stop, step),
    );
  });

const pads: fc.Arbitrary<Sample> = fc
  .tuple(shapes, seeds, triple(fc.nat(2)), triple(fc.nat(2)), triple(fc.nat(2)))
  .map(([shape, seed, ...widths]) => {
    const [low, high, interior] = widths.map((all) => all.slice(0, shape.length)) as [
      number[],
      number[],
      number[],
    ];
    return one(
      'pad',
      `pad [${shape}]: [${low}], [${high}], [${interior}]`,
      [random(shape, seed)],
      { low, high, interior },
      (x) => naive.pad(x, low, high, interior),
    );
  });

/** Axes of both operands are batch, contracted, or free; those of either come in an order of their own. */
const dots: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.array(length, { maxLength: 2 }),
    fc.array(length, { maxLength: 2 }),
    fc.array(length, { maxLength: 1 }),
    fc.array(length, { maxLength: 1 }),
    seeds,
  )
  .chain(([batch, contract, left, right, seed]) => {
    const shared = batch.length + contract.length;
    return fc
      .tuple(shuffled(shared + left.length), shuffled(shared + right.length))
      .map(([orderA, orderB]) => {
        const place = (order: readonly number[], free: readonly number[]) => {
          const lengths = [...batch, ...contract, ...free];
          const shape = order.map((k) => lengths[k]!);
          const at = (k: number) => order.indexOf(k);
          return {
            shape,
            batch: batch.map((_, k) => at(k)),
            contract: contract.map((_, k) => at(batch.length + k)),
          };
        };
        const [a, b] = [place(orderA, left), place(orderB, right)];
        const params: StructuralParams['dot'] = {
          contract: [a.contract, b.contract],
          batch: [a.batch, b.batch],
        };
        const name = `dot [${a.shape}] [${b.shape}] ${JSON.stringify(params)}`;
        return one('dot', name, [random(a.shape, seed), random(b.shape, seed + 1)], params, (x, y) =>
          naive.dot(x, y, params),
        );
      });
  });

const cumulatives: fc.Arbitrary<Sample> = fc
  .tuple(
    shapes.filter((shape) => shape.length > 0),
    seeds,
    fc.nat(2),
    fc.boolean(),
    fc.constantFrom('cumsum', 'cumprod', 'linearRecurrence'),
  )
  .map(([shape, seed, k, reverse, primitive]) => {
    const axis = k % shape.length;
    const name = `${primitive} of [${shape}] along ${axis}${reverse ? ', from the end' : ''}`;
    const x = random(shape, seed);
    if (primitive === 'linearRecurrence') {
      return one(primitive, name, [x, random(shape, seed + 1)], { axis, reverse }, (a, b) =>
        naive.recur(a, b, axis, reverse),
      );
    }
    return one(primitive, name, [x], { axis, reverse }, (y) =>
      naive.cumulate(y, axis, reverse, primitive === 'cumsum' ? add : mul),
    );
  });

const places: fc.Arbitrary<Sample> = fc
  .tuple(
    shapes.filter((shape) => sizeOf(shape) > 0),
    shapes,
    seeds,
    fc.boolean(),
  )
  .chain(([shape, out, seed, scatters]) => {
    const size = sizeOf(shape);
    const count = sizeOf(out);
    return fc.array(fc.nat(size - 1), { minLength: count, maxLength: count }).map((list) => {
      const at = ints(list, out);
      return scatters
        ? one(
            'scatterAdd',
            `scatterAdd [${out}] to ${size} at [${list}]`,
            [random(out, seed), at],
            { size },
            (x, i) => naive.scatterAdd(x, i, size),
          )
        : one('gather', `gather [${shape}] at [${list}]`, [random(shape, seed), at], {}, naive.gather);
    });
  });

/** Primitives that are not elementwise, with any settings on any small shapes, empty ones too. */
export const structural: fc.Arbitrary<Sample> = fc.oneof(
  reductions,
  transposes,
  broadcasts,
  slices,
  pads,
  { arbitrary: dots, weight: 3 },
  cumulatives,
  places,
);
