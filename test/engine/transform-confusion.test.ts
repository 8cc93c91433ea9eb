import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import { checkpoint, cond, grad, jit, jvp, ops, scan, vjp, vmap } from '../../engine/index.ts';
import { array, numbersOf } from './support/values.ts';

const { add, mul, sub, sin, square } = ops;

type F = (x: Value) => Value;
/** Every way to take a derivative of a function of one number. */
const modes: Readonly<Record<string, (f: F) => F>> = {
  grad: (f) => (x) => grad(f)(x)[0],
  jvp: (f) => (x) => jvp(f, [x], [1])[1] as Value,
  vjp: (f) => (x) => (vjp(f, x)[1](1) as [Value])[0],
  'grad of jit': (f) => (x) => grad(jit(f))(x)[0],
  'jit of grad': (f) => jit((x: Value) => grad(f)(x)[0] as Value),
  'jvp of checkpoint': (f) => (x) => jvp(checkpoint(f), [x], [1])[1] as Value,
  'vmap of grad': (f) => (x) =>
    ops.at(vmap((y: Value) => grad(f)(y)[0])(ops.reshape(x, { shape: [1] })) as Value, 0),
};

const number = (x: Value) => numbersOf(x)[0]!;

describe('perturbations are told apart', () => {
  for (const [outer, d] of Object.entries(modes)) {
    for (const [inner, e] of Object.entries(modes)) {
      it(`${inner} inside ${outer}`, () => {
        // Siskind & Pearlmutter, "Perturbation confusion and referential transparency", 2005, section 2: 1, not 2.
        expect(number(d((x) => mul(x, e((y) => add(x, y))(1)))(1))).toBe(1);
        // d/dx x·(d/dy xy) = 2x.
        expect(number(d((x) => mul(x, e((y) => mul(x, y))(2)))(3))).toBe(6);
        // d/dx (d/dy x·y² at y = x) = 4x; the argument is the outer variable itself.
        expect(number(d((x) => e((y) => mul(x, square(y)))(x))(5))).toBe(20);
        // The inner function is constant in its own variable.
        expect(number(d((x) => mul(x, e(() => x)(2)))(3))).toBe(0);
      });
    }
  }

  it('three deep, each level using the variables of those around it', () => {
    for (const d of Object.values(modes)) {
      // ∂x (x · ∂y (y · ∂z xyz²)) at z = y = x: ∂z = 2xy·z = 2xy², times y: ∂y 2xy³ = 6xy² = 6x³, times x: 6x⁴ → 24x³.
      const f: F = (x) => mul(x, d((y) => mul(y, d((z) => mul(mul(x, y), square(z)))(y)))(x));
      expect(number(d(f)(2))).toBe(192);
    }
  });

  it('a gradient step inside a loss, and the gradient through it', () => {
    const loss = (w: Value, x: Value) => square(sub(mul(w, x), 1));
    const stepped = (w: Value, x: Value, rate: Value) => {
      const [slope] = grad((v: Value) => loss(v, x))(w);
      return loss(sub(w, mul(rate, slope)), x);
    };
    // With w = 1, x = 2: slope 4, and w − 4r has the loss (1 − 8r)², whose derivative by r is −16(1 − 8r).
    expect(grad((rate: Value) => stepped(1, 2, rate))(0.25)).toEqual([16]);
    expect(number(jvp((rate: Value) => stepped(1, 2, rate), [0.25], [1])[1] as Value)).toBe(16);
  });

  it('a batch inside a derivative inside a batch', () => {
    const inner = (x: Value) => ops.sum(vmap((y: Value) => mul(x, square(y)))(array([1, 2, 3])) as Value);
    const slopes = vmap((x: Value) => grad((z: Value) => mul(z, inner(z)))(x)[0])(array([1, 2])) as Value;
    expect(numbersOf(slopes)).toEqual([28, 56]);
    // A batch whose function closes over another batch's example.
    const table = vmap((x: Value) => vmap((y: Value) => add(mul(10, x), y))(array([1, 2])))(array([3, 4]));
    expect(numbersOf(table as Value)).toEqual([31, 32, 41, 42]);
  });

  it('loops, branches and checkpoints close over the variable that is differentiated', () => {
    const f: F = (x) =>
      scan(
        (s: Value, y: Value) => {
          const own = cond(
            ops.less(y, 2),
            () => mul(x, y),
            () => square(x),
          ) as Value;
          return [add(s, checkpoint((v: Value) => mul(v, x))(own)), null] as const;
        },
        x,
        array([1, 3]),
      )[0] as Value;
    // x + x·x + x²·x.
    for (const [name, d] of Object.entries(modes)) {
      expect([name, number(d(f)(2))]).toEqual([name, 1 + 4 + 12]);
      expect([name, number(d(d(f))(2))]).toEqual([name, 2 + 12]);
    }
  });
});

describe('JavaScript computes nothing with a value that is followed', () => {
  // Without that it makes NaN or false of it, and the slope is 0 in silence.
  const own: Readonly<Record<string, (x: never) => unknown>> = {
    'x * x': (x) => x * x,
    'x > 0': (x) => (x > 0 ? x : 0),
    '+x': (x) => +x,
    'Math.sin(x)': (x) => Math.sin(x),
  };
  for (const [name, f] of Object.entries(own)) {
    it(`${name} is refused`, () => {
      for (const d of Object.values(modes)) {
        expect(() => d(f as F)(1)).toThrow(/no numbers of JavaScript; use `add`, .*confusion\.test\.ts/);
      }
    });
  }
});

describe('a value that is kept beyond its transformation is refused', () => {
  let kept: Value = 0;
  const keep = (x: Value): Value => {
    kept = x;
    return sin(x);
  };
  const batch = array([1, 2]);
  const ways: Readonly<Record<string, () => unknown>> = {
    grad: () => grad(keep)(1),
    jvp: () => jvp(keep, [1], [1]),
    vjp: () => vjp(keep, 1),
    vmap: () => vmap(keep)(batch),
    jit: () => jit(keep)(1),
    checkpoint: () => checkpoint(keep)(1),
    scan: () => scan((c: Value, x: Value) => [keep(c), x] as const, 0, batch),
    cond: () =>
      cond(
        true,
        (x) => keep(x),
        (x) => keep(x),
        1 as Value,
      ),
  };
  for (const [name, run] of Object.entries(ways)) {
    it(`kept in ${name}`, () => {
      run();
      expect(() => add(kept, 1)).toThrow(
        /^add: a value of a \w+ that has ended was used.*confusion\.test\.ts/,
      );
      for (const [other, d] of Object.entries(modes)) {
        expect(() => d((y) => mul(y, kept))(1), `used in ${other}`).toThrow(/has ended/);
        expect(() => d(() => kept)(1), `given by ${other}`).toThrow(/has ended/);
      }
      expect(() => vmap((_: Value) => kept)(batch)).toThrow(/has ended/);
    });
  }

  it('what is thrown inside leaves nothing behind', () => {
    const broken = (x: Value): Value => {
      sin(x);
      throw new RangeError('own');
    };
    for (const d of Object.values(modes)) expect(() => d(broken)(1)).toThrow('own');
    expect(grad((x: Value) => mul(x, grad((y: Value) => add(x, y))(1)[0]))(1)).toEqual([1]);
  });
});
