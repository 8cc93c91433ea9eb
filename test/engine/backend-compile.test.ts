import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, machineOf, runProgram } from '../../engine/backend/index.ts';
import { NDArray } from '../../engine/core/ndarray.ts';
import { NONE, type Program } from '../../engine/core/program.ts';
import { range } from '../../engine/core/shape.ts';
import type { Value } from '../../engine/core/trace.ts';
import { stage } from '../../engine/transform/stage.ts';
import { arrayOf, programs } from './backend-programs.ts';
import { bind, bindMany } from './support/primitives.ts';

const f64 = (shape: readonly number[]) => ({ shape, dtype: 'float64' }) as const;
const array = (list: number[], shape = [list.length]) =>
  new NDArray(Float64Array.from(list), shape, 'float64');

/** How many numbers the memory of a compiled program holds. */
const memoryOf = (program: Program) => machineOf(program).memory.length;

describe('a compiled program', () => {
  it('gives what its steps give one by one, to the bit', () => {
    fc.assert(
      fc.property(programs, ({ program, inputs }) => {
        const wanted = runProgram(program, inputs);
        const executable = compile(program);
        for (let turn = 0; turn < 2; turn++) {
          executable(inputs).forEach((result, i) => {
            const want = wanted[i]!;
            expect(result.shape).toEqual(want instanceof NDArray ? want.shape : []);
            expect(result.data).toEqual(
              want instanceof NDArray ? want.data : Float64Array.of(want as number),
            );
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('reads a sum only after the pass that takes it', () => {
    const x = array(Array.from({ length: 5000 }, (_, i) => i));
    const program = stage(
      ([a]) => {
        const squares = bind('square', [a!], NONE);
        return [bind('div', [squares, bind('reduceSum', [squares], { axes: [0] })], NONE)];
      },
      [x],
    );
    const [wanted] = runProgram(program, [x]) as NDArray[];
    const [got] = compile(program)([x]);
    got!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted!.data[i]!, 15);
    });
  });

  it('takes sums while it computes what is summed: of rows, columns, all, products and with signs', () => {
    const next = (() => {
      let state = 1;
      return () => {
        state = (state * 48271) % 2147483647;
        return state / 2147483647 - 0.5;
      };
    })();
    for (const shape of [
      [1000, 25],
      [7, 3, 250],
      [3, 1, 700],
      [2000, 1],
      [5, 4, 3, 20],
    ]) {
      const x = arrayOf(shape, next);
      const y = arrayOf(shape.slice(-1), next);
      const program = stage(
        ([a, b]) => {
          const wide = bind('broadcast', [b!], { shape, axes: [shape.length - 1] });
          const terms = [
            bind('exp', [a!], NONE),
            bind('square', [bind('sub', [a!, wide], NONE)], NONE),
            bind('neg', [bind('mul', [a!, wide], NONE)], NONE),
            bind('neg', [bind('tanh', [a!], NONE)], NONE),
            bind('mul', [a!, a!], NONE),
          ];
          const cuts = shape.map((_, i) => i + 1);
          const sums = cuts.flatMap((cut) => [range(0, cut), range(cut - 1, shape.length)]);
          return terms.flatMap((term) => sums.map((axes) => bind('reduceSum', [term], { axes })));
        },
        [x, y],
      );
      // One product is summed alone, so that the sum takes it in; elsewhere several sums share their terms.
      const single = stage(
        ([a, b]) => {
          const wide = bind('broadcast', [b!], { shape, axes: [shape.length - 1] });
          return [
            bind('reduceSum', [bind('neg', [bind('mul', [bind('cos', [a!], NONE), wide], NONE)], NONE)], {
              axes: [0],
            }),
          ];
        },
        [x, y],
      );
      for (const each of [program, single]) {
        const wanted = runProgram(each, [x, y]) as NDArray[];
        compile(each)([x, y]).forEach((got, i) => {
          expect(got.shape).toEqual(wanted[i]!.shape);
          got.data.forEach((value, k) => {
            expect(Math.abs(value - wanted[i]!.data[k]!)).toBeLessThan(1e-13 * x.size);
          });
        });
      }
    }
  });

  it('gives results that later runs leave alone, and leaves its inputs alone', () => {
    const run = compile(stage(([x]) => [x!, bind('mul', [x!, 2], NONE)], [f64([3])]));
    const input = array([1, 2, 3]);
    const [same, twice] = run([input]);
    run([array([7, 8, 9])]);
    expect([...same!.data, ...twice!.data]).toEqual([1, 2, 3, 2, 4, 6]);
    expect(same!.data).not.toBe(input.data);
  });

  it('rounds float32 at each step and wraps integers', () => {
    const third = new NDArray(Float32Array.of(1 / 3), [1], 'float32');
    const big = new NDArray(Int32Array.of(2 ** 31 - 1), [1], 'int32');
    const program = stage(
      ([x, n]) => [
        bind('mul', [bind('add', [x!, x!], NONE), x!], NONE),
        bind('square', [bind('add', [n!, n!], NONE)], NONE),
      ],
      [third, big],
    );
    const [f, i] = compile(program)([third, big]);
    const t = Math.fround(1 / 3);
    expect(f!.data).toEqual(Float32Array.of(Math.fround(Math.fround(t + t) * t)));
    expect(i!.data).toEqual(Int32Array.of(4));
    expect(runProgram(program, [third, big])).toEqual([f, i]);
  });

  it('runs a long program of single numbers in memory that is used again', () => {
    const program = stage(
      ([x]) => {
        let y: Value = x!;
        for (let i = 0; i < 10_000; i++) y = bind('add', [bind('sin', [y], NONE), 0.5], NONE);
        return [y];
      },
      [f64([])],
    );
    const executable = compile(program);
    let y = 0.25;
    for (let i = 0; i < 10_000; i++) y = Math.sin(y) + 0.5;
    expect(executable([array([0.25], [])])[0]!.data[0]).toBe(y);
    expect(memoryOf(program)).toBeLessThan(100);
  });

  it('rounds a product of single numbers that is added or taken away as it does apart, whoever else reads it', () => {
    const op = (name: 'add' | 'sub' | 'mul', a: Value, b: Value) => bind(name, [a, b], NONE);
    const program = stage(
      ([x, y, z]) => {
        const product = op('mul', x!, y!);
        const twice = op('mul', y!, z!);
        return [
          op('add', op('mul', x!, y!), z!),
          op('add', z!, op('mul', x!, z!)),
          op('sub', z!, op('mul', x!, x!)),
          op('sub', op('mul', z!, z!), x!),
          product,
          op('add', product, y!),
          op('add', twice, twice),
          op('sub', x!, op('mul', op('add', x!, op('mul', z!, x!)), y!)),
        ];
      },
      [f64([]), f64([]), f64([])],
    );
    const compiled = compile(program);
    const inputs = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(inputs, inputs, inputs, (x, y, z) => {
        const given = [x, y, z].map((n) => array([n], []));
        const got = compiled(given).map(({ data }) => data[0]);
        const apart = (runProgram(program, given) as NDArray[]).map(({ data }) => data[0]);
        expect(got).toEqual(apart);
      }),
    );
  });

  it('keeps elementwise chains out of memory: one block of spare numbers, not one array a step', () => {
    const program = stage(
      ([x]) => {
        let y: Value = x!;
        for (let i = 0; i < 50; i++) y = bind('tanh', [bind('mul', [y, 1.5], NONE)], NONE);
        return [y];
      },
      [f64([100_000])],
    );
    expect(memoryOf(program)).toBeLessThan(2 * 100_000 + 2000);
  });
});

describe('long arrays that two passes need', () => {
  const shape = [500, 20];
  const x = arrayOf(shape, () => Math.random() - 0.5);
  const y = arrayOf([20], () => Math.random() - 0.5);
  const wide = (v: Value, axis: number) => bind('broadcast', [v], { shape, axes: [axis] });
  const op = (name: 'add' | 'sub' | 'mul', a: Value, b: Value) => bind(name, [a, b], NONE);

  it('are computed again, the same to the bit, and take no memory', () => {
    const program = stage(
      ([a, b]) => {
        const difference = op('sub', a!, wide(b!, 1));
        const twice = op('mul', 2, op('mul', difference, wide(b!, 1)));
        const rows = bind('reduceMax', [bind('exp', [twice], NONE)], { axes: [1] });
        return [bind('reduceSum', [op('mul', op('add', twice, difference), wide(rows, 0))], { axes: [0] })];
      },
      [x, y],
    );
    const executable = compile(program);
    const [got] = executable([x, y]);
    const [want] = runProgram(program, [x, y]) as NDArray[];
    got!.data.forEach((value, i) => {
      expect(Math.abs(value - want!.data[i]!)).toBeLessThan(1e-11);
    });
    // The input, what the maximum is taken of, and blocks.
    expect(memoryOf(program)).toBeLessThan(2 * x.size + 10_000);
  });

  it('are stored where a third reads them whole, or where they took long to compute', () => {
    const program = stage(
      ([a, b]) => {
        const cheap = op('add', a!, wide(b!, 1));
        const turned = bind('transpose', [cheap], { perm: [1, 0] });
        const dear = bind('exp', [cheap], NONE);
        const total = bind('reduceMax', [dear], { axes: [0, 1] });
        return [
          op('mul', op('mul', cheap, dear), total),
          bind('dot', [turned, cheap], { contract: [[1], [0]], batch: [[], []] }),
          op('sub', bind('reshape', [turned], { shape }), dear),
        ];
      },
      [x, y],
    );
    const got = compile(program)([x, y]);
    expect(got).toEqual(runProgram(program, [x, y]));
  });
});

describe('control flow in a compiled program', () => {
  const add = (a: Value, b: Value) => bind('add', [a, b], NONE);
  const mul = (a: Value, b: Value) => bind('mul', [a, b], NONE);
  const total = (x: Value) => bind('reduceSum', [x], { axes: [0] });
  const cases: Record<string, (x: Value) => readonly Value[]> = {
    'a choice': (x) => {
      const onTrue = stage(([y]) => [mul(y!, 2), total(y!)], [f64([3])]);
      const onFalse = stage(([y]) => [y!, 1], [f64([3])]);
      return bindMany('cond', [bind('greater', [total(x), 0], NONE), x], { onTrue, onFalse });
    },
    'a loop that swaps its state': (x) => {
      const avals = [f64([]), f64([]), f64([3]), f64([3])];
      const predicate = stage(([most, _, a]) => [bind('less', [total(a!), most!], NONE)], avals);
      const body = stage(([_, by, a, b]) => [b!, mul(a!, by!)], avals);
      const square = bind('square', [x], NONE);
      return bindMany('while', [50, 3, square, add(square, 1)], {
        predicate,
        body,
        consts: 2,
        most: 100,
      });
    },
    'a walk, forwards and backwards': (x) => {
      const body = stage(
        ([by, s, e]) => [add(mul(s!, by!), e!), mul(s!, e!), s!],
        [f64([]), f64([]), f64([])],
      );
      return [false, true].flatMap((reverse) =>
        bindMany('scan', [0.5, 1, x], { body, consts: 1, carry: 1, length: 3, reverse }),
      );
    },
    'a walk within a walk': (x) => {
      const inner = stage(([s, e]) => [add(s!, e!)], [f64([]), f64([])]);
      const body = stage(
        ([s, row]) =>
          bindMany('scan', [s!, row!], { body: inner, consts: 0, carry: 1, length: 3, reverse: false }),
        [f64([]), f64([3])],
      );
      const rows = bind('broadcast', [x], { shape: [4, 3], axes: [1] });
      return bindMany('scan', [0, rows], { body, consts: 0, carry: 1, length: 4, reverse: false });
    },
  };
  for (const [name, f] of Object.entries(cases)) {
    it(`${name} is as it is step by step`, () => {
      const program = stage(([x]) => f(x!), [f64([3])]);
      const executable = compile(program);
      for (const x of [array([1, -3, 4]), array([-1, -3, 2]), array([0, 0, 0])]) {
        const wanted = runProgram(program, [x]).map((y) => (y instanceof NDArray ? [...y.data] : [y]));
        expect(executable([x]).map((y) => [...y.data])).toEqual(wanted);
      }
    });
  }

  it('a loop that would take more steps than allowed is refused', () => {
    const predicate = stage(() => [true], [f64([])]);
    const body = stage(([a]) => [add(a!, 1)], [f64([])]);
    const program = stage(
      ([x]) => bindMany('while', [x!], { predicate, body, consts: 0, most: 7 }),
      [f64([])],
    );
    expect(() => compile(program)([array([0], [])])).toThrow(/still holds after 7 steps/);
    expect(() => runProgram(program, [0])).toThrow(/still holds after 7 steps/);
  });
});
