import { below, drawReal, pick } from '../../checks/draw.ts';
import type { Mode, Program } from '../../checks/program.ts';
import type { Case, Draw } from '../../checks/types.ts';
import { array, type Builder, program } from './build.ts';
import { decimal, firstTelling, referenceCase, request, tellingCase } from './case.ts';

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** A program of arrays of given shapes; `[]` is a plain number. */
export interface ArrayExample {
  readonly text: string;
  readonly shapes: readonly Shape[];
  readonly mode: Mode;
  readonly program: Program;
  /** Elements of the arguments in the fixed pool, row-major; simple numbers where it is left out. */
  readonly data?: readonly (readonly number[])[];
}

type Write = (b: Builder, ...inputs: number[]) => number;

export function valueExample(
  text: string,
  shapes: readonly Shape[],
  write: Write,
  data?: ArrayExample['data'],
): ArrayExample {
  const example = { text, shapes, mode: 'value', program: program(shapes.length, write) } as const;
  return data ? { ...example, data } : example;
}

/** The gradient of a weighted sum of a result of shape `result`: the weights tell its elements apart. */
export function gradExample(
  text: string,
  shapes: readonly Shape[],
  result: Shape,
  write: Write,
  data?: ArrayExample['data'],
): ArrayExample {
  const built = program(shapes.length, (b, ...inputs) => weigh(b, write(b, ...inputs), result));
  const example = { text, shapes, mode: 'grad', program: built } as const;
  return data ? { ...example, data } : example;
}

/** Σ wᵢxᵢ with simple unequal weights; a plain number as it is. */
export function weigh(b: Builder, x: number, shape: Shape): number {
  if (shape.length === 0) return x;
  const weights = Array.from({ length: sizeOf(shape) }, (_, i) => (i % 2 === 0 ? 1 + i : -i) / 4);
  return sumAll(b, b.op('mul', x, b.constant(array(shape, weights))), shape);
}

export function sumAll(b: Builder, x: number, shape: Shape): number {
  return b.arrayOp('sum', [x], { axes: shape.map((_, axis) => axis), keepdims: false });
}

const SIMPLE = [1, -0.5, 2, 0.25, -1.5, 3, 0.75, -2, 1.25, 0.5, -0.25, 1.75] as const;

/** Simple elements for arguments of these shapes. */
export function simpleData(shapes: readonly Shape[]): number[][] {
  let next = 0;
  return shapes.map((shape) => Array.from({ length: sizeOf(shape) }, () => SIMPLE[next++ % SIMPLE.length]!));
}

const SMALL = { low: -4, high: 4, near: [] };

export function drawData(draw: Draw, shapes: readonly Shape[]): number[][] {
  return shapes.map((shape) => Array.from({ length: sizeOf(shape) }, () => drawReal(draw, SMALL, 'plain')));
}

/** Elements as arguments of these shapes. */
export function numsOf(
  shapes: readonly Shape[],
  data: readonly (readonly number[])[],
): (number | ReturnType<typeof array>)[] {
  return shapes.map((shape, i) => (shape.length === 0 ? data[i]![0]! : array(shape, data[i]!)));
}

function requestOf(example: ArrayExample, data: readonly (readonly number[])[]) {
  return request(example.program, example.mode, numsOf(example.shapes, data));
}

function labelOf(example: ArrayExample, data: readonly (readonly number[])[]): string {
  const shown = data.map((row, i) => {
    const shape = example.shapes[i]!;
    const text = row.slice(0, 6).map(decimal).join(', ');
    return shape.length === 0 ? text : `[${shape.join('×')}](${text}${row.length > 6 ? ', …' : ''})`;
  });
  return `${example.mode === 'grad' ? 'the gradient of ' : ''}${example.text} at ${shown.join(', ')}`;
}

/** The example in the fixed pool. */
export function fixedCase(example: ArrayExample): Case {
  const data = example.data ?? simpleData(example.shapes);
  return referenceCase(labelOf(example, data), requestOf(example, data));
}

/** One of the examples with drawn elements. */
export function drawnCase(draw: Draw, examples: readonly ArrayExample[]): Case {
  const example = pick(draw, examples);
  return firstTelling(
    () => {
      const data = drawData(draw, example.shapes);
      return tellingCase(labelOf(example, data), requestOf(example, data));
    },
    () => fixedCase(example),
  );
}

const FRAMES: readonly Shape[] = [[3], [2, 3], [4], [2, 1, 2], [3, 2]];

/** The gradient of a drawn elementwise program of arguments whose shapes broadcast to one frame. */
export function generatedArrayCase(draw: Draw): Case {
  const attempt = (): Case | null => {
    const frame = pick(draw, FRAMES);
    const shapes = [frame, ...Array.from({ length: 1 + below(draw, 2) }, () => partOf(draw, frame))];
    const built = program(shapes.length, (b, ...inputs) => sumAll(b, grow(draw, b, inputs), frame));
    const example: ArrayExample = {
      text: 'a generated elementwise program',
      shapes,
      mode: 'grad',
      program: built,
    };
    const data = shapes.map((shape) =>
      Array.from(
        { length: sizeOf(shape) },
        () => (below(draw, 2) === 0 ? 1 : -1) * ((1 + below(draw, 24)) / 16),
      ),
    );
    return tellingCase(labelOf(example, data), requestOf(example, data));
  };
  return firstTelling(attempt, () =>
    fixedCase(gradExample('a·b', [[2, 3], [3]], [2, 3], (b, x, y) => b.op('mul', x, y))),
  );
}

/** A shape that broadcasts to the frame: axes dropped in front, or of length 1. */
function partOf(draw: Draw, frame: Shape): Shape {
  return frame.slice(below(draw, frame.length + 1)).map((n) => (below(draw, 3) === 0 ? 1 : n));
}

/** Operations that keep small values small. */
const TAME = ['sin', 'cos', 'tanh'] as const;
const JOIN = ['add', 'mul', 'sub'] as const;

function grow(draw: Draw, b: Builder, inputs: readonly number[]): number {
  const [first, ...others] = inputs;
  let x = first!;
  for (const y of others) {
    x = b.op(pick(draw, JOIN), x, y);
    if (below(draw, 2) === 0) x = b.op(pick(draw, TAME), x);
  }
  const steps = 1 + below(draw, 3);
  for (let i = 0; i < steps; i++) {
    const y = pick(draw, inputs);
    if (below(draw, 4) === 0) x = b.op('div', x, b.op('add', b.op('mul', y, y), b.constant(0.5)));
    else x = b.op(pick(draw, JOIN), b.op(pick(draw, TAME), x), below(draw, 3) === 0 ? x : y);
  }
  return x;
}
