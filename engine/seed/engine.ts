import type { Op, Value } from './contract.ts';

/**
 * A primitive: its value, and one partial derivative for each input.
 *
 * A partial gets the inputs and then the output, `(x, y)` or `(a, b, y)`. It is written with `ops`, not
 * with bare arithmetic, so that it can itself be differentiated once the engine learns to nest.
 */
interface Primitive {
  readonly value: (...inputs: number[]) => number;
  readonly partials: readonly ((...inputs: Value[]) => Value)[];
}

const primitives: Record<string, Primitive> = {
  add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },
  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },
};

/** The operations by name. On plain numbers they compute; on traced values they also remember. */
export const ops: Record<string, Op> = Object.fromEntries(
  Object.entries(primitives).map(([name, p]) => [name, (...inputs: Value[]) => apply(name, p, inputs)]),
);

/** One step of a traced program. `serial` grows with time, so it is a topological order. */
class Trace {
  static count = 0;
  readonly serial = Trace.count++;
  readonly value: number;
  readonly inputs: readonly Value[];
  readonly primitive: Primitive | undefined;

  constructor(value: number, inputs: readonly Value[] = [], primitive?: Primitive) {
    this.value = value;
    this.inputs = inputs;
    this.primitive = primitive;
  }
}

/** The plain number under a value. */
export function primal(value: Value): number {
  return typeof value === 'number' ? value : (value as Trace).value;
}

function apply(name: string, primitive: Primitive, inputs: Value[]): Value {
  if (inputs.length !== primitive.partials.length) {
    throw new TypeError(`${name} takes ${primitive.partials.length} inputs, not ${inputs.length}`);
  }
  const value = primitive.value(...inputs.map(primal));
  return inputs.some((input) => input instanceof Trace) ? new Trace(value, inputs, primitive) : value;
}

/** Reverse mode: run the program once, then walk it backwards, adding up what each step passes on. */
export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {
  return (...xs) => {
    if (xs.some((x) => typeof x !== 'number')) throw new TypeError('grad does not nest yet');
    const roots = xs.map((x) => new Trace(primal(x)));
    const output = f(...roots);
    const cotangents = new Map<Trace, number>();
    if (output instanceof Trace) cotangents.set(output, 1);
    for (const step of stepsBehind(output)) {
      const cotangent = cotangents.get(step) ?? 0;
      step.inputs.forEach((input, i) => {
        if (!(input instanceof Trace)) return;
        const partial = primal(step.primitive!.partials[i]!(...step.inputs.map(primal), step.value));
        cotangents.set(input, (cotangents.get(input) ?? 0) + cotangent * partial);
      });
    }
    return roots.map((root) => cotangents.get(root) ?? 0);
  };
}

/** Every step that a value depends on, latest first. */
function stepsBehind(value: Value): Trace[] {
  const seen = new Set<Trace>();
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next instanceof Trace && !seen.has(next)) {
      seen.add(next);
      open.push(...next.inputs);
    }
  }
  return [...seen].sort((a, b) => b.serial - a.serial);
}
