import { describe, expect, test } from 'vitest';
import { operation } from '../../agent/checks/operations.ts';
import {
  add,
  bottom,
  call,
  cornered,
  type Dual,
  div,
  isDual,
  mul,
  neg,
  one,
  real,
  sub,
  type Tower,
} from '../../agent/checks/tower.ts';

let tags = 1000;

/** f′ at x, by one dual number with a tag of its own. */
function slope(f: (x: Tower) => Tower): (x: Tower) => Tower {
  return (x) => {
    const tag = ++tags;
    const y = f({ tag, primal: x, tangents: [one] });
    return isDual(y) && y.tag === tag ? (y.tangents[0] ?? real(0)) : real(0);
  };
}

const at = (f: (x: Tower) => Tower, x: number): number => bottom(f(real(x))).hi;
const apply = (name: string) => (x: Tower) => call(operation(name), x);

describe('dual numbers', () => {
  test('keep two differentiations apart: d/dx of x·(d/dy of x + y) is 1', () => {
    const f = (x: Tower) => mul(x, slope((y) => add(x, y))(real(1)));
    expect(at(slope(f), 5)).toBe(1);
  });

  test('keep them apart when the inner variable is the outer one: d/dx of x·(d/dy of x·y at y = x) is 2x', () => {
    const f = (x: Tower) => mul(x, slope((y) => mul(x, y))(x));
    expect(at(slope(f), 3)).toBe(6);
  });

  test('nest to any depth: the fourth derivative of sin is sin', () => {
    let f: (x: Tower) => Tower = apply('sin');
    for (let i = 0; i < 4; i++) f = slope(f);
    expect(at(f, 0.7)).toBeCloseTo(Math.sin(0.7), 15);
  });

  test('differentiate quotients, differences and negations', () => {
    const f = (x: Tower) => neg(div(sub(x, one), mul(x, x)));
    // −(x − 1)/x² has slope (x − 2)/x³.
    expect(at(slope(f), 4)).toBeCloseTo(2 / 64, 16);
  });
});

describe('running errors', () => {
  test('exact inputs and constants have none; each operation adds the size of its result', () => {
    expect(real(3).err).toBe(0);
    expect(bottom(add(real(3), real(4))).err).toBe(7);
    expect(bottom(mul(add(real(3), real(4)), real(2))).err).toBe(7 * 2 + 14);
  });

  test('grow where a difference cancels', () => {
    const tenth = div(one, real(10));
    const nothing = sub(add(tenth, one), one);
    expect(bottom(nothing).err).toBeGreaterThan(1);
    expect(bottom(nothing).hi).toBeCloseTo(0.1, 15);
  });

  test('allow the textbook 1 − y² of tanh at 10 its 1e-8, and nothing of the kind at 0.5', () => {
    const scaleAt = (x: number) => {
      const r = bottom(slope(apply('tanh'))(real(x)));
      return r.err / Math.abs(r.hi);
    };
    expect(scaleAt(10)).toBeGreaterThan(1e7);
    expect(scaleAt(0.5)).toBeLessThan(10);
  });

  test('carry what another right way of writing a partial loses: eˣˡⁿ² for 2ˣ', () => {
    const r = bottom(slope(apply('exp2'))(real(500)));
    expect(r.err / r.hi).toBeGreaterThan(300);
  });
});

describe('kinks', () => {
  test('leave the slope undecided on them, and decide it beside them', () => {
    for (const name of ['abs', 'relu']) {
      expect(bottom(slope(apply(name))(real(0))).err).toBe(Number.POSITIVE_INFINITY);
      expect(at(slope(apply(name)), 5e-324)).toBe(1);
    }
    expect(at(slope(apply('abs')), -5e-324)).toBe(-1);
  });

  test('are undecided too where rounding may hide the side', () => {
    // 0.1 + 0.2 − 0.3 is 5.6e-17 in float64 and 2.8e-17 exactly; nobody can ask for its side of a kink.
    const f = (x: Tower) => apply('abs')(sub(mul(x, real(3)), real(0.3)));
    expect(bottom(slope(f)(real(0.1))).err).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a slope leave the slope decided and its derivative not: huber at 1', () => {
    expect(at(slope(apply('huber')), 1)).toBe(1);
    expect(bottom(slope(slope(apply('huber')))(real(1))).err).toBe(Number.POSITIVE_INFINITY);
    const dual: Dual = { tag: ++tags, primal: one, tangents: [one] };
    expect(bottom(cornered(one, dual))).toBe(one);
  });
});
