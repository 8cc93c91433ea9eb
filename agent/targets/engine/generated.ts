import { below, type Domain, pick } from '../../checks/draw.ts';
import type { Operation } from '../../checks/operation.ts';
import { operation } from '../../checks/operations.ts';
import type { Mode } from '../../checks/program.ts';
import { bottom, call, type Real, real } from '../../checks/tower.ts';
import type { Case, Draw } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { firstTelling, inputText, request, tellingCase } from './case.ts';
import { simplePoints } from './op-cases.ts';

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

function sketch(draw: Draw, ops: readonly Operation[], sketch: Sketch, steps: number): number {
  const { nodes } = sketch;
  const any = (): Drawn => pick(draw, nodes);
  const use = (op: Operation): Drawn => {
    const first = sketch.into(any(), op.domain[0]!);
    if (op.arity === 1) return sketch.apply(op, first);
    return sketch.apply(op, first, sketch.into(any(), op.domain[1]!));
  };
  for (let i = 0; i < steps; i++) {
    const kind = below(draw, 4);
    if (kind < 2) nodes.push(use(pick(draw, ops)));
    else nodes.push(sketch.apply(seedOps[kind - 2]!, any(), i % 2 === 0 ? any() : nodes.at(-1)!));
  }
  const last = nodes.at(-1)!;
  const end = sketch.apply(seedOps[0]!, use(pick(draw, ops)), last);
  return end.node;
}

function attempt(draw: Draw, ops: readonly Operation[], mode: Mode): Case | null {
  const at = Array.from({ length: 1 + below(draw, 3) }, () => {
    const sixteenths = 1 + below(draw, 48);
    return (draw.uint32() % 2 === 0 ? sixteenths : -sixteenths) / 16;
  });
  const steps = 2 + below(draw, 4);
  const built = program(at.length, (b, ...inputs) => sketch(draw, ops, new Sketch(b, inputs, at), steps));
  const along = mode === 'hvp' || mode === 'jvp' ? at.map(() => (1 + below(draw, 16)) / 8 - 1) : undefined;
  const names = ops.map((op) => op.name).join(', ');
  return tellingCase(
    `a generated program of add, mul, ${names} at ${inputText(at)}`,
    request(built, mode, at, along),
  );
}

/** A program of add, mul and the given operations, drawn so that its reference is well conditioned. */
export function generatedCase(draw: Draw, ops: readonly Operation[], mode: Mode = 'grad'): Case {
  return firstTelling(
    () => attempt(draw, ops, mode),
    () => {
      const [op] = ops;
      const at = simplePoints(op!).find((p) => p.every((x) => x !== 0))!;
      const built = program(op!.arity, (b, ...x) => b.op('mul', b.op(op!.name, ...x), x[0]!));
      const along = mode === 'hvp' || mode === 'jvp' ? at.map(() => 1) : undefined;
      const found = tellingCase(
        `the derivative of ${op!.name} times its input at ${inputText(at)}`,
        request(built, mode, at, along),
      );
      if (!found) throw new Error(`no telling program for ${op!.name}`);
      return found;
    },
  );
}
