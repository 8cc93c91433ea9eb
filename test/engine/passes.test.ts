import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, runProgram } from '../../engine/backend/index.ts';
import { NDArray } from '../../engine/core/ndarray.ts';
import { NONE, type Program } from '../../engine/core/program.ts';
import type { Value } from '../../engine/core/trace.ts';
import {
  commonSubexpressions,
  deadCode,
  optimise,
  printProgram,
  simplify,
} from '../../engine/passes/index.ts';
import { stage } from '../../engine/transform/stage.ts';
import { arrayOf, programs } from './backend-programs.ts';
import { bind, bindMany } from './support/primitives.ts';

const f64 = (...shape: number[]) => ({ shape, dtype: 'float64' }) as const;
const add = (a: Value, b: Value) => bind('add', [a, b], NONE);
const mul = (a: Value, b: Value) => bind('mul', [a, b], NONE);
const neg = (a: Value) => bind('neg', [a], NONE);
const primitives = (program: Program) => program.steps.map(({ primitive }) => primitive.name);

/** Numbers at which careless algebra shows. */
const special = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  5e-324,
  1e308,
  0.1,
);

function numbersOf(values: readonly Value[]): Float64Array[] {
  return values.map((x) => (x instanceof NDArray ? (x.data as Float64Array) : Float64Array.of(x as number)));
}

