import type { Expectation } from '../../agent/judge/types.ts';

/** A claim about automatic differentiation of which it is known whether it holds. */
export interface PlantedClaim {
  readonly statement: string;
  readonly holds: boolean;
  readonly code: string;
  readonly expect: Expectation;
}

/** A program, what is true of what it prints, and what one may believe of it who errs a little. */
interface Fact {
  readonly code: string;
  readonly right: readonly [statement: string, expect: Expectation];
  readonly wrong: readonly [statement: string, expect: Expectation];
  /** The program of the wrong claim, where it is another one. */
  readonly wrongCode?: string;
}

const equals = (value: number | readonly number[], within = 0): Expectation => ({
  kind: 'equals',
  value: value as number,
  within,
});
const less = (value: number): Expectation => ({ kind: 'less-than', value });
const greater = (value: number): Expectation => ({ kind: 'greater-than', value });
const ratio = (value: number, within: number): Expectation => ({ kind: 'ratio', value, within });
const power = (exponent: number, within: number): Expectation => ({
  kind: 'grows-like',
  power: exponent,
  within,
});
const diverges = (factor: number): Expectation => ({ kind: 'diverges', factor });
const prints = (text: string): Expectation => ({ kind: 'prints', text });
const throws = (message: string): Expectation => ({ kind: 'throws', message });
const shape = (
  name: 'rising' | 'falling' | 'valley' | 'peak',
  by: number,
  turn: { at: number; factor: number } | null = null,
): Expectation => ({ kind: 'shape', shape: name, by, turn });

const orders = (powers: Readonly<Record<string, number>>): Expectation => ({
  kind: 'curves',
  x: 'step h',
  y: 'error',
  curves: Object.entries(powers).map(([name, exponent]) => ({
    name,
    expect: { kind: 'grows-like', power: exponent, within: 0.05 },
  })),
});

const uses = (names: string, code: string): string =>
  `import { ${names} } from 'vibegrad/engine';\n${code.trim()}\n`;

/** Steps of traced programs of a product of n factors. */
const product = 'const f = (...x) => sin(x.reduce((p, each) => mul(p, each)));';
const at = 'const x = (n) => Array(n).fill(1.1);';

