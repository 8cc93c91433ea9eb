import { below, drawReal } from '../../checks/draw.ts';
import { LINE } from '../../checks/operation-build.ts';
import { operation } from '../../checks/operations.ts';
import type { Case, Draw, Goal } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { check, inputText, referenceCase, request } from './case.ts';
import { opChecks } from './op-checks.ts';

function seedOp(name: 'add' | 'mul', sign: string): Goal {
  const id = `r0/${name}`;
  return {
    id,
    rung: 0,
    title: `${name} and its derivatives`,
    text: `\`${name}(a, b)\` is a ${sign} b. The seed engine has it; no edit may break it.`,
    ops: [name],
    needs: [],
    checks: opChecks(id, operation(name)),
  };
}

interface Shape {
  readonly text: string;
  /** `at` is where it will be asked. */
  write(b: Builder, x: number, y: number, at: readonly [number, number]): number;
}

/** A program with an `if` of its own, by a bound that is so many times x. */
const choice = (text: string, factor: number): Shape => ({
  text,
  write: (b, x, y, at) =>
    b.branch(
      b.op('mul', x, b.constant(1)),
      factor * at[0],
      [x, y],
      (i, p, q) => i.op('mul', p, q),
      (i, _p, q) => i.op('add', q, i.op('mul', q, q)),
    ),
});

/** Programs whose shape alone is the difficulty. Each takes two inputs. */
const SHAPES: readonly Shape[] = [
  { text: 'x, returned as it is', write: (_b, x) => x },
  { text: 'a constant', write: (b) => b.constant(3) },
  { text: 'x·x, one value as both inputs', write: (b, x) => b.op('mul', x, x) },
  {
    text: '(xy)² + xy with one xy',
    write: (b, x, y) => {
      const p = b.op('mul', x, y);
      return b.op('add', b.op('mul', p, p), p);
    },
  },
  {
    text: 'x⁸ by three squarings, with y·y on a branch that is not used',
    write: (b, x, y) => {
      b.op('mul', y, y);
      let p = x;
      for (let i = 0; i < 3; i++) p = b.op('mul', p, p);
      return p;
    },
  },
  {
    text: 'x + x + … sixteen times, through a chain',
    write: (b, x) => {
      let s = x;
      for (let i = 0; i < 15; i++) s = b.op('add', s, x);
      return s;
    },
  },
  {
    text: 'a late value that an early one is added to',
    write: (b, x, y) => {
      const early = b.op('mul', x, y);
      const late = b.op('mul', b.op('add', early, y), x);
      return b.op('add', late, early);
    },
  },
  // The first bound lies where an engine that keeps the steps of an earlier call comes from the other side.
  choice('x·y or y + y·y, by an if on a value below its bound', 1.25),
  choice('x·y or y + y·y, by an if on a value above its bound', 0.75),
  {
    // Longer than any program that one would write into a check: size alone must change nothing.
    text: 'x, halved and added to y 300 times over',
    write: (b, x, y) => {
      const half = b.constant(0.5);
      let p = x;
      for (let i = 0; i < 300; i++) p = b.op('add', b.op('mul', p, half), y);
      return p;
    },
  },
  {
    text: 'a sum of 200 products x·y',
    write: (b, x, y) => {
      let s = b.op('mul', x, y);
      for (let i = 1; i < 200; i++) s = b.op('add', s, b.op('mul', x, y));
      return s;
    },
  },
];

function shapeCase(index: number, at: readonly [number, number]): Case {
  const { text, write } = SHAPES[index % SHAPES.length]!;
  return referenceCase(
    `the gradient of ${text}, at ${inputText(at)}`,
    request(
      program(2, (b, x, y) => write(b, x, y, at)),
      'grad',
      at,
    ),
  );
}

/** A program of many inputs: the sum of each times the next, and of the first. */
function wideCase(at: readonly number[]): Case {
  const sum = program(at.length, (b, ...xs) => {
    let s = xs[0]!;
    for (let i = 1; i < xs.length; i++) s = b.op('add', s, b.op('mul', xs[i - 1]!, xs[i]!));
    return s;
  });
  return referenceCase(`the gradient of a function of ${at.length} inputs`, request(sum, 'grad', at));
}

/** How many inputs public programs have, beside the two of all others. */
const WIDE = [1, 3, 5, 9, 17];

const sharing: Goal = {
  id: 'r0/fan-out',
  rung: 0,
  title: 'values that are used several times, or not at all',
  text: 'A value used several times collects the derivative of each use; a value not used has derivative 0. The seed engine does it; no edit may break it.',
  ops: [],
  needs: ['r0/add', 'r0/mul'],
  checks: [
    check(
      'r0/fan-out',
      'structure',
      'sharing, aliasing, dead branches, constants, inputs as outputs, many inputs',
      () => [
        ...SHAPES.map((_, i) => shapeCase(i, [2, 3])),
        ...WIDE.map((n) => wideCase(Array.from({ length: n }, (_, i) => i / 2 - 1))),
      ],
      (draw: Draw, i) => {
        const real = (): number => drawReal(draw, LINE, 'plain');
        if (i === 0) return wideCase(Array.from({ length: 1 + below(draw, 24) }, real));
        return shapeCase(i - 1, [real(), real()]);
      },
    ),
  ],
};

export const rung0: readonly Goal[] = [seedOp('add', '+'), seedOp('mul', '×'), sharing];
