import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import { isValue } from '../../engine/core/tree.ts';
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  NDArray,
  ops,
  stopGradient,
  type Tree,
  trace,
  valueAndGrad,
  vjp,
  vmap,
} from '../../engine/index.ts';
import { array, bools, ints, numbersOf } from './support/values.ts';

const { add, mul, sin, sum, square } = ops;

/** Plain numbers, lists and objects in place of values. */
function shown(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(shown);
  if (tree instanceof NDArray) return { [tree.dtype]: tree.value };
  if (typeof tree === 'object' && tree !== null) {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, shown(value)]));
  }
  return tree;
}

const leaves = (tree: unknown): Value[] => {
  if (Array.isArray(tree)) return tree.flatMap(leaves);
  if (isValue(tree)) return [tree];
  const object = tree as Record<string, unknown>;
  return Object.keys(object)
    .sort()
    .flatMap((key) => leaves(object[key]));
};
const total = (tree: unknown): Value =>
  leaves(tree).reduce<Value>((s, x, i) => add(s, mul(i + 1, sum(square(x)))), 0);

/** Any nesting of lists and objects, empty ones too, around numbers and arrays. */
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc
      .array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 3 })
      .map((data) => array(data) as Tree),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'w'), tie('tree'), { maxKeys: 3 }),
  ),
}));

/** To the type checker a tree is like any other value. */
const anyTree = tree as fc.Arbitrary<Value>;

const doubled = (tree: unknown, factor: () => number): unknown => {
  if (tree instanceof NDArray) {
    const by = factor();
    return array(numbersOf(tree).map((x) => 2 * by * x));
  }
  if (typeof tree === 'number') return 2 * factor() * tree;
  if (Array.isArray(tree)) return tree.map((child) => doubled(child, factor));
  const object = tree as Record<string, unknown>;
  const keys = Object.keys(object).sort();
  return Object.fromEntries(keys.map((key) => [key, doubled(object[key], factor)]));
};

/** Without the sign of zero, and whether a number stands in a 0-d array. */
const plain = (tree: unknown) =>
  JSON.parse(JSON.stringify(shown(tree)), (_, value) =>
    typeof value?.float64 === 'number' ? value.float64 : value,
  );

