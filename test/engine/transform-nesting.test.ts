import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, bottom, direction, isDual, mul, real, type Tower, zero } from '../../agent/checks/tower.ts';
import type { Value } from '../../engine/core/trace.ts';
import {
  checkpoint,
  cond,
  grad,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  ops,
  scan,
  valueAndGrad,
  vjp,
  vmap,
} from '../../engine/index.ts';
import { N, type Scalar, scalar, steps } from './support/random-programs.ts';
import { array, numbersOf } from './support/values.ts';

const ALONG = [1, -0.5, 0.75];
const OTHER = [0.25, 1, -1];
/** The examples of a batch are multiples. */
const MULTIPLES = [1, 0.5, -1.5];
const SHARES = [1, -0.75, 0.5];

let tags = 1000;

/** The derivative of a reference along a constant vector, by dual numbers. */
const derived =
  (f: Scalar['reference'], along: readonly number[]): Scalar['reference'] =>
  (x) => {
    const tag = ++tags;
    const moved = x.map((primal, i): Tower => ({ tag, primal, tangents: [mul(real(along[i]!), direction)] }));
    const y = f(moved);
    return isDual(y) && y.tag === tag ? (y.tangents[0] ?? zero) : zero;
  };

const shared =
  (f: Scalar['reference']): Scalar['reference'] =>
  (x) =>
    MULTIPLES.map((m, k) => mul(f(x.map((v) => mul(v, real(m)))), real(SHARES[k]!))).reduce(add);

type Engine = Scalar['engine'];
const inner = (a: Value, b: readonly number[]): Value => ops.sum(ops.mul(a, array(b)));
const rows = (x: Value): Value => ops.outer(array(MULTIPLES), x);

/** A transformation of a number of a vector into another one: by the engine, and what it means. */
interface Transformation {
  readonly engine: (f: Engine) => Engine;
  readonly reference: (f: Scalar['reference']) => Scalar['reference'];
}

const slope = (engine: (f: Engine) => Engine): Transformation => ({
  engine,
  reference: (f) => derived(f, ALONG),
});
const same = (engine: (f: Engine) => Engine): Transformation => ({ engine, reference: (f) => f });

const transformations: Readonly<Record<string, Transformation>> = {
  grad: slope((f) => (x) => inner(grad(f)(x)[0], ALONG)),
  'grad of jit': slope((f) => (x) => inner(grad(jit(f))(x)[0], ALONG)),
  'jit of grad': slope((f) => jit((x: Value) => inner(grad(f)(x)[0], ALONG))),
  jvp: slope((f) => (x) => jvp(f, [x], [array(ALONG)])[1] as Value),
  vjp: slope((f) => (x) => inner((vjp(f, x)[1](1) as [Value])[0], ALONG)),
  linearize: slope((f) => (x) => linearize(f, x)[1](array(ALONG)) as Value),
  jacfwd: slope((f) => (x) => inner((jacfwd(f)(x) as [Value])[0], ALONG)),
  jacrev: slope((f) => (x) => inner((jacrev(f)(x) as [Value])[0], ALONG)),
  'grad of checkpoint': slope((f) => (x) => inner(grad(checkpoint(f))(x)[0], ALONG)),
  hvp: {
    engine: (f) => (x) => inner(hvp(f, [x], [array(ALONG)])[0], OTHER),
    reference: (f) => derived(derived(f, ALONG), OTHER),
  },
  jit: same((f) => jit(f)),
  checkpoint: same((f) => checkpoint(f)),
  branch: same((f) => (x) => cond(ops.less(ops.at(x, 0), 100), f, (y) => ops.sum(y), x) as Value),
  'value beside the gradient': same((f) => (x) => valueAndGrad(f)(x)[0]),
  vmap: {
    engine: (f) => (x) => inner(vmap(f)(rows(x)) as Value, SHARES),
    reference: shared,
  },
  'vmap over the last axis': {
    engine: (f) => (x) => inner(vmap(f, [1])(ops.transpose(rows(x))) as Value, SHARES),
    reference: shared,
  },
  loop: {
    engine: (f) => (x) =>
      scan(
        (s: Value, { row, share }: { readonly row: Value; readonly share: Value }) =>
          [ops.add(s, ops.mul(f(row), share)), null] as const,
        0,
        { row: rows(x), share: array(SHARES) },
      )[0] as Value,
    reference: shared,
  },
};

const ASKED: Readonly<Record<string, (f: Engine, x: Value) => readonly number[]>> = {
  grad: (f, x) => numbersOf(grad(f)(x)[0]),
  'jit of grad': (f, x) => numbersOf(jit((y: Value) => grad(f)(y)[0] as Value)(x)),
  jacfwd: (f, x) => numbersOf((jacfwd(f)(x) as [Value])[0]),
  'vmap of grad': (f, x) =>
    numbersOf(vmap((y: Value) => grad(f)(y)[0])(ops.reshape(x, { shape: [1, N] })) as Value),
};

/**
 * The reference carries how far float64 may be off, for one order of evaluation. Transformations evaluate in others, and
 * divide what the reference sums: some dozens of its units.
 */
const UNITS = 64;

function check(what: string, got: readonly number[], wanted: readonly Tower[]): void {
  wanted.forEach((reference, i) => {
    const { hi, err } = bottom(reference);
    if (!Number.isFinite(hi) || !Number.isFinite(err)) return;
    const allowed = UNITS * 2 ** -52 * Math.max(err, Math.abs(hi), 1);
    if (Math.abs(got[i]! - hi) <= allowed) return;
    throw new Error(`${what}: number ${i} is ${got[i]}, not ${hi} ± ${allowed}`);
  });
}

const UNIT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

describe('transformations of transformations', () => {
  it('random programs under up to three of them, and their gradients, against dual numbers', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.constantFrom(...Object.keys(transformations)), { maxLength: 3 }),
        fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: N, maxLength: N }),
        fc.constantFrom(...Object.keys(ASKED)),
        (list, names, at, way) => {
          const start = scalar(list);
          const f = names.reduce((g, name) => transformations[name]!.engine(g), start.engine);
          const reference = names.reduce(
            (g, name) => transformations[name]!.reference(g),
            (x: readonly Tower[]) => start.reference(x),
          );
          const point = at.map(real);
          const x = array(at);
          check('the value', numbersOf(f(x)), [reference(point)]);
          check(
            way,
            ASKED[way]!(f, x),
            UNIT.map((along) => derived(reference, along)(point)),
          );
        },
      ),
      { numRuns: 300, seed: 20 },
    );
  });

  it('every pair of them, on one program with a loop, a branch and a product', () => {
    const list = [
      { kind: 'scan', first: 0, second: 0 },
      { kind: 'prod', first: 1, second: 0 },
      { kind: 'cond', first: 0, second: 1 },
    ];
    const at = [0.4, -0.9, 1.1];
    const names = Object.keys(transformations);
    for (const outer of names) {
      for (const own of names) {
        const [a, b] = [transformations[outer]!, transformations[own]!];
        const start = scalar(list);
        const got = numbersOf(a.engine(b.engine(start.engine))(array(at)));
        check(`${outer} of ${own}`, got, [a.reference(b.reference((x) => start.reference(x)))(at.map(real))]);
      }
    }
    expect(names.length).toBe(17);
  });
});
