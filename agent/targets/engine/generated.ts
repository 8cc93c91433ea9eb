import { below, type Domain, pick } from '../../checks/draw.ts';
import type { Operation } from '../../checks/operation.ts';
import { operation } from '../../checks/operations.ts';
import type { Mode, Program } from '../../checks/program.ts';
import { bottom, call, type Real, real } from '../../checks/tower.ts';
import type { Case, Draw } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { ASKED, firstTelling, inputText, request, tellingCase } from './case.ts';
import { simplePoints } from './op-points.ts';

/** Values in generated programs are kept below this, so that nothing overflows however long the chain. */
const LARGEST = 16;

const seedOps = [operation('add'), operation('mul')];

/** A node under construction and its value, which decides what may be applied to it. */
interface Drawn {
  readonly node: number;
  readonly value: Real;
}

/** Applies operations and keeps track of values. */
class Sketch {
  readonly nodes: Drawn[] = [];
  private readonly b: Builder;

  constructor(b: Builder, inputs: readonly number[], at: readonly number[]) {
    this.b = b;
    inputs.forEach((node, i) => {
      this.nodes.push({ node, value: real(at[i]!) });
    });
  }

  constant(x: number): Drawn {
    return { node: this.b.constant(x), value: real(x) };
  }

  apply(op: Operation, ...args: readonly Drawn[]): Drawn {
    const value = bottom(call(op, ...args.map((a) => a.value)));
    const result = { node: this.b.op(op.name, ...args.map((a) => a.node)), value };
    return this.shrink(result, LARGEST);
  }

  /** One value as both inputs, or also once more beside the result. */
  twice(draw: Draw, op: Operation, x: Drawn): Drawn {
    const [plus] = seedOps;
    const doubled = this.apply(op, x, x);
    return below(draw, 2) === 0 ? doubled : this.apply(plus!, x, doubled);
  }

  /** One of two programs of a value, by an `if` on it, whose bound is as far away as it takes for rounding not to matter. */
  branch(draw: Draw, x: Drawn): Drawn {
    const [plus, times] = seedOps;
    const over = below(draw, 2) === 0;
    const above = x.value.hi + (over ? -0.25 : 0.25) * Math.max(1, Math.abs(x.value.hi));
    const node = this.b.branch(
      x.node,
      above,
      [x.node],
      (b, y) => b.op('mul', y, y),
      (b, y) => b.op('add', y, y),
    );
    const value = bottom(call(over ? times! : plus!, x.value, x.value));
    return this.shrink({ node, value }, LARGEST);
  }

  /** Multiplied by a power of two where it is too large. */
  shrink(x: Drawn, limit: number): Drawn {
    const size = Math.abs(x.value.hi);
    if (!(size > limit) || !Number.isFinite(size)) return x;
    let factor = 0.5;
    while (size * factor > limit) factor /= 2;
    const [, times] = seedOps;
    const value = bottom(call(times!, x.value, real(factor)));
    return { node: this.b.op('mul', x.node, this.b.constant(factor)), value };
  }

  /** Moved into an operation's domain: as it is, made small, or squared and pushed up. */
  into(x: Drawn, domain: Domain): Drawn {
    const fits = (y: Drawn) => y.value.hi > domain.low && y.value.hi < domain.high;
    if (fits(x)) return x;
    const small = this.shrink(x, 0.75);
    if (fits(small)) return small;
    const [plus, times] = seedOps;
    return this.apply(plus!, this.apply(times!, small, small), this.constant(Math.max(domain.low, 0) + 0.25));
  }
}

/** Draws a few steps over what a sketch holds already; the node that the last step gave. */
function grow(draw: Draw, ops: readonly Operation[], sketch: Sketch, steps: number): Drawn {
  const { nodes } = sketch;
  const any = (): Drawn => pick(draw, nodes);
  const use = (op: Operation): Drawn => {
    const first = sketch.into(any(), op.domain[0]!);
    if (op.arity === 1) return sketch.apply(op, first);
    return sketch.apply(op, first, sketch.into(any(), op.domain[1]!));
  };
  for (let i = 0; i < steps; i++) {
    const kind = below(draw, 8);
    if (kind < 4) nodes.push(use(pick(draw, ops)));
    else if (kind === 4) nodes.push(sketch.branch(draw, any()));
    else if (kind === 5) nodes.push(sketch.twice(draw, seedOps[i % 2]!, any()));
    else nodes.push(sketch.apply(seedOps[kind - 6]!, any(), i % 2 === 0 ? any() : nodes.at(-1)!));
  }
  const last = nodes.at(-1)!;
  return sketch.apply(seedOps[0]!, use(pick(draw, ops)), last);
}

/** `nested`: the gradient of a program that multiplies an inner derivative by an outer input. */
export type GeneratedMode = Mode | 'nested';

function drawPoint(draw: Draw, n: number): number[] {
  return Array.from({ length: n }, () => {
    const sixteenths = 1 + below(draw, 48);
    return (draw.uint32() % 2 === 0 ? sixteenths : -sixteenths) / 16;
  });
}

