import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf, erfc, erfinv } from '../../engine/numeric/erf.ts';
import { digamma, lgamma } from '../../engine/numeric/gamma.ts';
import { acosh, cosh, sinh, tanh } from '../../engine/numeric/hyperbolic.ts';
import { polygamma } from '../../engine/numeric/polygamma.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN, EPSILON } = Number;

/** Euler's constant, Apéry's constant ζ(3) and Catalan's constant. */
const EULER = 0.5772156649015329;
const ZETA3 = 1.2020569031595942;
const CATALAN = 0.915965594177219;

/** Within so many ε of a number. */
function near(got: number, want: number, units = 4): void {
  expect(Math.abs(got - want) / (EPSILON * Math.abs(want)), `${got} for ${want}`).toBeLessThanOrEqual(units);
}

/** A property of numbers drawn from an interval. */
function holds(min: number, max: number, property: (x: number) => void): void {
  fc.assert(
    fc.property(fc.double({ min, max, noNaN: true }), (x) => void property(x)),
    { numRuns: 500 },
  );
}

describe('erf and erfc', () => {
  it('have their known values', () => {
    near(erf(0.5), 0.5204998778130465, 1);
    near(erf(1), 0.8427007929497149, 1);
    near(erf(2), 0.9953222650189527, 1);
    near(erfc(0.5), 0.4795001221869535, 1);
    near(erfc(2), 0.004677734981047266, 1);
    near(erfc(5), 1.5374597944280349e-12, 1);
    near(erfc(10), 2.088487583762545e-45, 1);
    near(erfc(26), 5.663192408856143e-296, 2);
  });

  it('end where they must', () => {
    expect([erf(INF), erf(-INF), erfc(INF), erfc(-INF), erfc(0), erfc(28)]).toEqual([1, -1, 0, 2, 1, 0]);
    expect([erf(NAN), erfc(NAN), erfinv(NAN)]).toEqual([NAN, NAN, NAN]);
    expect([erf(0), erf(-0), erfinv(0), erfinv(-0)]).toEqual([0, -0, 0, -0]);
    expect(erf(5e-324)).toBe(5e-324);
  });

  it('erf is odd, and erf + erfc is 1', () => {
    holds(-30, 30, (x) => {
      expect(erf(-x)).toBe(-erf(x));
      expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThanOrEqual(EPSILON);
    });
  });

  it('erfc falls all the way, also across the borders of its formulas', () => {
    holds(-5, 26, (x) => expect(erfc(x + 1e-6)).toBeLessThanOrEqual(erfc(x)));
    for (const border of [0.5, 1, 1.25, 2.25, 4.5]) {
      near(erfc(border * (1 - EPSILON)), erfc(border), 4 * (1 + 2 * border ** 2));
    }
  });

  it('erfinv undoes erf on both sides, to the condition of the map', () => {
    holds(-1, 1, (y) => {
      if (Math.abs(y) === 1) return;
      expect(Math.abs(erf(erfinv(y)) - y)).toBeLessThanOrEqual(4 * EPSILON * Math.abs(y) + 5e-324);
    });
    expect([erfinv(1), erfinv(-1), erfinv(1.1), erfinv(-2)]).toEqual([INF, -INF, NAN, NAN]);
    near(erfinv(0.5), 0.4769362762044699, 1);
  });
});

