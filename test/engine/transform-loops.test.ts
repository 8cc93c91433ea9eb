import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import {
  cond,
  forLoop,
  grad,
  hessian,
  hvp,
  jit,
  jvp,
  ops,
  optimise,
  scan,
  trace,
  vmap,
  whileLoop,
} from '../../engine/index.ts';
import { deepCount } from './support/programs.ts';
import { array, ints, near, numbersOf } from './support/values.ts';

const { add, cos, less, mul, neg, sin, sqrt, sum, take } = ops;

/** x ← x + 0.01·sin(x·w), so many times. */
const scanned =
  (length: number) =>
  (x: Value, w: Value): Value =>
    scan((s: Value) => [add(s, mul(0.01, sin(mul(s, w)))), null] as const, x, null, { length })[0] as Value;

const counted =
  (length: number) =>
  (x: Value, w: Value): Value =>
    whileLoop(
      ({ i }) => less(i, length),
      ({ i, s }) => ({ i: add(i, 1), s: add(s, mul(0.01, sin(mul(s, w)))) }),
      { i: ints([0], []) as Value, s: x },
      { most: length },
    ).s as Value;

const forward =
  (length: number) =>
  (x: Value, w: Value): Value =>
    forLoop(0, length, (_, s) => add(s, mul(0.01, sin(mul(s, w)))), x) as Value;

/** By hand, backwards over what was kept. */
function byHand(x: number, w: number, length: number): [number, number] {
  const kept: number[] = [];
  let s = x;
  for (let i = 0; i < length; i++) {
    kept.push(s);
    s += 0.01 * Math.sin(s * w);
  }
  let [ds, dw] = [1, 0];
  for (let i = length - 1; i >= 0; i--) {
    const slope = 0.01 * Math.cos(kept[i]! * w) * ds;
    dw += slope * kept[i]!;
    ds += slope * w;
  }
  return [ds, dw];
}

describe('the gradient of a loop is a loop', () => {
  const loops = { scan: scanned, while: counted, forLoop: forward };
  const derivatives = {
    grad: (f: (x: Value, w: Value) => Value) => (x: Value, w: Value) => grad(f)(x, w),
    'grad of grad': (f: (x: Value, w: Value) => Value) => (x: Value, w: Value) =>
      grad((y: Value, v: Value) => grad(f)(y, v)[0])(x, w),
    hvp: (f: (x: Value, w: Value) => Value) => (x: Value, w: Value) => hvp(f, [x, w], [1, 0]),
    'vmap of grad': (f: (x: Value, w: Value) => Value) => (x: Value, w: Value) =>
      vmap((y: Value) => grad(f)(y, w))(ops.reshape(x, { shape: [1] })),
  };
  for (const [name, loop] of Object.entries(loops)) {
    for (const [asked, derivative] of Object.entries(derivatives)) {
      it(`${asked} of ${name}: as many steps for 1000 turns as for 10`, () => {
        const steps = (length: number) => deepCount(trace(derivative(loop(length)))(0.5, 1.5));
        expect(steps(1000)).toBe(steps(10));
        expect(deepCount(optimise(trace(derivative(loop(1000)))(0.5, 1.5)))).toBeLessThanOrEqual(steps(10));
      });
    }

    it(`${name}: 1000 turns, computed and compiled`, () => {
      const wanted = byHand(0.5, 1.5, 1000);
      const f = loop(1000);
      near(grad(f)(0.5, 1.5).flatMap(numbersOf), wanted, 1e-12);
      near(jit((x: Value, w: Value) => grad(f)(x, w))(0.5, 1.5).flatMap(numbersOf), wanted, 1e-12);
      near(numbersOf(jvp(f, [0.5, 1.5], [1, 0])[1] as Value), [wanted[0]], 1e-12);
    });
  }

  it('only the branch that is taken is computed, backwards too', () => {
    // log of a negative number would give NaN.
    const f = (x: Value) =>
      cond(
        less(x, 0),
        (y: Value) => mul(y, 2),
        (y: Value) => ops.log(y),
        x,
      ) as Value;
    expect(grad(f)(-3).map(numbersOf)).toEqual([[2]]);
    expect(grad(f)(4).map(numbersOf)).toEqual([[0.25]]);
    const gradient = trace((x: Value) => grad(f)(x))(1);
    expect(gradient.steps.filter(({ primitive }) => primitive.name === 'cond').length).toBe(2);
  });
});

