import type { Operation } from '../../checks/operation.ts';
import type { Case, Draw } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { firstTelling, inputText, request, tellingCase } from './case.ts';
import { drawInputs } from './op-cases.ts';
import { simplePoints } from './op-points.ts';

/** A shape of program that trips engines up: f is the operation, x its inputs as nodes, p the same as numbers. */
interface Shape {
  readonly text: string;
  write(
    b: Builder,
    f: (...x: readonly number[]) => number,
    x: readonly number[],
    p: readonly number[],
  ): number;
}

const COMMON: readonly Shape[] = [
  {
    text: 'y·y + y with one y = f(…)',
    write: (b, f, x) => {
      const y = f(...x);
      return b.op('add', b.op('mul', y, y), y);
    },
  },
  {
    text: 'f(…)·a + a for its first input a',
    write: (b, f, x) => b.op('add', b.op('mul', f(...x), x[0]!), x[0]!),
  },
  {
    text: 'f(…) with each input the sum of two halves',
    write: (b, f, x) =>
      f(
        ...x.map((node) => {
          const half = b.op('mul', node, b.constant(0.5));
          return b.op('add', half, half);
        }),
      ),
  },
  {
    text: 'a square, with f(…) computed and not used',
    write: (b, f, x) => {
      f(...x);
      return b.op('mul', x[0]!, x[0]!);
    },
  },
  {
    text: 'f of constants, times the first input',
    write: (b, f, x, p) => b.op('mul', f(...p.map((v) => b.constant(v))), x[0]!),
  },
  { text: 'f(…) + f(…), computed twice', write: (b, f, x) => b.op('add', f(...x), f(...x)) },
];

const BINARY: readonly Shape[] = [
  {
    text: 'f(constant, b) times a',
    write: (b, f, x, p) => b.op('mul', f(b.constant(p[0]!), x[1]!), x[0]!),
  },
  {
    text: 'f(a, constant) times b',
    write: (b, f, x, p) => b.op('mul', f(x[0]!, b.constant(p[1]!)), x[1]!),
  },
];

function shapesOf(op: Operation): readonly Shape[] {
  return op.arity === 1 ? COMMON : [...COMMON, ...BINARY];
}

function attempt(op: Operation, shape: Shape, at: readonly number[]): Case | null {
  const built = program(op.arity, (b, ...x) => shape.write(b, (...y) => b.op(op.name, ...y), x, at));
  const label = `the derivative of ${shape.text}, f = ${op.name}, at ${inputText(at)}`;
  return tellingCase(label, request(built, 'grad', at));
}

/** Each shape at the first simple point where it says something. */
export function structureCases(op: Operation): readonly Case[] {
  return shapesOf(op).map((shape) => fixed(op, shape));
}

function fixed(op: Operation, shape: Shape): Case {
  for (const { at } of simplePoints(op)) {
    const found = attempt(op, shape, at);
    if (found && at.every((x) => x !== 0)) return found;
  }
  throw new Error(`no simple point for ${shape.text} with ${op.name}`);
}

export function structureCase(op: Operation, draw: Draw, index: number): Case {
  const shapes = shapesOf(op);
  const shape = shapes[index % shapes.length]!;
  return firstTelling(
    () => attempt(op, shape, drawInputs(draw, op.domain, 'plain')),
    () => fixed(op, shape),
  );
}