describe('lgamma', () => {
  it('is the logarithm of factorials', () => {
    let factorial = 1;
    for (let n = 2; n <= 20; n++) {
      factorial *= n;
      near(lgamma(n + 1), Math.log(factorial));
    }
    expect([lgamma(1), lgamma(2)]).toEqual([0, 0]);
    near(lgamma(0.5), Math.log(Math.PI) / 2, 2);
    near(lgamma(-0.5), Math.log(2 * Math.sqrt(Math.PI)), 2);
    near(lgamma(1e300), 6.897755278982137e302, 1);
  });

  it('is infinite at its poles and at both infinities', () => {
    expect([0, -0, -1, -2, -1e20, INF, -INF].map(lgamma)).toEqual([INF, INF, INF, INF, INF, INF, INF]);
    expect(lgamma(NAN)).toBeNaN();
  });

  it('log |Γ(x + 1)| = log |Γ(x)| + log |x|', () => {
    holds(-30, 1e6, (x) => {
      const [a, b, c] = [lgamma(x + 1), lgamma(x), Math.log(Math.abs(x))];
      if (![a, b, c].every(Number.isFinite) || x + 1 - 1 !== x) return;
      const slope = Math.abs(x * digamma(x)) + Math.abs((x + 1) * digamma(x + 1));
      expect(Math.abs(a - b - c)).toBeLessThanOrEqual(
        8 * EPSILON * (Math.abs(a) + Math.abs(b) + Math.abs(c) + slope),
      );
    });
  });

  it('keeps relative accuracy at its zeros 1 and 2', () => {
    for (const h of [1e-3, 1e-8, 1e-12]) {
      const [x, y] = [1 + h, 2 + h];
      near(
        lgamma(x),
        -EULER * (x - 1) * (1 - ((Math.PI ** 2 / 12) * (x - 1)) / EULER),
        1e15 * h ** 2 * 4 + 4,
      );
      near(lgamma(y), (1 - EULER) * (y - 2), 4e15 * h + 4);
    }
  });
});

describe('digamma and polygamma', () => {
  it('have their known values', () => {
    near(digamma(1), -EULER, 1);
    near(digamma(0.5), -EULER - 2 * Math.LN2, 1);
    near(digamma(0.25), -EULER - Math.PI / 2 - 3 * Math.LN2, 1);
    near(digamma(1e10), 23.02585092989046, 1);
    near(polygamma(1, 1), Math.PI ** 2 / 6, 1);
    near(polygamma(1, 0.5), Math.PI ** 2 / 2, 1);
    near(polygamma(1, 0.25), Math.PI ** 2 + 8 * CATALAN, 2);
    near(polygamma(2, 1), -2 * ZETA3, 1);
    near(polygamma(2, 0.5), -14 * ZETA3, 2);
    near(polygamma(3, 1), Math.PI ** 4 / 15, 2);
    near(polygamma(22, 1.5), -100154637958394430, 8);
    near(polygamma(59, -2.4), 1.0433358234195962e104, 61 * 4);
    near(polygamma(70, -2.4), 2.1485509229988551e128, 72 * 4);
    near(polygamma(61, -2.3), 1.330414261761011e116, 63 * 4);
  });

  it('of a high order left of 0 are n! times the sum over the poles', () => {
    const sum = (n: number, x: number) => {
      let factorial = n % 2 === 0 ? -1 : 1;
      for (let k = 2; k <= n; k++) factorial *= k;
      let total = 0;
      for (let k = 0; k < 30; k++) total += (x + k) ** (-n - 1);
      return factorial * total;
    };
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 99 }), fc.integer({ min: -9, max: -1 }), (n, at) => {
        for (const off of [0.3, 0.45, 0.6]) near(polygamma(n, at + off), sum(n, at + off), 16 * n);
      }),
    );
  });

  it('digamma is 0 at its root to the last digit', () => {
    expect(Math.abs(digamma(1.4616321449683622))).toBeLessThan(1e-16);
  });

  it('ψ(x + 1) = ψ(x) + 1/x and ψ(1 − x) = ψ(x) + π cot πx', () => {
    holds(0.01, 50, (x) => {
      if (x + 1 - 1 !== x) return;
      expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThanOrEqual(8 * EPSILON * (5 + 1 / x));
    });
    holds(0.05, 0.45, (x) => {
      const want = digamma(x) + Math.PI / Math.tan(Math.PI * x);
      expect(Math.abs(digamma(1 - x) - want)).toBeLessThanOrEqual(64 * EPSILON * (1 + 1 / x));
    });
  });

  it('each order steps by its pole, and alternates in sign right of 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0.3, max: 20, noNaN: true }), (n, x) => {
        if (x + 1 - 1 !== x) return;
        let pole = 1 / x;
        for (let k = 1; k <= n; k++) pole *= k / x;
        const sign = n % 2 === 1 ? 1 : -1;
        const [here, next] = [polygamma(n, x), polygamma(n, x + 1)];
        expect(Math.sign(here)).toBe(sign);
        expect(Math.abs(here - next - sign * pole)).toBeLessThanOrEqual(
          8 * (n + 2) * EPSILON * Math.abs(here),
        );
      }),
    );
  });

  it('each order is the slope of the one before', () => {
    for (const x of [-3.3, -0.6, -0.1, 0.2, 1.5, 9.9, 10.1, 40]) {
      for (let n = 1; n <= 5; n++) {
        const h = 1e-5 * Math.min(1, Math.abs(x));
        const slope = (polygamma(n - 1, x + h) - polygamma(n - 1, x - h)) / (2 * h);
        expect(Math.abs(slope / polygamma(n, x) - 1)).toBeLessThan(1e-5);
      }
    }
  });

  it('poles, infinities, and orders that are none', () => {
    expect([digamma(0), digamma(-0), digamma(-3), digamma(INF), digamma(-INF)]).toEqual([
      -INF,
      INF,
      NAN,
      INF,
      NAN,
    ]);
    expect([polygamma(1, 0), polygamma(1, -2), polygamma(3, -0)]).toEqual([INF, INF, INF]);
    expect([polygamma(2, 0), polygamma(2, -0), polygamma(2, -1)]).toEqual([-INF, INF, NAN]);
    expect([polygamma(1, INF), polygamma(2, INF), polygamma(1, -INF)]).toEqual([0, -0, NAN]);
    expect([polygamma(-1, 2), polygamma(1.5, 2), polygamma(NAN, 2), polygamma(1, NAN)]).toEqual([
      NAN,
      NAN,
      NAN,
      NAN,
    ]);
    expect(polygamma(0, 2.5)).toBe(digamma(2.5));
  });
});