describe('trees go in and come out', () => {
  it('gradients nest as the arguments do, whatever the nesting', () => {
    fc.assert(
      fc.property(anyTree, (x) => {
        let count = 0;
        const wanted = plain([doubled(x, () => ++count)]);
        const f = (y: Value) => total(y);
        expect(plain(grad(f)(x))).toEqual(wanted);
        expect(plain(jit((y: Value) => grad(f)(y))(x))).toEqual(wanted);
        expect(plain(grad(jit(f))(x))).toEqual(wanted);
        expect(plain(grad(checkpoint(f))(x))).toEqual(wanted);
        expect(plain((vjp(f, x)[1] as (ct: unknown) => unknown)(1))).toEqual(wanted);
        expect(plain(valueAndGrad(f)(x)[1])).toEqual(wanted);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('results nest as the function gives them, tangents and batches too', () => {
    fc.assert(
      fc.property(anyTree, (x) => {
        const tangent = doubled(x, () => 1) as Value;
        expect(plain(jvp((y: Value) => y, [x], [tangent]))).toEqual(plain([x, tangent]));
        expect(plain(linearize((y: Value) => y, x)[1](tangent))).toEqual(plain(tangent));
        expect(plain(jit((y: Value) => y)(x))).toEqual(plain(x));
        expect(plain(checkpoint((y: Value) => y)(x))).toEqual(plain(x));
        expect(plain(stopGradient(x))).toEqual(plain(x));
        expect(plain((vjp((y: Value) => y, x)[1] as (ct: unknown) => unknown)(tangent))).toEqual(
          plain([tangent]),
        );
        const own = customJvp(
          (y: Value) => y,
          ([y], [t]) => [y, t],
        );
        expect(plain(jvp(own, [x], [tangent]))).toEqual(plain([x, tangent]));
        const back = customVjp(
          (y: Value) => y,
          (y: Value) => [y, []],
          (_: never, ct: Value) => [ct],
        );
        expect(plain((vjp(back, x)[1] as (ct: unknown) => unknown)(tangent))).toEqual(plain([tangent]));
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('keys come in any order', () => {
    const f = ({ b, a }: { a: Value; b: Value }) => mul(a, square(b));
    expect(grad(f)({ b: 3, a: 2 })).toEqual([{ a: 9, b: 12 }]);
    expect(jvp(f, [{ b: 3, a: 2 }], [{ a: 1, b: 0 }])[1]).toBe(9);
  });

  it('a batch of trees, an axis for each argument', () => {
    const f = ({ x, y }: { x: Value; y: Value }, [w]: readonly Value[], k: Value) => ({
      r: [mul(x, w!), add(y, k)],
    });
    const columns = array([1, 2, 3, 4, 5, 6], [3, 2]);
    const got = vmap(f, [0, 1, null])({ x: array([1, 2]), y: array([3, 4]) }, [columns], 10);
    expect(shown(got)).toEqual({
      r: [
        {
          float64: [
            [1, 3, 5],
            [4, 8, 12],
          ],
        },
        { float64: [13, 14] },
      ],
    });
  });

  it('Jacobians nest as the result, and at each of its values as the arguments', () => {
    const f = (p: { w: Value; b: Value }, x: Value) => ({ y: [mul(p.w, x), p.b] });
    const w = array([1, 2]);
    for (const jacobian of [jacfwd, jacrev]) {
      const [first, second] = (jacobian(f)({ w, b: 3 }, 5) as { y: unknown[] }).y;
      expect(plain(first)).toEqual([
        {
          b: { float64: [0, 0] },
          w: {
            float64: [
              [5, 0],
              [0, 5],
            ],
          },
        },
        { float64: [1, 2] },
      ]);
      expect(plain(second)).toEqual([{ b: 1, w: { float64: [0, 0] } }, 0]);
    }
  });
});

describe('what has no derivative gets zeros in its own shape and type', () => {
  const f = (x: Value, n: Value, on: Value, unused: Value) =>
    mul(sum(ops.where(on, mul(x, n), sin(x))), 1 + 0 * numbersOf(unused).length);
  const args: [Value, Value, Value, Value] = [array([1, 2]), ints([3, 4]), bools([1, 1]), array([5], [1, 1])];
  const wanted = [{ float64: [3, 4] }, { int32: [0, 0] }, { bool: [false, false] }, { float64: [[0]] }];

  it('in grad, jit of it, and vjp', () => {
    expect(shown(grad(f)(...args))).toEqual(wanted);
    const unread = (x: Value, n: Value, on: Value, _: Value) => sum(ops.where(on, mul(x, n), sin(x)));
    expect(shown(jit((...xs: typeof args) => grad(unread)(...xs))(...args))).toEqual(wanted);
    expect(shown(vjp(unread, ...args)[1](1))).toEqual(wanted);
    expect(shown(hvp(unread, args, args)[3])).toEqual({ float64: [[0]] });
  });

  it('integers and booleans that come out have zero tangents, and take any cotangent', () => {
    const g = (x: Value) => [ops.convert(x, 'int32'), ops.less(x, 2), square(x)];
    const [, slopes] = jvp(g, [array([1.5])], [array([1])]) as [unknown, unknown];
    expect(shown(slopes)).toEqual([{ int32: [0] }, { bool: [false] }, { float64: [3] }]);
    const [, pull] = vjp(g, array([1.5]));
    expect(shown(pull([7, 7, array([1])]))).toEqual([{ float64: [3] }]);
  });

  it('numbers come back as numbers, 0-d arrays as 0-d arrays', () => {
    expect(grad((x: Value, y: Value) => mul(x, y))(2, 3)).toEqual([3, 2]);
    const zeroD = array([2], []);
    expect(shown(grad((x: Value) => x)(zeroD))).toEqual([{ float64: 1 }]);
    expect(shown(grad((_: Value) => 1)(zeroD))).toEqual([{ float64: 0 }]);
    expect(shown(grad((x: Value) => square(x))(zeroD))).toEqual([{ float64: 4 }]);
    expect(jit((x: Value) => [mul(x, 2), ops.less(x, 1)])(3)).toEqual([6, false]);
  });

  it('functions of nothing, and of empty arrays', () => {
    expect(grad(() => 1)()).toEqual([]);
    expect(jacfwd(() => [1, 2])()).toEqual([[], []]);
    expect(shown(grad((x: Value) => sum(square(x)))(array([])))).toEqual([{ float64: [] }]);
    expect(shown(jacrev((x: Value) => square(x))(array([])))).toEqual([{ float64: [] }]);
    expect(shown(vmap((x: Value) => grad(square)(x)[0])(array([])))).toEqual({ float64: [] });
  });

  it('what is no function, and axes for other arguments, are refused', () => {
    const nothing = undefined as unknown as (x: Value) => Value;
    expect(() => grad(nothing)(1)).toThrow('grad: wants a function, got undefined');
    expect(() => jit(nothing)(1)).toThrow('jit: wants a function, got undefined');
    const add = (a: Value, b: Value) => mul(a, b);
    expect(() => vmap(add, [0])(array([1]), array([1]))).toThrow(
      'vmap: wants an axis for each of 2 arguments, got [0]',
    );
  });

  it('arguments are not changed', () => {
    const x = array([1, 2, 3]);
    const f2 = (y: Value) => sum(ops.cumprod(mul(y, y)));
    for (const ask of [grad(f2), jit((y: Value) => grad(f2)(y)), (y: Value) => hvp(f2, [y], [y])]) {
      ask(x);
      ask(x);
    }
    expect(numbersOf(x)).toEqual([1, 2, 3]);
  });
});

describe('jit', () => {
  it('traces once for each nesting, shapes and types', () => {
    let times = 0;
    const f = jit((tree: { x: Value }) => {
      times++;
      return mul(tree.x, 2);
    });
    const asked = [1, 2, array([1, 2]), array([3, 4]), array([1, 2, 3]), ints([1, 2]), 3, array([5, 6])];
    const got = asked.map((x) => numbersOf(f({ x })));
    expect(got).toEqual([[2], [4], [2, 4], [6, 8], [2, 4, 6], [2, 4], [6], [10, 12]]);
    expect(times).toBe(4);
    f({ x: 1, y: [2] } as { x: Value });
    expect(times).toBe(5);
  });

  it('gives fresh results, and reads its arguments each time', () => {
    const f = jit((x: Value) => [x, add(x, 1), array([9])] as Value[]);
    const x = array([1]);
    const first = f(x);
    const second = f(array([2]));
    expect(shown(first)).toEqual([{ float64: [1] }, { float64: [2] }, { float64: [9] }]);
    expect(shown(second)).toEqual([{ float64: [2] }, { float64: [3] }, { float64: [9] }]);
    expect((first[0] as NDArray).data).not.toBe(x.data);
  });

  it('is traced through by what is around it, and closes over its values', () => {
    const f = (x: Value) => grad((y: Value) => jit((z: Value) => mul(z, mul(x, y)))(y))(3)[0] as Value;
    // ∂y xy² at 3 = 6x.
    expect(numbersOf(f(2))).toEqual([12]);
    expect(grad(f)(2)).toEqual([6]);
    expect(numbersOf(vmap(f)(array([1, 2])) as Value)).toEqual([6, 12]);
  });

  it('keeps apart what is gathered once and what is computed block by block', () => {
    const f = (x: Value, row: Value) => {
      const both = add(mul(x, sin(x)), mul(x, square(x)));
      return [both, mul(x, ops.broadcastTo(row, { shape: [2, 2] }))];
    };
    const args: [Value, Value] = [array([1, 2, 3, 4], [2, 2]), array([5, 6])];
    expect(shown(jit(f)(...args))).toEqual(shown(f(...args)));
  });

  it('writes down a program that can be read', () => {
    const program = trace((x: Value, y: Value) => add(mul(x, y), 1))(1, array([1, 2]));
    expect(program.steps.map(({ primitive }) => primitive.name)).toEqual(['mul', 'add']);
    expect(program.inputs.map(({ aval }) => aval.shape)).toEqual([[], [2]]);
  });
});
