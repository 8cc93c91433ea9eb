import type { Program } from '../../checks/program.ts';
import { program } from './build.ts';

/** The operations that the programs of rung 3 are made of, beside add and mul. */
export const CORE = ['sub', 'div', 'exp', 'log', 'sin', 'cos', 'tanh'] as const;

/** A program with a name that people read, and the points where it is asked about, smallest first. */
export interface Example {
  readonly text: string;
  readonly program: Program;
  readonly points: readonly (readonly number[])[];
}

const example = (
  text: string,
  inputs: number,
  write: Parameters<typeof program>[1],
  ...points: readonly (readonly number[])[]
): Example => ({ text, program: program(inputs, write), points });

/** Smooth programs of one result. */
export const SMOOTH: readonly Example[] = [
  example('x·x·x', 1, (b, x) => b.op('mul', b.op('mul', x, x), x), [2], [-1.5]),
  example('sin(x·x)', 1, (b, x) => b.op('sin', b.op('mul', x, x)), [2], [0.5]),
  example('x·exp(sin x)', 1, (b, x) => b.op('mul', x, b.op('exp', b.op('sin', x))), [1], [-2]),
  example(
    'tanh(a·b) + a/b',
    2,
    (b, x, y) => b.op('add', b.op('tanh', b.op('mul', x, y)), b.op('div', x, y)),
    [0.5, 1],
    [-1.25, 2],
  ),
  example(
    'log(a·a + b·b)',
    2,
    (b, x, y) => b.op('log', b.op('add', b.op('mul', x, x), b.op('mul', y, y))),
    [1, 2],
    [-0.5, 3],
  ),
  example(
    '(1 − a)² + 100·(b − a²)², Rosenbrock',
    2,
    (b, x, y) => {
      const p = b.op('sub', b.constant(1), x);
      const q = b.op('sub', y, b.op('mul', x, x));
      return b.op('add', b.op('mul', p, p), b.op('mul', b.constant(100), b.op('mul', q, q)));
    },
    [1, 2],
    [-1.2, 1],
  ),
  example(
    'x0·sin x1 + exp(x0·x2)·cos x1',
    3,
    (b, x, y, z) =>
      b.op(
        'add',
        b.op('mul', x, b.op('sin', y)),
        b.op('mul', b.op('exp', b.op('mul', x, z)), b.op('cos', y)),
      ),
    [1, 2, 0.5],
    [-0.75, 1, 1.5],
  ),
  example(
    'one y = exp(a) used in y·y, y/b and tanh y',
    2,
    (b, x, y) => {
      const e = b.op('exp', x);
      const sum = b.op('add', b.op('mul', e, e), b.op('div', e, y));
      return b.op('add', sum, b.op('tanh', e));
    },
    [0.5, 2],
    [-1, -3],
  ),
];

/** Programs whose derivatives are simple and whose shape is the difficulty. */
export const PLAIN: readonly Example[] = [
  example('a − b', 2, (b, x, y) => b.op('sub', x, y), [2, 3]),
  example('a, with b not used', 2, (_b, x) => x, [2, 3]),
  example('the constant 3', 2, (b) => b.constant(3), [2, 3]),
  example(
    'a·b, with log(a − b) computed and not used',
    2,
    (b, x, y) => {
      b.op('log', b.op('sub', x, y));
      return b.op('mul', x, y);
    },
    [2, 3],
  ),
];

/** Programs of several results. */
export const VECTOR: readonly Example[] = [
  example('[a·b, a + b]', 2, (b, x, y) => [b.op('mul', x, y), b.op('add', x, y)], [2, 3], [-0.5, 4]),
  example(
    '[a·cos b, a·sin b], polar coordinates',
    2,
    (b, r, t) => [b.op('mul', r, b.op('cos', t)), b.op('mul', r, b.op('sin', t))],
    [2, 1],
    [0.5, -2],
  ),
  example(
    '[x, x·x, exp x, 3]',
    1,
    (b, x) => [x, b.op('mul', x, x), b.op('exp', x), b.constant(3)],
    [1],
    [-2],
  ),
  example(
    '[x0/x1, y, y·x2] with one y = tanh(x0·x1)',
    3,
    (b, x, y, z) => {
      const t = b.op('tanh', b.op('mul', x, y));
      return [b.op('div', x, y), t, b.op('mul', t, z)];
    },
    [0.5, 1, 2],
    [-1, 0.75, 3],
  ),
];

/**
 * Nested differentiations. Each hands an outer input to the inner differentiation as an argument, so that an
 * engine that cannot nest fails aloud instead of giving a wrong number.
 */
export const NESTED: readonly Example[] = [
  example(
    'f″ of x·x·x',
    1,
    (b, x) => b.grad(0, [x], [], (i, y) => i.op('mul', i.op('mul', y, y), y)),
    [2],
    [-1.5],
  ),
  example(
    'f″ of sin(x·x)',
    1,
    (b, x) => b.grad(0, [x], [], (i, y) => i.op('sin', i.op('mul', y, y))),
    [2],
    [0.5],
  ),
  example(
    'd/dx of x·(d/dy of x + y), the two not to be confused',
    1,
    (b, x) =>
      b.op(
        'mul',
        x,
        b.grad(0, [x], [x], (i, y, outer) => i.op('add', outer, y)),
      ),
    [1],
    [3],
  ),
  example(
    'd/dx of x·(d/dy of x·y at y = x²)',
    1,
    (b, x) =>
      b.op(
        'mul',
        x,
        b.grad(0, [b.op('mul', x, x)], [x], (i, y, outer) => i.op('mul', outer, y)),
      ),
    [2],
    [-0.5],
  ),
  example(
    'the gradient of a·(∂/∂y of y·y·b·a at y = a)',
    2,
    (b, x, y) => {
      const slope = b.grad(0, [x], [x, y], (i, t, p, q) => i.op('mul', i.op('mul', t, t), i.op('mul', p, q)));
      return b.op('mul', x, slope);
    },
    [2, 3],
    [-1, 0.5],
  ),
  example(
    'the mixed ∂²/∂a∂b of exp(a·b)',
    2,
    (b, x, y) => b.grad(1, [x, y], [], (i, p, q) => i.op('exp', i.op('mul', p, q))),
    [0.5, 1],
    [-1, 2],
  ),
  example(
    'f‴ of x·x·x·x, three deep',
    1,
    (b, x) =>
      b.grad(0, [x], [], (i, y) =>
        i.grad(0, [y], [], (j, z) => {
          const s = j.op('mul', z, z);
          return j.op('mul', s, s);
        }),
      ),
    [2],
    [-0.5],
  ),
  example(
    'x times the slope of tanh at x, used twice',
    1,
    (b, x) => {
      const slope = b.grad(0, [x], [], (i, y) => i.op('tanh', y));
      return b.op('add', b.op('mul', x, slope), b.op('mul', slope, slope));
    },
    [0.5],
    [-1],
  ),
  example(
    'an inner derivative by a variable that its body ignores',
    1,
    (b, x) =>
      b.op(
        'add',
        b.grad(0, [x], [x], (i, _y, outer) => i.op('mul', outer, outer)),
        b.op('mul', x, x),
      ),
    [2],
  ),
];