describe('loops whose number of steps the data decide', () => {
  const doubling = (most?: number) => (x: Value, w: Value) =>
    whileLoop(
      (s: Value) => less(s, 100),
      (s: Value) => mul(s, w),
      x,
      most === undefined ? {} : { most },
    ) as Value;

  it('are differentiated without a bound where they can be counted', () => {
    // 2·3⁴ = 162: ∂x = 81, ∂w = 4·2·27.
    expect(grad(doubling())(2, 3)).toEqual([81, 216]);
    expect(grad((x: Value) => grad(doubling())(x, 3)[1])(2)).toEqual([108]);
    expect(jvp(doubling(), [2, 3], [1, 0])[1]).toBe(81);
  });

  it('are counted for each example of a batch, and for the columns of a Hessian', () => {
    const f = (x: Value) => grad(doubling())(x, 3)[0] as Value;
    expect(numbersOf(vmap(f)(array([2, 20, 200])) as Value)).toEqual([81, 9, 1]);
    expect(numbersOf(vmap(f)(array([])) as Value)).toEqual([]);
    // w⁴ x: ∂²/∂w² = 12 w² x.
    expect(hessian((w: Value) => doubling()(2, w))(array([3], []))).toMatchObject([[{ value: 216 }]]);
  });

  it('want a bound where they cannot', () => {
    const wanted =
      /^whileLoop: reverse mode in a program that is being traced must know a bound.*transform-loops\.test\.ts/;
    const f = (x: Value) => grad(doubling())(x, 3)[0] as Value;
    expect(() => jit(f)(2)).toThrow(wanted);
    expect(() => jit(vmap(f))(array([2, 20]))).toThrow(wanted);
    const bounded = (x: Value) => grad(doubling(6))(x, 3)[0] as Value;
    expect(numbersOf(jit(bounded)(2))).toEqual([81]);
    expect(numbersOf(vmap(bounded)(array([2, 20, 200])) as Value)).toEqual([81, 9, 1]);
    expect(numbersOf(jit(vmap(bounded))(array([2, 20, 200])) as Value)).toEqual([81, 9, 1]);
  });

  it('that do not end within the bound are refused, differentiated or not', () => {
    const beyond = /the predicate still holds after 3 steps, the most that were allowed/;
    expect(() => doubling(3)(2, 3)).toThrow(beyond);
    expect(() => jvp(doubling(3), [2, 3], [1, 0])).toThrow(beyond);
    expect(() => grad(doubling(3))(2, 3)).toThrow(beyond);
    expect(() => grad((x: Value) => grad(doubling(3))(x, 3)[1])(2)).toThrow(beyond);
    expect(() => vmap((x: Value) => grad(doubling(3))(x, 3)[0])(array([50, 2]))).toThrow(beyond);
    // Also where nothing but the gradient is asked for.
    expect(() => jit((x: Value) => grad(doubling(3))(x, 3))(2)).toThrow(beyond);
    expect(() => jit(vmap((x: Value) => grad(doubling(3))(x, 3)[0]))(array([50, 2]))).toThrow(beyond);
    expect(grad(doubling(4))(2, 3)).toEqual([81, 216]);
  });
});

describe('an example of a batch meets what it would meet alone', () => {
  const line = array([1, 4, 9]);
  const guarded = (i: Value) =>
    cond(
      less(i, 3),
      (j: Value) => take(line, j),
      () => -1,
      i,
    ) as Value;

  it('a branch sees no example that does not take it', () => {
    const places = ints([2, 7, 0, 99]);
    for (const f of [vmap(guarded), jit(vmap(guarded))]) {
      expect(numbersOf(f(places) as Value)).toEqual([9, -1, 1, -1]);
      expect(numbersOf(f(ints([7, 8])) as Value)).toEqual([-1, -1]);
      expect(() => f(ints([1, -9]))).toThrow('take: index -9 is not inside an axis of length 3');
    }
  });

  it('so that slopes there are no NaN', () => {
    const root = (x: Value) =>
      cond(
        less(x, 0),
        (y: Value) => neg(y),
        (y: Value) => sqrt(y),
        x,
      ) as Value;
    const total = (xs: Value) => sum(vmap(root)(xs) as Value);
    for (const f of [grad(total), jit(grad(total))]) {
      expect(f(array([-1, 4, -9])).map(numbersOf)).toEqual([[-1, 0.25, -1]]);
      expect(f(array([-1, -9])).map(numbersOf)).toEqual([[-1, -1]]);
    }
  });

  it('a loop sees no example that has ended', () => {
    const rest = (from: Value) =>
      whileLoop(
        ({ i }: { i: Value; s: Value }) => less(i, 3),
        ({ i, s }) => ({ i: add(i, 1), s: add(s, take(line, i)) }),
        { i: from, s: 0 as Value },
      ).s as Value;
    const from = ints([0, 2, 3, 1]);
    for (const f of [vmap(rest), jit(vmap(rest))]) {
      expect(numbersOf(f(from) as Value)).toEqual([14, 9, 0, 13]);
    }
  });
});

describe('long programs', () => {
  it('a chain of 1e5 operations is differentiated without a deep stack', () => {
    const turns = 5e4;
    const chain = (x: Value) => {
      let s = x;
      for (let i = 0; i < turns; i++) s = add(s, mul(1e-5, s));
      return s;
    };
    near(numbersOf(grad(chain)(0.5)[0]), [(1 + 1e-5) ** turns], 1e-10);
  });

  it('a value that is used many times gathers its cotangents', () => {
    const fan = (x: Value) => {
      let s: Value = 0;
      for (let i = 0; i < 2000; i++) s = add(s, i % 2 === 0 ? sin(x) : mul(x, cos(x)));
      return s;
    };
    const wanted = 1000 * (Math.cos(0.3) + Math.cos(0.3) - 0.3 * Math.sin(0.3));
    near(numbersOf(grad(fan)(0.3)[0]), [wanted], 1e-12);
    near(
      numbersOf(grad((x: Value) => sum(ops.mul(fan(ops.at(x, 0)), array([1, 0]))))(array([0.3]))[0]),
      [wanted],
      1e-12,
    );
  });
});
