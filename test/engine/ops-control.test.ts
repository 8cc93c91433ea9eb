import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import * as e from '../../engine/ops/index.ts';
import { cond, forLoop, scan, whileLoop } from '../../engine/transform/control.ts';
import { grad, hessian, jit, jvp, vmap } from '../../engine/transform/index.ts';
import './ops-naive.ts';

type F = (x: Value) => Value;

const at = (f: F, x: number) => e.item(f(x)) as number;
const slope = (f: F, x: number) => e.item(grad(f)(x)[0] as Value) as number;
const forward = (f: F, x: number) => e.item(jvp(f, [x], [1])[1] as Value) as number;
const second = (f: F, x: number) => slope((y) => grad(f)(y)[0] as Value, x);
const batch = (f: F, xs: readonly number[]) => Array.from(e.unpack(vmap(f)(e.array([...xs])) as Value).data);

/** A function in every transformation against a plain one and its derivatives. */
function agrees(f: F, xs: readonly number[], plain: readonly ((x: number) => number)[]): void {
  const [value, first, curve] = plain as [
    (x: number) => number,
    (x: number) => number,
    (x: number) => number,
  ];
  for (const x of xs) {
    expect(at(f, x)).toBeCloseTo(value(x), 10);
    expect(at(jit(f) as F, x)).toBeCloseTo(value(x), 10);
    expect(slope(f, x)).toBeCloseTo(first(x), 10);
    expect(slope(jit(f) as F, x)).toBeCloseTo(first(x), 10);
    expect(forward(f, x)).toBeCloseTo(first(x), 10);
    expect(second(f, x)).toBeCloseTo(curve(x), 9);
  }
  batch(f, xs).forEach((y, i) => {
    expect(y).toBeCloseTo(value(xs[i]!), 10);
  });
  batch((x) => grad(f)(x)[0] as Value, xs).forEach((y, i) => {
    expect(y).toBeCloseTo(first(xs[i]!), 10);
  });
}

