import {
  type Atom,
  type Aval,
  type HigherStep,
  idsOf,
  isLiteral,
  isSingle,
  type Program,
  type SingleStep,
  shaped,
  type Var,
} from '../core/program.ts';
import { asArray, type Value } from '../core/trace.ts';
import { COPY } from '../kernels/copy.ts';
import { isContiguous, reshaped, wholeView } from '../kernels/view.ts';
import { CONVERSION, type LoopName, ROUNDING } from './elementwise.ts';
import { type Kernels, type Node, newSlot, type Operand, type Slot } from './nodes.ts';

/** A program as nodes over slots, not yet ordered into units or placed. */
export interface Lowered {
  readonly inputs: readonly Slot[];
  /** Row-major without gaps, and never the slot of an input. */
  readonly outputs: readonly Operand[];
  readonly nodes: readonly Node[];
  readonly constants: readonly { readonly slot: Slot; readonly numbers: ArrayLike<number> }[];
}

/**
 * Steps that only look at elements in another way vanish into the views of those who read; programs that are called
 * (checkpoint, custom rules) are written out.
 */
export function lower(program: Program): Lowered {
  const nodes: Node[] = [];
  const constants: { slot: Slot; numbers: ArrayLike<number> }[] = [];
  const literals = new Map<unknown, Slot>();
  const copies = new Map<Operand, Operand>();

  const push = (node: Node) => {
    const { inputs } = node;
    for (let i = 0; i < inputs.length; i++) inputs[i]!.slot.uses++;
    nodes.push(node);
  };

  const loop = (name: LoopName, inputs: readonly Operand[], { shape }: Aval): Operand => {
    const output = newSlot(shape);
    push({ kind: 'loop', loop: name, inputs, output });
    return output;
  };

  const rounded = (x: Operand, aval: Aval): Operand => {
    const rounding = ROUNDING[aval.dtype];
    return rounding === null ? x : loop(rounding, [x], aval);
  };

  const kernel = (
    name: string,
    compute: Kernels,
    params: unknown,
    inputs: readonly Operand[],
    aval: Aval,
  ): Operand => {
    const output = newSlot(aval.shape);
    const operands = compute.strided ? inputs : inputs.map(whole);
    push({ kind: 'kernel', name, compute, params, inputs: operands, output, aval });
    return output;
  };

  const copied = (x: Operand): Operand => {
    const copy = copies.get(x) ?? kernel('copy', COPY, null, [x], shaped(x.view.shape, 'float64'));
    copies.set(x, copy);
    return copy;
  };

  /** The operand row-major without gaps: itself or its copy. */
  const whole = (x: Operand): Operand => (isContiguous(x.view) ? x : copied(x));

  const literal = (value: Value): Operand => {
    const { shape, data } = asArray(value);
    // A map takes −0 for 0.
    const key = shape.length > 0 ? value : Object.is(data[0], -0) ? '-0' : data[0]!;
    let slot = literals.get(key);
    if (slot === undefined) {
      slot = newSlot(shape);
      constants.push({ slot, numbers: data });
      literals.set(key, slot);
    }
    return slot;
  };

  const single = (
    { primitive, inputs, params, output }: SingleStep,
    operands: readonly Operand[],
  ): Operand => {
    const { aval } = output;
    const { name, compute } = primitive;
    if (compute === 'loop') {
      return rounded(loop(name as LoopName, operands, aval), aval);
    }
    const [x] = operands as [Operand];
    if (name === 'stopGradient') return x;
    if (name === 'convert') {
      // Types share one way of storing, so most conversions change nothing.
      const from = inputs[0]!.aval.dtype;
      const change = from === aval.dtype || from === 'bool' ? null : CONVERSION[aval.dtype];
      return change === null ? x : loop(change, [x], aval);
    }
    if (name === 'reshape') {
      const view = reshaped(x.view, aval.shape);
      return view === null ? { slot: copied(x).slot, view: wholeView(aval.shape) } : { slot: x.slot, view };
    }
    if ('view' in compute) return { slot: x.slot, view: compute.view(x.view, params as never) };
    return rounded(kernel(name, compute, params, operands, aval), aval);
  };

  const higher = (
    { primitive, params, outputs }: HigherStep,
    inputs: readonly Operand[],
  ): readonly Operand[] => {
    const { compute } = primitive;
    if (compute === 'program') return walk((params as { program: Program }).program, inputs);
    const results = outputs.map(({ aval }) => newSlot(aval.shape));
    push({ kind: 'control', control: compute!, params, inputs: inputs.map(whole), outputs: results });
    return results;
  };

  const walk = (part: Program, inputs: readonly Operand[]): Operand[] => {
    const known: Operand[] = new Array(idsOf(part));
    const write = (variables: readonly Var[], operands: readonly Operand[]) => {
      variables.forEach(({ id }, i) => {
        known[id] = operands[i]!;
      });
    };
    const read = (atom: Atom): Operand => (isLiteral(atom) ? literal(atom.literal) : known[atom.id]!);
    write(part.inputs, inputs);
    for (const step of part.steps) {
      const operands = step.inputs.map(read);
      if (isSingle(step)) known[step.output.id] = single(step, operands);
      else write(step.outputs, higher(step, operands));
    }
    return part.outputs.map(read);
  };

  const inputs = program.inputs.map(({ aval }) => newSlot(aval.shape));
  const own = new Set(inputs.map(({ slot }) => slot));
  const outputs = walk(program, inputs).map((operand) => {
    const result = own.has(operand.slot) ? copied(operand) : whole(operand);
    result.slot.uses++;
    return result;
  });
  return { inputs, outputs, nodes, constants };
}
