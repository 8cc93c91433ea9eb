import * as e from '../../../engine/index.ts';
import { arrays } from './arrays.ts';
import { type Case, is, near, refuses, same } from './assert.ts';

const { array, ops } = e;

/** f(x, y) = x² y + sin x, a function that has every kind of second derivative. */
const f = (x: e.Value, y: e.Value) => ops.add(ops.mul(ops.square(x), y), ops.sin(x));
const cubic = (x: e.Value) => ops.sum(ops.cube(x));
const vector = array([1, 2, 3]);

const transformations: readonly Case[] = [
  { name: 'grad', run: () => near(e.grad(f)(2, 3), [12 + Math.cos(2), 4]) },
  {
    name: 'valueAndGrad',
    run: () => near(e.valueAndGrad(f)(2, 3), [12 + Math.sin(2), [12 + Math.cos(2), 4]]),
  },
  { name: 'jvp', run: () => near(e.jvp(f, [2, 3], [1, 10]), [12 + Math.sin(2), 52 + Math.cos(2)]) },
  {
    name: 'linearize',
    run: () => {
      const [y, push] = e.linearize(f, 2, 3);
      return near([y, push(1, 0), push(0, 1)], [12 + Math.sin(2), 12 + Math.cos(2), 4]);
    },
  },
  {
    name: 'vjp',
    run: () => {
      const [y, pull] = e.vjp((x: e.Value) => ops.mul(x, x), vector);
      return same([y, pull(array([1, 10, 100]))], [1, 4, 9, 2, 40, 600]);
    },
  },
  {
    name: 'jacfwd and jacrev agree',
    run: () => {
      const g = (x: e.Value) => ops.mul(x, ops.sum(x));
      const expected = [7, 1, 1, 2, 8, 2, 3, 3, 9];
      return [...same(e.jacfwd(g)(vector), expected), ...same(e.jacrev(g)(vector), expected)];
    },
  },
  { name: 'hessian', run: () => near(e.hessian(f)(2, 3), [6 - Math.sin(2), 4, 4, 0]) },
  { name: 'hvp', run: () => near(e.hvp(f, [2, 3], [1, 10]), [46 - Math.sin(2), 4]) },
  {
    name: 'grad of grad of grad',
    run: () => {
      const once = (x: e.Value) => e.grad((z: e.Value) => ops.exp(ops.mul(2, z)))(x)[0];
      const twice = (x: e.Value) => e.grad(once)(x)[0];
      return near(e.grad(twice)(0.5), [8 * Math.E], 1e-13);
    },
  },
  {
    name: 'vmap, with axes and shared arguments, over a gradient',
    run: () => {
      const slopes = e.vmap(
        (w: e.Value, x: e.Value) => e.grad((v: e.Value) => cubic(ops.mul(v, x)))(w)[0],
        [null, 1],
      );
      const rows = slopes(
        array([1, 2]),
        array([
          [1, 2],
          [3, 4],
        ]),
      );
      return same(rows, [3, 324, 24, 768]);
    },
  },
  {
    name: 'jit, on arrays and on plain numbers, and its gradient',
    run: () => {
      let traced = 0;
      const g = e.jit((x: e.Value) => {
        traced++;
        return ops.logsumexp(x);
      });
      const values = [g(vector), g(array([3, 2, 1])), g(7), e.grad(g)(vector)];
      if (traced !== 3) throw new Error(`traced ${traced} times`);
      const s = Math.exp(-2) + Math.exp(-1) + 1;
      const y = 3 + Math.log(s);
      return near(values, [y, y, 7, Math.exp(-2) / s, Math.exp(-1) / s, 1 / s]);
    },
  },
  {
    name: 'checkpoint',
    run: () => same(e.grad((x: e.Value) => e.checkpoint(cubic)(x))(vector), [3, 12, 27]),
  },
  {
    name: 'customJvp, forward and reverse',
    run: () => {
      const g = e.customJvp(
        (x: e.Value) => ops.square(x),
        ([x], [t]) => [ops.square(x), ops.mul(100, t)] as const,
      );
      return same([e.jvp(g, [3], [1]), e.grad(g)(3)], [9, 100, 100]);
    },
  },
  {
    name: 'customVjp',
    run: () => {
      const clipped = e.customVjp(
        (x: e.Value): e.Value => ops.cube(x),
        (x: e.Value) => [ops.cube(x), x] as const,
        (x: e.Value, ct: e.Value) => [ops.mul(ct, ops.clamp(ops.mul(3, ops.square(x)), -1, 1))],
      );
      return same(e.valueAndGrad(clipped)(3), [27, 1]);
    },
  },
  {
    name: 'stopGradient',
    run: () => same(e.grad((x: e.Value) => ops.mul(x, e.stopGradient(x)))(3), [3]),
  },
  {
    name: 'pytrees go in and come out',
    run: () => {
      const loss = (p: { w: e.Value; layers: readonly e.Value[] }) =>
        ops.add(ops.sum(ops.square(p.w)), ops.mul(p.layers[0]!, p.layers[1]!));
      const [g] = e.grad(loss)({ w: array([1, 2]), layers: [3, 4] });
      return same([g.w, g.layers], [2, 4, 4, 3]);
    },
  },
  {
    name: 'a printed program',
    run: () => {
      const program = e.trace((x: e.Value) => ops.sum(ops.mul(x, ops.mul(x, 1))))(vector);
      const text = e.printProgram(e.optimise(program));
      // Which letters the steps have is the passes' own business.
      const [c, d] = [...text.matchAll(/^ {2}(\w):/gm)].map((match) => match[1]);
      const wanted = [
        'program (a: f64[3])',
        `  ${c}: f64[3] = square a`,
        `  ${d}: f64[] = reduceSum ${c} {axes: [0]}`,
        `  return ${d}`,
      ].join('\n');
      if (text !== wanted) throw new Error(text);
      return [];
    },
  },
];

