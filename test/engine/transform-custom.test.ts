import { describe, expect, it } from 'vitest';
import type { Program } from '../../engine/core/program.ts';
import { outputsOf } from '../../engine/core/program.ts';
import type { Value } from '../../engine/core/trace.ts';
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  hvp,
  jit,
  jvp,
  linearize,
  ops,
  optimise,
  printProgram,
  scan,
  stopGradient,
  trace,
  vjp,
  vmap,
} from '../../engine/index.ts';
import { deepCount } from './support/programs.ts';
import { array, ints, near, numbersOf } from './support/values.ts';

const { add, mul, sin, cos, exp, square, sum } = ops;

describe('a reverse rule of one’s own', () => {
  /** x² with the derivative 3x, so that it is seen who was asked. */
  const f = customVjp(
    (x: Value) => square(x),
    (x) => [square(x), x] as const,
    (x: Value, ct: Value) => [mul(ct, mul(3, x))],
  );

  it('is asked in reverse mode, under vmap and jit, and is differentiated itself', () => {
    expect(grad(f)(2)).toEqual([6]);
    expect(numbersOf(vmap((x: Value) => grad(f)(x)[0])(array([1, 2])) as Value)).toEqual([3, 6]);
    expect(numbersOf(grad((x: Value) => sum(vmap(f)(x) as Value))(array([1, 2]))[0])).toEqual([3, 6]);
    expect(jit((x: Value) => grad(f)(x))(2)).toEqual([6]);
    expect(grad(jit(f))(2)).toEqual([6]);
    expect(grad((x: Value) => grad(f)(x)[0])(2)).toEqual([3]);
    expect(f(3)).toBe(9);
    expect(numbersOf(jit(f)(array([3])))).toEqual([9]);
  });

  it('is refused in forward mode, wherever that stands', () => {
    const refused = /^customVjp: has a reverse rule only.*transform-custom\.test\.ts/;
    expect(() => jvp(f, [2], [1])).toThrow(refused);
    expect(() => hvp(f, [2], [1])).not.toThrow();
    expect(() => grad((x: Value) => jvp(f, [x], [1])[1] as Value)(2)).toThrow(refused);
    expect(() => jvp(jit(f), [2], [1])).toThrow(refused);
    expect(() => jvp(vmap(f), [array([2])], [array([1])])).toThrow(refused);
    expect(() => linearize(f, 2)[1](1)).toThrow(/^customVjp: has a reverse rule only/);
    const looped = (x: Value) =>
      scan((s: Value, y: Value) => [f(mul(s, y)), null] as const, x, array([1, 2]))[0];
    expect(() => jvp(looped, [2], [1])).toThrow(refused);
    expect(() => linearize(looped, 2)[1](1)).toThrow(/^customVjp: has a reverse rule only/);
  });

  it('must give what the function gives, and a cotangent like each argument', () => {
    const given = (back: unknown, first: unknown = 5) =>
      customVjp(
        (x: Value, n: Value) => mul(sum(x), sum(n)),
        (x, n) => [first as Value, [x, n]] as const,
        () => back as [],
      );
    const x = array([1, 2]);
    const n = ints([3]);
    const ask = (back: unknown, first?: unknown) => () => grad(given(back, first))(x, n);
    expect(ask([array([1, 1]), 0])).not.toThrow();
    expect(ask([array([1, 1])])).toThrow(
      /the list of cotangents nests as \[\*\], what is wanted as \[\*, \*\]/,
    );
    expect(ask([1, 0])).toThrow(/the list of cotangents has f64\[\] where it must have f64\[2\]/);
    expect(ask([array([1, 1]), 0], x)).toThrow(
      /the result of the rule has f64\[2\] where it must have f64\[\]/,
    );
    expect(ask([array([1, 1]), 0], [x])).toThrow(
      /the result of the rule nests as \[\*\], what is wanted as \*/,
    );
  });

  it('must not close over what is differentiated; what is not it may', () => {
    const outer = (y: Value) => {
      const own = customVjp(
        (x: Value) => mul(x, y),
        (x) => [mul(x, y), x] as const,
        (_: Value, ct: Value) => [mul(ct, y)],
      );
      return own;
    };
    expect(() => grad((y: Value) => outer(y)(2))(3)).toThrow(/^customVjp: the function closes over a value/);
    expect(() => grad((y: Value) => outer(y)(y))(3)).toThrow(/pass it as an argument/);
    expect(grad(outer(5))(2)).toEqual([5]);
    const slopes = vmap((y: Value) => grad(outer(y))(2)[0])(array([3, 4])) as Value;
    expect(numbersOf(slopes)).toEqual([3, 4]);
    expect(numbersOf(jit((y: Value) => grad(outer(y))(2)[0] as Value)(3))).toEqual([3]);
  });
});