describe('each pass keeps what a program computes', () => {
  for (const [name, pass] of Object.entries({ deadCode, commonSubexpressions })) {
    it(`${name}, to the bit`, () => {
      fc.assert(
        fc.property(programs, ({ program, inputs }) => {
          expect(numbersOf(runProgram(pass(program), inputs))).toEqual(
            numbersOf(runProgram(program, inputs)),
          );
        }),
        { numRuns: 150 },
      );
    });
  }

  for (const [name, pass] of Object.entries({ simplify, optimise })) {
    it(`${name}, but for the rounding of sums over copies`, () => {
      fc.assert(
        fc.property(programs, ({ program, inputs }) => {
          const wanted = numbersOf(runProgram(program, inputs));
          const got = numbersOf(compile(pass(program))(inputs));
          wanted.forEach((want, i) => {
            want.forEach((x, k) => {
              const y = got[i]![k]!;
              const close = Object.is(x, y) || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x));
              // Cancelled or exploding sums tell nothing about a pass.
              expect(close || !(Math.abs(x) < 1e6) || Number.isNaN(y - x)).toBe(true);
            });
          });
        }),
        { numRuns: 150 },
      );
    });
  }

  it('an optimised program stays the same when it is optimised again', () => {
    fc.assert(
      fc.property(programs, ({ program }) => {
        const once = optimise(program);
        expect(optimise(once).steps.length).toBeLessThanOrEqual(once.steps.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('deadCode', () => {
  it('drops what no result depends on, in nested programs too', () => {
    const branch = stage(
      ([x]) => {
        neg(x!);
        return [add(x!, 1)];
      },
      [f64()],
    );
    const program = stage(
      ([x]) => {
        mul(x!, 3);
        return bindMany('cond', [true, add(x!, 0.5)], { onTrue: branch, onFalse: branch });
      },
      [f64()],
    );
    const left = deadCode(program);
    expect(primitives(left)).toEqual(['add', 'cond']);
    expect(primitives((left.steps[1]!.params as { onTrue: Program }).onTrue)).toEqual(['add']);
    expect(left.inputs).toEqual(program.inputs);
  });
});

describe('commonSubexpressions', () => {
  it('computes once what is asked twice, whichever way round a sum or product is written', () => {
    const program = stage(
      ([x, y]) => [mul(add(x!, y!), add(y!, x!)), mul(x!, 2), mul(2, x!)],
      [f64(3), f64(3)],
    );
    expect(primitives(commonSubexpressions(program))).toEqual(['add', 'mul', 'mul']);
  });

  it('keeps apart what differs in settings, in order, or by the sign of a zero', () => {
    const program = stage(
      ([x]) => [
        bind('reduceSum', [x!], { axes: [0] }),
        bind('reduceSum', [x!], { axes: [1] }),
        bind('sub', [x!, 0.5], NONE),
        bind('sub', [0.5, x!], NONE),
        add(x!, 0),
        add(x!, -0),
        bind('cumsum', [x!], { axis: 0, reverse: false }),
        bind('cumsum', [x!], { axis: 0, reverse: true }),
      ],
      [f64(3, 3)],
    );
    expect(commonSubexpressions(program).steps).toHaveLength(8);
  });
});

describe('simplify', () => {
  /** What is left of a function of a value of shape [3], and that it computes the same to the bit. */
  function left(f: (x: Value) => Value, shape = [3]): string[] {
    const program = stage(([x]) => [f(x!)], [f64(...shape)]);
    const simple = deadCode(simplify(program));
    fc.assert(
      fc.property(fc.array(special, { minLength: 6, maxLength: 6 }), (list) => {
        let at = 0;
        const x = arrayOf(shape, () => list[at++ % list.length]!);
        expect(numbersOf(runProgram(simple, [x]))).toEqual(numbersOf(runProgram(program, [x])));
      }),
    );
    return primitives(simple);
  }
  const ones = new NDArray(Float64Array.of(1, 1, 1), [3], 'float64');

  it('leaves alone what is multiplied or divided by 1, and what −0 is added to or 0 taken from', () => {
    expect(left((x) => mul(1, x))).toEqual([]);
    expect(left((x) => mul(x, ones))).toEqual([]);
    expect(left((x) => bind('div', [x, 1], NONE))).toEqual([]);
    expect(left((x) => add(-0, x))).toEqual([]);
    expect(left((x) => bind('sub', [x, 0], NONE))).toEqual([]);
  });

  it('keeps x + 0 and x · 0, which are not x and 0 for every x', () => {
    expect(left((x) => add(x, 0))).toEqual(['add']);
    expect(left((x) => mul(x, 0))).toEqual(['mul']);
  });

  it('takes signs together', () => {
    expect(left((x) => neg(neg(x)))).toEqual([]);
    expect(left((x) => add(mul(x, 3), neg(x)))).toEqual(['mul', 'sub']);
    expect(left((x) => bind('sub', [mul(x, 3), neg(x)], NONE))).toEqual(['mul', 'add']);
    expect(left((x) => neg(mul(x, 3)))).toEqual(['mul']);
    expect(left((x) => mul(neg(x), neg(x)))).toEqual(['square']);
    expect(left((x) => mul(x, -1))).toEqual(['neg']);
  });

  it('squares what is multiplied by itself, and multiplies instead of dividing by a power of two', () => {
    expect(left((x) => mul(x, x))).toEqual(['square']);
    expect(left((x) => bind('div', [x, 8], NONE))).toEqual(['mul']);
    expect(left((x) => bind('div', [x, 3], NONE))).toEqual(['div']);
  });

  it('looks once where a program looks twice', () => {
    const turn = (x: Value) => bind('transpose', [x], { perm: [1, 0] });
    expect(left((x) => turn(turn(x)), [2, 3])).toEqual([]);
    const shaped = (x: Value, shape: number[]) => bind('reshape', [x], { shape });
    expect(left((x) => shaped(shaped(x, [3, 2]), [6]), [2, 3])).toEqual(['reshape']);
    expect(left((x) => shaped(shaped(x, [3, 2]), [2, 3]), [2, 3])).toEqual([]);
    const flipped = (x: Value) => bind('reverse', [x], { axes: [0] });
    expect(left((x) => flipped(flipped(x)))).toEqual([]);
    const wide = (x: Value) => bind('broadcast', [x], { shape: [2, 3], axes: [1] });
    expect(left((x) => bind('broadcast', [wide(x)], { shape: [4, 2, 3], axes: [1, 2] }))).toEqual([
      'broadcast',
    ]);
  });

  it('computes with one number what is the same number everywhere', () => {
    const wide = (x: Value) => bind('broadcast', [x], { shape: [3], axes: [] });
    expect(left((x) => neg(wide(x)), [])).toEqual(['neg', 'broadcast']);
    expect(left((x) => mul(wide(mul(2, 3)), x))).toEqual(['mul']);
  });

  it('multiplies where copies are summed', () => {
    const program = stage(
      ([x]) => [
        bind('reduceSum', [bind('broadcast', [x!], { shape: [2, 4, 3], axes: [2] })], { axes: [1, 2] }),
      ],
      [f64(3)],
    );
    const simple = simplify(program);
    expect(primitives(deadCode(simple))).toEqual(['reduceSum', 'mul', 'broadcast']);
    const x = new NDArray(Float64Array.of(1, 2, 4), [3], 'float64');
    expect(runProgram(simple, [x])).toEqual(runProgram(program, [x]));
  });

  it('chooses beforehand where the choice is known', () => {
    expect(left((x) => bind('select', [true, neg(x), x], NONE))).toEqual(['neg']);
    expect(left((x) => bind('select', [bind('less', [x, 0], NONE), x, x], NONE))).toEqual([]);
  });
});

describe('printProgram', () => {
  it('writes a line for each step, and nested programs below the step that holds them', () => {
    const branch = stage(([y]) => [mul(y!, 2)], [f64(2)]);
    const program = stage(
      ([x]) => [
        bind('reduceSum', [x!], { axes: [0] }),
        ...bindMany('cond', [true, x!], { onTrue: branch, onFalse: branch }),
      ],
      [f64(2)],
    );
    expect(printProgram(program).split('\n')).toEqual([
      'program (a: f64[2])',
      '  b: f64[] = reduceSum a {axes: [0]}',
      '  c: f64[2] = cond true a',
      '    onTrue (a: f64[2])',
      '      b: f64[2] = mul a 2',
      '      return b',
      '    onFalse (a: f64[2])',
      '      b: f64[2] = mul a 2',
      '      return b',
      '  return b, c',
    ]);
  });
});