const controlFlow: readonly Case[] = [
  {
    name: 'cond, both ways, with derivatives',
    run: () => {
      const g = (x: e.Value) =>
        e.cond(
          ops.less(x, 0),
          (z) => ops.neg(z),
          (z) => ops.square(z),
          x,
        );
      return same([g(-3), g(3), e.grad(g)(-3), e.grad(g)(3), e.vmap(g)(array([-3, 3]))], [3, 9, -1, 6, 3, 9]);
    },
  },
  {
    name: 'whileLoop, backwards too',
    run: () => {
      const double = (x: e.Value) =>
        e.whileLoop(
          (s) => ops.less(s, 100),
          (s) => ops.mul(s, 2),
          x,
        );
      return same([double(3), e.grad(double)(3)], [192, 64]);
    },
  },
  {
    name: 'scan and its gradient, jitted',
    run: () => {
      const g = (x: e.Value) => {
        const [last, all] = e.scan((s: e.Value, z: e.Value) => [ops.mul(s, z), s] as const, 1, x);
        return ops.add(last, ops.sum(all));
      };
      return same([e.jit(g)(vector), e.jit(e.grad(g))(vector)], [10, 9, 4, 2]);
    },
  },
  {
    name: 'forLoop',
    run: () =>
      same(
        e.forLoop(0, 5, (i, s: e.Value) => ops.add(s, ops.square(i)), 0),
        [30],
      ),
  },
];

const errors: readonly Case[] = [
  {
    name: 'shapes that do not broadcast',
    run: () => refuses(() => ops.add(vector, array([1, 2])), /^add: .*\[3\] and \[2\]/),
  },
  {
    name: 'matrices that do not fit',
    run: () => refuses(() => ops.matmul(ops.ones([2, 3]), ops.ones([2, 3])), /^matmul: .*f64\[2, 3\]/),
  },
  {
    name: 'a setting that there is not',
    run: () => refuses(() => ops.sum(vector, { axis: 0 } as never), /sum: has no setting `axis`/),
  },
  {
    name: 'a gradient of no number',
    run: () => refuses(() => e.grad((x: e.Value) => x)(vector), /^grad: .*f64\[3\]/),
  },
  {
    name: 'a value that is asked for while its program is traced',
    run: () =>
      refuses(
        () => e.jit((x: e.Value) => ops.item(x))(vector),
        /no elements while its program is being traced/,
      ),
  },
  {
    name: 'a value kept beyond its transformation',
    run: () => {
      let kept: e.Value = 0;
      e.grad((x: e.Value) => {
        kept = x;
        return x;
      })(1);
      return refuses(() => ops.add(kept, 1), /has ended/);
    },
  },
  {
    name: 'the line of the caller',
    run: () => refuses(() => ops.reshape(vector, { shape: [2] }), /\(at .*everywhere\.ts:\d+:\d+\)$/),
  },
];

const types: readonly Case[] = [
  {
    name: 'float32 is stored rounded, and stays float32',
    run: () => {
      const x = array([0.1, 0.2], { dtype: 'float32' });
      const [g] = e.grad((z: e.Value) => ops.sum(ops.square(z)))(x);
      is(g, 'float32', [2]);
      return same([x, g], [0.1, 0.2, 0.2, 0.4].map(Math.fround));
    },
  },
  {
    name: 'int32 wraps nothing in silence and has gradient 0',
    run: () => {
      const i = array([1, 2], { dtype: 'int32' });
      is(ops.add(i, 1), 'int32', [2]);
      is(ops.add(i, 0.5), 'float64', [2]);
      refuses(() => array([0.5], { dtype: 'int32' }), /is no int32/);
      return same(e.grad((k: e.Value, x: e.Value) => ops.sum(ops.mul(k, x)))(i, 3), [0, 0, 3]);
    },
  },
  {
    name: 'plain numbers stay plain',
    run: () => {
      const y = ops.sin(1);
      if (typeof y !== 'number' || typeof ops.less(1, 2) !== 'boolean') throw new Error(typeof y);
      return [y];
    },
  },
];

/** What holds wherever the engine runs: no Node, no test runner, nothing but the engine is needed. */
export const cases: readonly Case[] = [...transformations, ...controlFlow, ...errors, ...types, ...arrays];

export interface Outcome {
  readonly name: string;
  readonly numbers: readonly number[];
  /** What went wrong. */
  readonly error?: string;
}

/** Every case's outcome. */
export function outcomes(): readonly Outcome[] {
  return cases.map(({ name, run }) => {
    try {
      return { name, numbers: run() };
    } catch (error) {
      return { name, numbers: [], error: String(error) };
    }
  });
}
