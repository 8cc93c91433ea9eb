import { composite, exp, positive, sigmoidOf, softplusOf, tanh } from './composite-build.ts';
import type { Domain } from './draw.ts';
import { decaying, tanhSlope } from './far-out.ts';
import type { Operation } from './operation.ts';
import { between, square } from './operation-build.ts';
import {
  add,
  bottom,
  call,
  constant,
  div,
  mul,
  neg,
  one,
  real,
  stretch,
  sub,
  type Tower,
  widen,
  zero,
} from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const two = real(2);

/** Beyond −700, e^x nears the subnormal numbers, whose relative error nobody can hold. */
const UP: Domain = between(-700, 1100, 0);
const DOWN: Domain = between(-1100, 700, 0);

/** y(1 − y); where 1 − y keeps no digit, e⁻ˣ/(1 + e⁻ˣ)², and beside 0, ¼ sech²(x/2), which keep the slope's own slope. */
function sigmoidSlope(x: Tower, y: Tower): Tower {
  const usual = mul(y, sub(one, y));
  const { hi } = bottom(x);
  if (hi > 15) {
    const decay = exp(neg(x));
    return widen(div(decay, square(add(one, decay))), usual);
  }
  return Math.abs(hi) < 2 ** -500 ? widen(stretch(sub(one, square(tanh(stretch(x, -1)))), -2), usual) : usual;
}

const sigmoid = composite('sigmoid', sigmoidOf, sigmoidSlope, UP, [
  [0, 0.5, 0.25],
  [1000, 1, 0],
  [-1000, 0, 0],
  [INF, 1, 0],
  [-INF, 0, 0],
  [NAN, NAN, NAN],
]);

/** The sigmoid with the slope that everybody gives it, y(1 − y), whose rounding is then allowed in second derivatives. */
export const gate = (x: Tower): Tower => call(sigmoid, x);

const SQRT_2_OVER_PI = constant({ hi: 0.7978845608028654, lo: -4.98465440455546e-17 });
/** The decimal that the usual definition of gelu's tanh form has, as float64 holds it. */
const GELU_CUBIC = real(0.044715);

/** Beyond this a gate is 0 or 1. */
const SHUT = 1100;
const isShut = (x: Tower, limit = SHUT): boolean => Math.abs(bottom(x).hi) > limit;
/** What is left of x·gate and of its slope there. */
const passed = (x: Tower): Tower => (positive(x) ? x : zero);
const passedSlope = (x: Tower): Tower => (positive(x) ? one : zero);

function siluOf(x: Tower): Tower {
  if (isShut(x)) return passed(x);
  return bottom(x).hi < -700 ? decaying(x, 1, (e) => mul(x, e)) : mul(x, sigmoidOf(x));
}

function siluSlope(x: Tower): Tower {
  const { hi } = bottom(x);
  if (isShut(x)) return passedSlope(x);
  if (hi < -700) return decaying(x, 1, (e) => mul(add(one, x), e));
  if (hi > 700)
    return add(
      one,
      decaying(x, -1, (e) => mul(sub(x, one), e)),
    );
  const s = gate(x);
  return add(s, mul(x, mul(s, sub(one, s))));
}

/** √(2/π)·(x + 0.044715 x³), and its derivative. */
const geluInner = (x: Tower): Tower => mul(SQRT_2_OVER_PI, add(x, mul(GELU_CUBIC, mul(square(x), x))));
const geluSlope = (x: Tower): Tower =>
  mul(SQRT_2_OVER_PI, add(one, mul(mul(real(3), GELU_CUBIC), square(x))));
/** 0.5·(1 + tanh u) is the sigmoid of 2u, without the cancellation. */
const geluGate = (x: Tower): Tower => gate(mul(two, geluInner(x)));

const GELU_SHUT = 40;

function geluPartial(x: Tower): Tower {
  if (isShut(x, GELU_SHUT)) return passedSlope(x);
  const s = geluGate(x);
  return add(s, mul(mul(x, mul(s, sub(one, s))), mul(two, geluSlope(x))));
}

function mishOf(x: Tower): Tower {
  if (isShut(x)) return passed(x);
  // tanh(log(1 + eˣ)) is eˣ there.
  return bottom(x).hi < -700 ? decaying(x, 1, (e) => mul(x, e)) : mul(x, tanh(softplusOf(x)));
}

function mishPartial(x: Tower): Tower {
  const { hi } = bottom(x);
  if (isShut(x)) return passedSlope(x);
  if (hi < -700) return decaying(x, 1, (e) => mul(add(one, x), e));
  // x − 2x e⁻²ˣ, to far more digits than any.
  if (hi > 300)
    return add(
      one,
      decaying(x, -2, (e) => mul(sub(mul(real(4), x), two), e)),
    );
  const s = softplusOf(x);
  const t = tanh(s);
  return add(t, mul(x, mul(tanhSlope(s, t), gate(x))));
}

/** Sigmoids and what neural networks make of them. */
export const activations: readonly Operation[] = [
  sigmoid,
  composite(
    'softplus',
    softplusOf,
    (x) => gate(x),
    UP,
    [
      [0, Math.LN2, 0.5],
      [1000, 1000, 1],
      [-1000, 0, 0],
      [INF, INF, 'any'],
      [-INF, 0, 0],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(x, y) => exp(sub(x!, y!))]], delicate: [[-40], [750]] },
  ),
  composite(
    'logsigmoid',
    (x) => neg(softplusOf(neg(x))),
    (x) => gate(neg(x)),
    DOWN,
    [
      [0, -Math.LN2, 0.5],
      [1000, 0, 0],
      [-1000, -1000, 1],
      [INF, 0, 0],
      [-INF, -INF, 'any'],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(x, y) => exp(sub(y!, x!))]], delicate: [[40], [-750]] },
  ),
  composite(
    'silu',
    siluOf,
    siluSlope,
    UP,
    [
      [0, 0, 0.5],
      [1000, 1000, 1],
      [-1000, 0, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[-40], [750]] },
  ),
  composite(
    'gelu',
    (x) => (isShut(x, GELU_SHUT) ? passed(x) : mul(x, geluGate(x))),
    (x) => geluPartial(x),
    between(-20, 1100, 0),
    [
      [0, 0, 0.5],
      [1000, 1000, 1],
      [-1000, 0, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[-6], [-9], [-15]] },
  ),
  composite(
    'mish',
    mishOf,
    mishPartial,
    UP,
    [
      [0, 0, 0.6],
      [1000, 1000, 1],
      [-1000, 0, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[-40], [750]] },
  ),
];