/** The list of outputs of a drawn program: one, or for a Jacobian also an intermediate and an input. */
function outputs(
  b: Builder,
  draw: Draw,
  ops: readonly Operation[],
  inputs: readonly number[],
  at: readonly number[],
  mode: Mode,
): number | readonly number[] {
  const sketch = new Sketch(b, inputs, at);
  const end = grow(draw, ops, sketch, 1 + below(draw, 4));
  return mode === 'jacobian' ? [end.node, pick(draw, sketch.nodes).node, inputs[0]!] : end.node;
}

/**
 * x0·∂body/∂x0 (x0, …; last input captured): an inner differentiation whose body sees an outer input, so that an
 * engine that mixes the two up gives another number. One in four stands in a branch, whose value it may not leave.
 */
function nested(draw: Draw, ops: readonly Operation[], at: readonly number[]): Program {
  return program(at.length, (b, ...inputs) => {
    const slopeIn = (b: Builder, xs: readonly number[]): number =>
      b.grad(0, xs.slice(0, -1), [xs.at(-1)!], (body, ...own) => {
        const sketch = new Sketch(body, own, at);
        return grow(draw, ops, sketch, 1 + below(draw, 3)).node;
      });
    const slope =
      below(draw, 4) === 0
        ? b.branch(
            inputs[0]!,
            at[0]! - 0.5,
            inputs,
            (i, ...xs) => slopeIn(i, xs),
            (i, ...xs) => i.op('mul', xs[0]!, xs[0]!),
          )
        : slopeIn(b, inputs);
    return b.op('mul', slope, inputs.at(-1)!);
  });
}

const needsDirection = (mode: GeneratedMode): boolean => mode === 'hvp' || mode === 'jvp';

function attempt(draw: Draw, ops: readonly Operation[], mode: GeneratedMode): Case | null {
  const at = drawPoint(draw, (mode === 'nested' ? 2 : 1) + below(draw, mode === 'hessian' ? 2 : 3));
  const asked: Mode = mode === 'nested' ? 'grad' : mode;
  const built =
    mode === 'nested'
      ? nested(draw, ops, at)
      : program(at.length, (b, ...inputs) => outputs(b, draw, ops, inputs, at, asked));
  const along = needsDirection(mode) ? at.map(() => (1 + below(draw, 16)) / 8 - 1) : undefined;
  return tellingCase(label(mode, ops, at), request(built, asked, at, along));
}

function label(mode: GeneratedMode, ops: readonly Operation[], at: readonly number[]): string {
  const names = ops.map((op) => op.name).join(', ');
  const asked = mode === 'nested' ? 'the gradient of an inner derivative' : ASKED[mode];
  return `${asked} of a generated program of add, mul, ${names} at ${inputText(at)}`;
}

/** What stands in where no drawn program says enough: the operation times its input, or the derivative of that. */
function fallback(op: Operation, mode: GeneratedMode): Case {
  const simple = (b: Builder, x: readonly number[]) =>
    b.op('mul', b.op(op.name, ...x), b.op('mul', x[0]!, x[0]!));
  const asked: Mode = mode === 'nested' ? 'grad' : mode;
  const built = program(op.arity, (b, ...x) =>
    mode === 'nested' ? b.grad(0, x, [], (body, ...own) => simple(body, own)) : simple(b, x),
  );
  for (const { at } of simplePoints(op)) {
    const along = needsDirection(mode) ? at.map(() => 1) : undefined;
    const found = tellingCase(label(mode, [op], at), request(built, asked, at, along));
    if (found) return found;
  }
  throw new Error(`no telling program for ${mode} of ${op.name}`);
}

/** A program of add, mul and the given operations, drawn so that its reference is well conditioned. */
export function generatedCase(draw: Draw, ops: readonly Operation[], mode: GeneratedMode = 'grad'): Case {
  return firstTelling(
    () => attempt(draw, ops, mode),
    () => fallback(ops[0]!, mode),
  );
}

/**
 * Each of these operations once: every one is applied to what the one before gave, and the sum of all they gave is the
 * result, so that none is left without use.
 */
export function composedCase(draw: Draw, ops: readonly Operation[]): Case {
  return firstTelling(
    () => {
      const at = drawPoint(draw, 1 + below(draw, 2));
      const built = program(at.length, (b, ...inputs) => {
        const sketch = new Sketch(b, inputs, at);
        const [plus] = seedOps;
        let last = pick(draw, sketch.nodes);
        let sum = last;
        for (const op of ops) {
          const first = sketch.into(last, op.domain[0]!);
          last =
            op.arity === 1
              ? sketch.apply(op, first)
              : sketch.apply(op, first, sketch.into(pick(draw, sketch.nodes), op.domain[1]!));
          sum = sketch.apply(plus!, sum, last);
        }
        return sum.node;
      });
      return tellingCase(label('grad', ops, at), request(built, 'grad', at));
    },
    () => generatedCase(draw, ops),
  );
}