const facts: readonly Fact[] = [
  // Cost.
  {
    code: uses(
      'grad, mul, sin, trace',
      `${product}${at}
console.log(JSON.stringify([trace(grad(f))(...x(64)).steps.length, trace(f)(...x(64)).steps.length]));`,
    ),
    right: [
      'The gradient of a product of 64 factors takes three times as many steps as the product.',
      ratio(3, 0.5),
    ],
    wrong: ['It takes 64 times as many: one derivative for each factor.', ratio(64, 10)],
  },
  {
    code: uses(
      'grad, jvp, mul, sin, trace',
      `${product}${at}
const product = (n) => trace((...p) => jvp(grad(f), p, p.map(() => 1))[1])(...x(n)).steps.length;
console.log(JSON.stringify([8, 16, 32, 64, 128].map((n) => [n, product(n)])));`,
    ),
    right: [
      'A Hessian-vector product, forward over reverse, grows like the first power of n.',
      power(1, 0.1),
    ],
    wrong: ['It grows like the second power, as the Hessian does.', power(2, 0.1)],
  },
  {
    code: uses(
      'grad, jvp, mul, sin',
      `let runs = 0;
const f = (...x) => { runs += 1; return sin(x.reduce((p, each) => mul(p, each))); };
const count = (work) => { runs = 0; work(); return runs; };
const x = Array(8).fill(1.1);
const unit = (i) => x.map((_, k) => (k === i ? 1 : 0));
console.log(JSON.stringify([
  count(() => [f(...x), ...x.map((_, i) => f(...x.map((each, k) => (k === i ? each + 1e-7 : each))))]),
  count(() => x.map((_, i) => jvp(f, x, unit(i)))),
  count(() => grad(f)(...x)),
]));`,
    ),
    right: [
      'Eight slopes take 9 runs by forward differences, 8 in forward mode, 1 in reverse mode.',
      equals([9, 8, 1]),
    ],
    wrong: ['They take 8 runs by forward differences, as in forward mode.', equals([8, 8, 1])],
  },
  {
    code: uses(
      'mul, sin, vjp',
      `let runs = 0;
const f = (x, y, z) => { runs += 1; return [mul(x, y), mul(y, sin(z))]; };
const [, pull] = vjp(f, 1, 2, 3);
pull([1, 0]); pull([0, 1]);
console.log(runs);`,
    ),
    right: ['Two rows of a Jacobian take one run of the function: what is pulled back is linear.', equals(1)],
    wrong: ['Each row takes a run of the function.', equals(2)],
  },
  // Differences.
  {
    code: uses(
      'grad, sin',
      `const steps = [0.001, 0.003, 0.01, 0.03, 0.1];
const errors = (quotient) => steps.map((h) => [h, Math.abs(quotient(h) - grad(sin)(1)[0])]);
console.log(JSON.stringify({
  forward: errors((h) => (sin(1 + h) - sin(1)) / h),
  'with both added': errors((h) => (sin(1 + h) - sin(1) + (sin(1) - sin(1 - h))) / (2 * h)),
}));`,
    ),
    right: [
      'The error of a forward difference is of first order in h; the mean of forward and backward one of second.',
      orders({ forward: 1, 'with both added': 2 }),
    ],
    wrong: [
      'Both are of first order in h: a mean of two errors of first order is one.',
      orders({ forward: 1, 'with both added': 1 }),
    ],
  },
  {
    code: uses(
      'grad, sin',
      `const error = (h) => Math.abs((sin(1 + h) - sin(1 - h)) / (2 * h) - grad(sin)(1)[0]);
console.log(JSON.stringify([0.001, 0.003, 0.01, 0.03, 0.1].map((h) => [h, error(h)])));`,
    ),
    right: ['The error of a central difference is of second order in h.', power(2, 0.05)],
    wrong: ['It is of third order: the even terms cancel, and h³ is the first that is left.', power(3, 0.05)],
  },
  {
    code: uses(
      'exp, grad',
      `const worst = (h) => Math.max(...[1, 1.1, 1.2, 1.3, 1.4].map((x) =>
  Math.abs((exp(x + h) - exp(x - h)) / (2 * h) / grad(exp)(x)[0] - 1)));
console.log(JSON.stringify(Array.from({ length: 13 }, (_, i) => 10 ** (i - 13)).map((h) => [h, worst(h)])));`,
    ),
    right: [
      'The best step of a central difference is near the cube root of ε: a valley with its bottom at 6e-6.',
      shape('valley', 1e4, { at: 6e-6, factor: 5 }),
    ],
    wrong: [
      'It is near the square root of ε, 1.5e-8, as for a forward difference.',
      shape('valley', 1e4, { at: 1.5e-8, factor: 5 }),
    ],
  },
  {
    code: uses(
      'grad, sin',
      `const worst = (h) => Math.max(...[1, 1.1, 1.2, 1.3, 1.4].map((x) =>
  Math.abs((sin(x + h) - sin(x)) / h / grad(sin)(x)[0] - 1)));
console.log(JSON.stringify(Array.from({ length: 14 }, (_, i) => 10 ** (i - 14)).map((h) => [h, worst(h)])));`,
    ),
    right: [
      'The best step of a forward difference is near the square root of ε: a valley with its bottom at 1.5e-8.',
      shape('valley', 1e4, { at: 1.5e-8, factor: 10 }),
    ],
    wrong: ['The smaller the step, the smaller the error: the series rises with h.', shape('rising', 1e4)],
  },
  {
    code: uses(
      'grad, mul, sin',
      `const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const sine = ([a, b]) => [Math.sin(a) * Math.cosh(b), Math.cos(a) * Math.sinh(b)];
const error = (h) => Math.abs(times([2, h], sine([2, h]))[1] / h - grad((x) => mul(x, sin(x)))(2)[0]);
console.log(JSON.stringify([1e-200, 1e-100, 1e-20, 1e-8, 1e-4, 1e-2].map((h) => [h, Math.max(error(h), 1e-15)])));`,
    ),
    right: [
      'The smaller the step, the smaller the error of a complex step: it never turns.',
      shape('rising', 1e8),
    ],
    wrong: ['It has a best step, as every difference has: the error is a valley.', shape('valley', 10)],
  },
  {
    code: uses(
      'grad, mul, sin',
      `const f = (x) => mul(x, sin(x));
const h = 1e-17;
console.log(JSON.stringify([(f(2 + h) - f(2)) / h, grad(f)(2)[0]]));`,
    ),
    right: [
      'With h = 1e-17 a forward difference at 2 is exactly 0; the slope is 0.0770.',
      equals([0, 0.0770037537313969], 1e-15),
    ],
    wrong: [
      'With h = 1e-17 it agrees with the slope to 1e-15.',
      equals([0.0770037537313969, 0.0770037537313969], 1e-15),
    ],
  },
  // Kinks.
  {
    code: uses(
      'abs, grad, neg, relu, sub',
      'console.log(JSON.stringify([grad(relu)(0)[0], grad(abs)(0)[0]]));',
    ),
    right: ['At 0 the engine gives relu the slope 0, and |x| the slope 0.', equals([0, 0])],
    wrong: ['At 0 it gives relu the mean of both sides, 0.5, and |x| the slope 0.', equals([0.5, 0])],
  },
  {
    code: uses('grad, neg, relu, sub', 'console.log(grad((x) => sub(relu(x), relu(neg(x))))(0)[0]);'),
    right: ['relu(x) − relu(−x) is x, and at 0 reverse mode gives it the slope 0.', equals(0)],
    wrong: ['relu(x) − relu(−x) is x, so at 0 reverse mode gives it the slope 1.', equals(1)],
  },
  {
    code: uses('abs, grad', 'console.log(grad(abs)(0)[0]);'),
    right: ['The slope of |x| at 0 is a subgradient: greater than −1.', greater(-1)],
    wrong: ['|x| has no slope at 0, so the engine refuses to differentiate it there.', throws('abs')],
  },
  {
    code: uses(
      'equal, grad, square, where',
      'const f = (x) => where(equal(x, 2), 4, square(x));\nconsole.log(JSON.stringify([f(2), grad(f)(2)[0]]));',
    ),
    right: ['With a special case at 2 the value of x² there is right and the slope 0.', equals([4, 0])],
    wrong: [
      'With a special case at 2 value and slope of x² there are right: the program computes x².',
      equals([4, 4]),
    ],
  },
  // Digits.
  {
    code: uses('log, log1p', 'console.log(Math.abs(log(1 + 1e-10) / log1p(1e-10) - 1));'),
    right: ['At 1e-10, log(1 + x) and log1p(x) part after seven digits: by more than 1e-9.', greater(1e-9)],
    wrong: ['At 1e-10, log(1 + x) and log1p(x) agree to 1e-15, since 1 + 1e-10 is a float64.', less(1e-15)],
  },
  {
    code: uses(
      'add, grad, log, log1p',
      'console.log(Math.abs(grad((x) => log(add(1, x)))(1e-10)[0] / grad(log1p)(1e-10)[0] - 1));',
    ),
    right: ['Their slopes at 1e-10 agree to 1e-15: the digits are lost in the value alone.', less(1e-15)],
    wrong: ['Their slopes at 1e-10 part as the values do: by more than 1e-9.', greater(1e-9)],
  },
  {
    code: uses(
      'cos, div, grad, mul, sub',
      'const x = 1e-8;\nconsole.log(Math.abs(grad((t) => div(sub(1, cos(t)), mul(t, t)))(x)[0] + x / 12));',
    ),
    right: [
      'AD of (1 − cos x)/x² at 1e-8 is off by more than 1e6: an unstable program stays one.',
      greater(1e6),
    ],
    wrong: ['AD takes no difference, so at 1e-8 its slope is right to 1e-6.', less(1e-6)],
  },
  {
    code: uses('tanh', 'const y = tanh(15);\nconsole.log((1 - y * y) * Math.cosh(15) ** 2 - 1);'),
    right: [
      'At 15 the textbook formula 1 − y² for the slope of tanh is off by 1.66e-4.',
      equals(1.66e-4, 1e-6),
    ],
    wrong: ['At 15 it is right to 1e-12: it is the same number.', less(1e-12)],
  },
  // Nesting, second order.
  {
    code: uses('add, grad, mul', 'console.log(grad((x) => mul(x, grad((y) => add(x, y))(1)[0]))(1)[0]);'),
    right: ['d/dx of x·(d/dy of x + y) at 1 is 1.', equals(1)],
    wrong: ['d/dx of x·(d/dy of x + y) at 1 is 2: the inner x counts as well.', equals(2)],
  },
  {
    code: uses(
      'hessian, mul, square, sub',
      'console.log(hessian((x, y) => mul(0.5, square(sub(mul(x, y), 1))))(2, 3)[0][1]);',
    ),
    right: [
      '∂²/∂x∂y of ½(xy − 1)² at (2, 3) is 11: JᵀJ, which is 6, and the residual, which is 5.',
      equals(11, 1e-12),
    ],
    wrong: [
      'The Hessian of a sum of squares is JᵀJ: ∂²/∂x∂y of ½(xy − 1)² at (2, 3) is 6.',
      equals(6, 1e-12),
    ],
  },
  {
    code: uses(
      'add, hessian, square',
      'const [[a, b], [c, d]] = hessian((x, y) => square(add(x, mul(2, y))))(1, 2);\nconsole.log(JSON.stringify([a, b, c, d, a * d - b * c]));',
    ).replace('square }', 'mul, square }'),
    right: [
      'The Hessian of (x + 2y)² is of rank one: 2, 4, 4, 8 with determinant 0.',
      equals([2, 4, 4, 8, 0], 1e-12),
    ],
    wrong: [
      'The Hessian of a square is positive definite: its determinant is 16.',
      equals([2, 4, 4, 8, 16], 1e-12),
    ],
  },
  {
    code: uses('jvp, mul', 'console.log(JSON.stringify(jvp((x) => mul(x, mul(x, x)), [2], [1])));'),
    right: ['The cube of the dual number 2 + ε has the parts 8 and 12.', equals([8, 12])],
    wrong: [
      'The cube of the dual number 2 + ε has the parts 8 and 11: 12 from the first order, and −1 from ε³.',
      equals([8, 11]),
    ],
  },
  // Modes.
  {
    code: uses(
      'jvp, mul, sin, vjp',
      `const f = (x, y) => [mul(x, y), sin(x)];
const dot = ([a, b], [c, d]) => a * c + b * d;
const [v, u] = [[1, 2], [3, 5]];
const [, jv] = jvp(f, [1, 2], v);
const [, pull] = vjp(f, 1, 2);
console.log(JSON.stringify([dot(u, jv), dot(v, pull(u))]));`,
    ),
    right: ['u·(Jv) and v·(Jᵀu) are the same number.', ratio(1, 1e-14)],
    wrong: ['u·(Jv) is v·(Ju) for every J: push forward twice and compare.', ratio(1, 1e-14)],
    wrongCode: uses(
      'jvp, mul, sin',
      `const f = (x, y) => [mul(x, y), sin(x)];
const dot = ([a, b], [c, d]) => a * c + b * d;
const [v, u] = [[1, 2], [3, 5]];
console.log(JSON.stringify([dot(u, jvp(f, [1, 2], v)[1]), dot(v, jvp(f, [1, 2], u)[1])]));`,
    ),
  },
  {
    code: uses(
      'grad, mul, stopGradient',
      'const share = (f, x) => [grad(f)(x)[0], 3 * x * x];\nconsole.log(JSON.stringify(share((x) => mul(mul(x, x), stopGradient(x)), 2)));',
    ),
    right: ['One of three factors held fixed leaves two thirds of the slope of x³.', ratio(2 / 3, 1e-12)],
    wrong: ['One factor held fixed halves the slope of x³, as it halves that of x².', ratio(1 / 2, 1e-12)],
  },
  {
    code: uses('grad, mul', 'console.log(JSON.stringify(grad((x, y) => mul(x, y))(3, 4)));'),
    right: ['The gradient of x·y at (3, 4) is printed as [4,3].', prints('[4,3]')],
    wrong: ['The gradient of x·y at (3, 4) is printed as [3,4].', prints('[3,4]')],
  },
  // Programs, memory, loops.
  {
    code: uses(
      'checkpoint, grad, printProgram, sin, trace',
      `const f = (x) => sin(sin(sin(sin(sin(x)))));
const sines = (g) => printProgram(trace(grad(g))(1)).match(/= sin /g).length;
console.log(JSON.stringify([sines(f), sines(checkpoint(f))]));`,
    ),
    right: [
      'A checkpoint pays for memory with time: 5 sines become 10 in the program of the gradient.',
      equals([5, 10]),
    ],
    wrong: ['A checkpoint saves memory for nothing: both programs hold 5 sines.', equals([5, 5])],
  },
  {
    code: uses(
      'jit, mul',
      'let runs = 0;\nconst f = jit((x) => { runs++; return mul(x, x); });\nf(1); f(2); f(3);\nconsole.log(runs);',
    ),
    right: ['A function under jit is run once for three calls with a number.', equals(1)],
    wrong: ['A function under jit is run at each of three calls, or it could not see new values.', equals(3)],
  },
  {
    code: uses(
      'forLoop, grad, mul',
      'console.log(grad((x) => forLoop(0, 3, (_, s) => mul(s, s), x))(1.1)[0]);',
    ),
    right: ['Squared three times, x has the slope 8x⁷ at 1.1.', equals(8 * 1.1 ** 7, 1e-12)],
    wrong: ['Squared three times, x is x⁶, with the slope 6x⁵ at 1.1.', equals(6 * 1.1 ** 5, 1e-12)],
  },
  {
    code: uses(
      'grad, sqrt',
      'console.log(JSON.stringify([1, 1e-2, 1e-4, 1e-8].map((x) => grad(sqrt)(x)[0])));',
    ),
    right: ['The slopes of √x at 1, 1e-2, 1e-4 and 1e-8 grow a thousand times and more.', diverges(1e3)],
    wrong: ['The slopes of x·√x grow in the same way, since √x is in it.', diverges(1e3)],
    wrongCode: uses(
      'grad, mul, sqrt',
      'console.log(JSON.stringify([1, 1e-2, 1e-4, 1e-8].map((x) => grad((t) => mul(t, sqrt(t)))(x)[0])));',
    ),
  },
  {
    code: uses(
      'customVjp, jvp, mul',
      'const square = customVjp((x) => mul(x, x), (x) => [mul(x, x), x], (x, ct) => [mul(ct, mul(2, x))]);\njvp(square, [3], [1]);',
    ),
    right: ['Forward mode refuses a function that has a rule for the way back only.', throws('customVjp')],
    wrong: ['Division by zero is refused.', throws('div')],
    wrongCode: uses('div', 'console.log(div(1, 0));'),
  },
];

/** Thirty that hold and thirty that do not. */
export const plantedClaims: readonly PlantedClaim[] = facts.flatMap(({ code, right, wrong, wrongCode }) => [
  { statement: right[0], holds: true, code, expect: right[1] },
  { statement: wrong[0], holds: false, code: wrongCode ?? code, expect: wrong[1] },
]);