describe('hyperbolic functions', () => {
  it('are odd, even, and cosh² − sinh² = 1', () => {
    holds(-700, 700, (x) => {
      expect([sinh(-x), tanh(-x), cosh(-x)]).toEqual([-sinh(x), -tanh(x), cosh(x)]);
    });
    holds(-3, 3, (x) => {
      expect(Math.abs(cosh(x) ** 2 - sinh(x) ** 2 - 1)).toBeLessThanOrEqual(8 * EPSILON * cosh(x) ** 2);
    });
  });

  it('tanh rises and stays within 1', () => {
    holds(-25, 25, (x) => {
      expect(tanh(x + 1e-6)).toBeGreaterThanOrEqual(tanh(x));
      expect(Math.abs(tanh(x))).toBeLessThanOrEqual(1);
    });
  });

  it('acosh undoes cosh', () => {
    holds(0.01, 700, (x) => near(acosh(cosh(x)), x, 8 + 8 / x ** 2));
  });

  it('end where they must', () => {
    expect([sinh(INF), sinh(-INF), cosh(-INF), tanh(INF), tanh(-INF), acosh(INF)]).toEqual([
      INF,
      -INF,
      INF,
      1,
      -1,
      INF,
    ]);
    expect([sinh(-0), tanh(-0), acosh(1), acosh(0.5), tanh(NAN), sinh(NAN)]).toEqual([
      -0,
      -0,
      0,
      NAN,
      NAN,
      NAN,
    ]);
    expect([sinh(711), cosh(711), Number.isFinite(sinh(710.4))]).toEqual([INF, INF, true]);
  });
});