describe('a forward rule of one’s own', () => {
  /** sin x with the derivative 2 cos x. */
  const f = customJvp(
    (x: Value) => sin(x),
    ([x], [t]) => [sin(x), mul(t, mul(2, cos(x)))],
  );

  it('is asked in both modes, under vmap and jit, and is differentiated itself', () => {
    const wanted = 2 * Math.cos(0.5);
    expect(jvp(f, [0.5], [1])[1]).toBe(wanted);
    expect(grad(f)(0.5)).toEqual([wanted]);
    expect(jit((x: Value) => grad(f)(x))(0.5)).toEqual([wanted]);
    expect(numbersOf(vmap((x: Value) => grad(f)(x)[0])(array([0.5])) as Value)).toEqual([wanted]);
    expect(numbersOf(jvp(vmap(f), [array([0.5])], [array([1])])[1] as Value)).toEqual([wanted]);
    near(numbersOf(hvp(f, [0.5], [1])[0]), [-2 * Math.sin(0.5)], 1e-15);
  });

  it('must be linear in its tangents', () => {
    const bad = (rule: (t: Value) => Value) =>
      customJvp(
        (x: Value) => sin(x),
        ([x], [t]) => [sin(x), rule(t)],
      );
    const refused = /is not linear; a rule of `customJvp` must be linear.*transform-custom\.test\.ts/;
    expect(() => grad(bad((t) => square(t)))(2)).toThrow(refused);
    expect(() => grad(bad((t) => mul(t, t)))(2)).toThrow(refused);
    expect(() => grad(bad((t) => ops.div(1, t)))(2)).toThrow(refused);
    expect(() => grad(bad((t) => ops.where(ops.greater(t, 0), t, 0)))(2)).toThrow(refused);
  });

  it('must give what the function gives, and a tangent like that', () => {
    const given = (y: unknown, t: unknown) =>
      customJvp(
        (x: Value) => sum(x),
        () => [y as Value, t],
      );
    const ask = (y: unknown, t: unknown) => () => grad(given(y, t))(array([1, 2]));
    expect(ask(3, array([1, 2]))).toThrow(/the tangent has f64\[2\] where it must have f64\[\]/);
    expect(ask(3, [1])).toThrow(/the tangent nests as \[\*\], what is wanted as \*/);
    expect(ask([3], 1)).toThrow(/the result of the rule nests as \[\*\]/);
  });

  it('must not close over what is differentiated', () => {
    const outer = (y: Value) =>
      customJvp(
        (x: Value) => mul(x, y),
        ([x], [t]) => [mul(x, y), mul(t, y)],
      );
    expect(() => grad((y: Value) => outer(y)(2))(3)).toThrow(/^customJvp: the function closes over a value/);
    expect(() => jvp((y: Value) => outer(y)(y), [3], [1])).toThrow(/pass it as an argument/);
    expect(grad((x: Value) => outer(4)(x))(3)).toEqual([4]);
    expect(numbersOf(vmap((y: Value) => grad(outer(y))(2)[0])(array([3, 4])) as Value)).toEqual([3, 4]);
  });
});

describe('a checkpoint', () => {
  const f = (x: Value) => exp(sin(x));
  const traced = (g: (x: Value) => Value): Program => trace((x: Value) => grad(g)(x))(1);

  it('is computed again on the way back, behind a barrier, and stays so when optimised', () => {
    const program = traced(checkpoint(f));
    expect(deepCount(traced(f), 'sin')).toBe(1);
    expect(deepCount(program, 'sin')).toBe(2);
    expect(deepCount(program, 'exp')).toBe(2);
    expect(printProgram(program)).toMatch(
      /checkpoint[\s\S]*sin[\s\S]*exp[\s\S]*barrier[\s\S]*sin[\s\S]*cos[\s\S]*exp/,
    );
    const kept = optimise(trace((x: Value) => [checkpoint(f)(x), grad(checkpoint(f))(x)[0]])(1));
    expect(deepCount(kept, 'sin')).toBe(2);
    expect(deepCount(optimise(trace((x: Value) => [f(x), grad(f)(x)[0]])(1)), 'sin')).toBe(1);
  });

  it('keeps of a loop only the carries', () => {
    const loop = (step: (s: Value) => Value) => (x: Value) =>
      scan((s: Value) => [step(s), null] as const, x, null, { length: 5 })[0];
    const long = (s: Value) => sin(exp(sin(exp(sin(mul(s, 0.1))))));
    const stacked = (program: Program) =>
      outputsOf(program.steps.find(({ primitive }) => primitive.name === 'scan')!).length - 1;
    expect(stacked(traced(loop(long)))).toBeGreaterThan(3);
    expect(stacked(traced(loop(checkpoint(long))))).toBe(1);
    near(numbersOf(grad(loop(checkpoint(long)))(0.3)[0]), numbersOf(grad(loop(long))(0.3)[0]), 1e-15);
  });

  it('gives the same bits as without, derivatives of any order', () => {
    let [plain, held] = [f, checkpoint(f)] as [(x: Value) => Value, (x: Value) => Value];
    for (let order = 1; order <= 4; order++) {
      const [a, b] = [plain, held];
      plain = (x) => grad(a)(x)[0];
      held = (x) => grad(b)(x)[0];
      near(numbersOf(held(0.7)), numbersOf(plain(0.7)), 1e-14);
    }
  });
});

describe('a stopped gradient', () => {
  it('holds a value fixed in every mode', () => {
    const f = (x: Value) => mul(x, stopGradient(square(x)));
    expect(grad(f)(3)).toEqual([9]);
    expect(jvp(f, [3], [1])).toEqual([27, 9]);
    expect(vjp(f, 3)[1](1)).toEqual([9]);
    expect(grad((x: Value) => grad(f)(x)[0])(3)).toEqual([0]);
    expect(numbersOf(vmap((x: Value) => grad(f)(x)[0])(array([3])) as Value)).toEqual([9]);
    expect(jit((x: Value) => grad(f)(x))(3)).toEqual([9]);
    expect(grad((x: Value) => add(x, ops.primal(x)))(3)).toEqual([1]);
  });
});
