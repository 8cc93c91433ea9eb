import { composite, exp, sigmoidOf, softplusOf, tanh } from './composite-build.ts';
import type { Domain } from './draw.ts';
import type { Operation } from './operation.ts';
import { between, square } from './operation-build.ts';
import { add, call, constant, mul, neg, one, real, sub, type Tower } from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const two = real(2);

/** Beyond −700, e^x nears the subnormal numbers, whose relative error nobody can hold. */
const UP: Domain = between(-700, 1100, 0);
const DOWN: Domain = between(-1100, 700, 0);

const sigmoid = composite('sigmoid', sigmoidOf, (_, y) => mul(y, sub(one, y)), UP, [
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

/** √(2/π)·(x + 0.044715 x³), and its derivative. */
const geluInner = (x: Tower): Tower => mul(SQRT_2_OVER_PI, add(x, mul(GELU_CUBIC, mul(square(x), x))));
const geluSlope = (x: Tower): Tower =>
  mul(SQRT_2_OVER_PI, add(one, mul(mul(real(3), GELU_CUBIC), square(x))));
/** 0.5·(1 + tanh u) is the sigmoid of 2u, without the cancellation. */
const geluGate = (x: Tower): Tower => gate(mul(two, geluInner(x)));

function geluPartial(x: Tower): Tower {
  const s = geluGate(x);
  return add(s, mul(mul(x, mul(s, sub(one, s))), mul(two, geluSlope(x))));
}

function mishPartial(x: Tower): Tower {
  const t = tanh(softplusOf(x));
  return add(t, mul(x, mul(sub(one, square(t)), gate(x))));
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
    (x) => mul(x, sigmoidOf(x)),
    (x) => {
      const s = gate(x);
      return add(s, mul(x, mul(s, sub(one, s))));
    },
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
    (x) => mul(x, geluGate(x)),
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
    (x) => mul(x, tanh(softplusOf(x))),
    (x) => mishPartial(x),
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