describe('cond', () => {
  it('takes one branch, in every transformation, with captured values', () => {
    const f: F = (x) =>
      cond(
        e.less(x, 0),
        (y) => e.mul(y, x),
        (y) => e.mul(e.mul(y, y), x),
        x,
      );
    agrees(
      f,
      [-2, 3],
      [(x) => (x < 0 ? x * x : x ** 3), (x) => (x < 0 ? 2 * x : 3 * x * x), (x) => (x < 0 ? 2 : 6 * x)],
    );
  });

  it('keeps apart what each branch captures', () => {
    const f = (p: Value, a: Value, b: Value) =>
      cond(
        e.greater(p, 0),
        (x) => e.sub(e.mul(x, 10), a),
        (x) => e.add(e.mul(x, 100), b),
        p,
      );
    const [up, down] = [grad(f)(2, 3, 5), grad(f)(-2, 3, 5)] as [Value[], Value[]];
    expect(up.map((g) => e.item(g))).toEqual([10, -1, 0]);
    expect(down.map((g) => e.item(g))).toEqual([100, 0, 1]);
    const along = (p: number) => jvp(f, [p, 3, 5], [0, 0, 0])[0] as Value;
    expect([e.item(along(2)), e.item(along(-2))]).toEqual([17, -195]);
  });

  it('computes only the branch that is taken', () => {
    const f = (at: number) =>
      cond(
        e.equal(at, 0),
        () => e.array(1),
        (i) => e.take(e.ones(2), e.convert(i, 'int32')),
        at,
      );
    expect(e.item(f(0))).toBe(1);
    expect(() => f(5)).toThrow(/take: index 5 is not inside/);
  });

  it('gives trees', () => {
    const { a, b } = cond(
      true,
      (x) => ({ a: x, b: [x, 1] as const }),
      (x) => ({ a: 0, b: [x, x] as const }),
      4,
    );
    expect([a, ...b].map((x) => e.item(x))).toEqual([4, 4, 1]);
  });

  it.each([
    [
      'branches that nest differently',
      () =>
        cond(
          true,
          () => [1] as unknown as number,
          () => 1,
        ),
      /cond: onTrue nests as \[\*\], onFalse as \*/,
    ],
    [
      'branches of two shapes',
      () =>
        cond(
          true,
          () => e.ones(2),
          () => e.ones(3),
        ),
      /onTrue has f64\[2\], onFalse f64\[3\]: shape and type must agree/,
    ],
    [
      'branches of two types',
      () =>
        cond(
          true,
          () => [1, 1],
          () => [1, true] as never,
        ),
      /onTrue has f64\[\], onFalse bool\[\] \(value 1 of \[\*, \*\]\): shape and type must agree/,
    ],
    [
      'many truth values',
      () =>
        cond(
          e.array([true, false]),
          () => 1,
          () => 2,
        ),
      /wants one truth value \(`where` chooses element by element\), got bool\[2\]/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('whileLoop', () => {
  const double: F = (x) =>
    whileLoop(
      ([s]) => e.less(s, 100),
      ([s, n]) => [e.mul(s, x), e.add(n, 1)] as const,
      [1, 0],
      { most: 10 },
    )[0];

  it('goes on as long as the predicate holds, in every transformation', () => {
    const steps = (x: number) => Math.ceil(Math.log(100) / Math.log(x) - 1e-9);
    agrees(
      double,
      [2, 3, 5.5],
      [
        (x) => x ** steps(x),
        (x) => steps(x) * x ** (steps(x) - 1),
        (x) => steps(x) * (steps(x) - 1) * x ** (steps(x) - 2),
      ],
    );
  });

  it('captures what its predicate and body refer to', () => {
    const f: F = (x) =>
      whileLoop(
        (s) => e.less(s, e.mul(x, 10)),
        (s) => e.add(s, x),
        0,
      );
    expect(at(f, 3)).toBe(30);
    expect(slope(f, 3)).toBe(10);
  });

  it('stays where the predicate does not hold at once', () => {
    expect(
      at(
        (x) =>
          whileLoop(
            () => false,
            (s) => e.mul(s, 2),
            x,
          ),
        3,
      ),
    ).toBe(3);
  });

  it.each([
    [
      'a state that changes shape',
      () =>
        whileLoop(
          () => true,
          () => e.ones(2) as Value,
          1,
        ),
      /whileLoop: the state has f64\[\], the body f64\[2\]: shape and type must agree/,
    ],
    [
      'a state that nests differently',
      () =>
        whileLoop(
          () => true,
          ([a]) => [a] as never,
          [1, 2],
        ),
      /the state nests as \[\*, \*\], the body as \[\*\]/,
    ],
    [
      'many truth values',
      () =>
        whileLoop(
          () => e.ones(2),
          (s) => s,
          1,
        ),
      /wants one truth value \(`where` chooses element by element\), got f64\[2\]/,
    ],
    [
      'more steps than allowed',
      () =>
        whileLoop(
          () => true,
          (s) => s,
          1,
          { most: 3 },
        ),
      /still holds after 3 steps/,
    ],
    [
      'a bound that is none',
      () =>
        whileLoop(
          () => true,
          (s) => s,
          1,
          { most: -1 },
        ),
      /wants a whole number ≥ 0 as `most`, got -1/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('scan', () => {
  const coefficients = [3, -1, 2];
  const horner: F = (x) => scan((s, c) => [e.add(e.mul(s, x), c), null], 0, e.array(coefficients))[0];

  it('carries a state along an axis, in every transformation', () => {
    agrees(horner, [2, -1.5], [(x) => 3 * x * x - x + 2, (x) => 6 * x - 1, () => 6]);
  });

  it('stacks what each step gives, where it was, from either end', () => {
    const xs = e.array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const sums = (reverse: boolean) =>
      scan((s, x) => [e.add(s, x), { so: e.add(s, x), far: 1 }], e.zeros(2), xs, { reverse });
    expect(sums(false)[1].so).toMatchObject({
      value: [
        [1, 2],
        [4, 6],
        [9, 12],
      ],
    });
    expect(sums(true)[1].so).toMatchObject({
      value: [
        [9, 12],
        [8, 10],
        [5, 6],
      ],
    });
    expect(sums(true)[1].far).toMatchObject({ value: [1, 1, 1] });
    expect(sums(true)[0]).toMatchObject({ value: [9, 12] });
  });

  it('walks trees, or nothing a number of times', () => {
    const [dot] = scan((s, { a, b }) => [e.add(s, e.mul(a, b)), null], 0, {
      a: e.array([1, 2]),
      b: e.array([3, 4]),
    });
    expect(e.item(dot)).toBe(11);
    const [end, powers] = scan((s) => [e.mul(s, 2), s], 1, null, { length: 4 });
    expect(e.item(end)).toBe(16);
    expect(powers).toMatchObject({ value: [1, 2, 4, 8] });
  });

  it('gives the state back after no steps', () => {
    const [end, ys] = scan((s, x) => [e.add(s, x), x], 5, e.zeros([0]));
    expect(e.item(end)).toBe(5);
    expect(ys).toMatchObject({ shape: [0] });
  });

  it('has slopes for everything that goes in', () => {
    const f = (w: Value, start: Value, xs: Value) => {
      const [end, ys] = scan((s, x) => [e.add(e.mul(w, s), x), e.square(s)], start, xs);
      return e.add(end, e.sum(ys));
    };
    const gradient = grad(f)(0.5, 2, e.array([1, 3]) as Value) as Value[];
    // s₀ = 2, s₁ = w s₀ + x₁ = 2, s₂ = w s₁ + x₂; f = s₂ + s₀² + s₁².
    expect(gradient.map((g) => Array.from(e.unpack(g).data))).toEqual([
      [3 + 2 * 2 * 2],
      [0.25 + 4 + 2 * 2 * 0.5],
      [0.5 + 2 * 2, 1],
    ]);
  });

  it.each([
    [
      'lengths that differ',
      () => scan((s) => [s, null], 0, [e.ones(2), e.ones(3)]),
      /scan: `length` 2 does not go with f64\[3\]/,
    ],
    ['a number to walk', () => scan((s) => [s, null], 0, 3), /`length` undefined does not go with f64\[\]/],
    [
      'no length',
      () => scan((s) => [s, null], 0, null),
      /wants a whole number ≥ 0 as `length`, got undefined/,
    ],
    [
      'a carry that changes',
      () => scan(() => [e.ones(2) as Value, null], 0, e.ones(2)),
      /scan: the state has f64\[\], the body f64\[2\]: shape and type must agree/,
    ],
    [
      'a body without a pair',
      () => scan((s) => s as never, 0, e.ones(2)),
      /wants \[carry, y\] from the body, got an object \(ProgramTracer\)/,
    ],
    [
      'a setting that is none',
      () => scan((s) => [s, null], 0, e.ones(2), { reversed: true } as never),
      /has no setting `reversed`/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('forLoop', () => {
  it('counts, in every transformation', () => {
    const power: F = (x) => forLoop(0, 4, (_, s) => e.mul(s, x), 1);
    agrees(power, [2, -3], [(x) => x ** 4, (x) => 4 * x ** 3, (x) => 12 * x * x]);
    expect(forLoop(2, 5, (i, s) => e.add(s, i), 0)).toBe(9);
    expect(forLoop(5, 2, (i, s) => e.add(s, i), 7)).toBe(7);
  });

  it('nests', () => {
    const f: F = (x) => forLoop(0, 2, (_, s) => forLoop(0, 3, (_, t) => e.mul(t, x), s), 1);
    expect(at(f, 2)).toBe(64);
    expect(slope(f, 2)).toBe(192);
    const [[h]] = hessian(f)(2) as unknown as [[Value]];
    expect(e.item(h)).toBe(480);
  });

  it('names itself in what it refuses', () => {
    expect(() => forLoop(0, 2, () => e.ones(2) as Value, 0)).toThrow(
      /forLoop: the state has f64\[\], the body f64\[2\]: shape and type must agree/,
    );
    expect(() => forLoop(0, 0.5, (_, s) => s, 0)).toThrow(
      /wants whole numbers as `from, to`, got \[0, 0\.5\]/,
    );
  });
});

describe('a batch of examples that go different ways', () => {
  const branch = (x: Value): Value =>
    cond(
      e.less(x, 1),
      (y: Value) => e.sqrt(y),
      (y: Value) => e.mul(2, y),
      x,
    ) as Value;
  const loop = (x: Value): Value =>
    whileLoop(
      (s: Value) => e.less(s, 0.5),
      (s: Value) => e.add(e.sqrt(s), 1),
      x,
    ) as Value;

  it('gives an example no slope of one that stands in for it', () => {
    const slopes = (f: F) =>
      Array.from(
        e.unpack(grad((xs: Value) => e.sum(vmap(f)(xs) as Value))(e.array([0, 4]))[0] as Value).data,
      );
    expect(slopes(branch)).toEqual([Infinity, 2]);
    expect(slopes(loop)).toEqual([Infinity, 1]);
  });

  it('may be large where a loop is counted', () => {
    const many = e.ones(200_000);
    const count = (xs: Value) => e.sum(vmap(loop)(xs) as Value);
    expect(e.item(e.sum(grad(count)(many)[0] as Value))).toBe(200_000);
  });
});
