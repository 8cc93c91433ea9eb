import type { MakeKernel } from '../core/kernel.ts';
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
} from '../core/program.ts';
import type { Shape } from '../core/shape.ts';
import { asArray, type Value } from '../core/trace.ts';
import { copyOf } from '../kernels/copy.ts';
import { isContiguous, reshaped, wholeView } from '../kernels/view.ts';
import type { LoopName } from './elementwise.ts';
import { type Node, newSlot, type Operand, type Slot } from './nodes.ts';

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
  const lowering = new Lowering();
  const inputs = program.inputs.map(({ aval }) => newSlot(aval.shape));
  const own = new Set(inputs.map(({ slot }) => slot));
  const outputs = lowering.walk(program, inputs).map((operand) => {
    const whole = own.has(operand.slot) ? lowering.copied(operand) : lowering.whole(operand);
    whole.slot.uses++;
    return whole;
  });
  const { nodes, constants } = lowering;
  return { inputs, outputs, nodes, constants };
}

class Lowering {
  readonly nodes: Node[] = [];
  readonly constants: { slot: Slot; numbers: ArrayLike<number> }[] = [];
  private readonly literals = new Map<unknown, Slot>();
  private readonly copies = new Map<Operand, Operand>();

  walk(program: Program, inputs: readonly Operand[]): Operand[] {
    const known: Operand[] = new Array(idsOf(program));
    for (let i = 0; i < inputs.length; i++) known[program.inputs[i]!.id] = inputs[i]!;
    const read = (atom: Atom): Operand => (isLiteral(atom) ? this.literal(atom.literal) : known[atom.id]!);
    for (const step of program.steps) {
      const { inputs } = step;
      const operands: Operand[] = new Array(inputs.length);
      for (let i = 0; i < inputs.length; i++) operands[i] = read(inputs[i]!);
      if (isSingle(step)) known[step.output.id] = this.single(step, operands);
      else {
        const results = this.higher(step, operands);
        for (let i = 0; i < results.length; i++) known[step.outputs[i]!.id] = results[i]!;
      }
    }
    return program.outputs.map(read);
  }

  private literal(value: Value): Operand {
    const { shape, data } = asArray(value);
    // A map takes −0 for 0.
    const key = shape.length > 0 ? value : Object.is(data[0], -0) ? '-0' : data[0]!;
    let slot = this.literals.get(key);
    if (slot === undefined) {
      slot = newSlot(shape);
      this.constants.push({ slot, numbers: data });
      this.literals.set(key, slot);
    }
    return slot;
  }

  private higher(step: HigherStep, inputs: readonly Operand[]): readonly Operand[] {
    const { compute, name } = step.primitive;
    if (compute === null) throw new Error(`internal: ${name} was compiled`);
    if (compute === 'program') return this.walk((step.params as { program: Program }).program, inputs);
    const outputs = step.outputs.map(({ aval }) => newSlot(aval.shape));
    this.push({
      kind: 'control',
      control: compute,
      params: step.params,
      inputs: inputs.map((input) => this.whole(input)),
      outputs,
    });
    return outputs;
  }

  private single(step: SingleStep, inputs: readonly Operand[]): Operand {
    const { aval } = step.output;
    const { name, compute } = step.primitive;
    if (compute === 'loop') return this.elementwise(name as LoopName, inputs, aval);
    if (name === 'stopGradient') return inputs[0]!;
    if (name === 'convert') return this.convert(inputs[0]!, step.inputs[0]!.aval, aval);
    if (name === 'reshape') return this.reshape(inputs[0]!, aval.shape);
    if ('view' in compute) {
      const [{ slot, view }] = inputs as [Operand];
      return { slot, view: compute.view(view, step.params as never) };
    }
    const { make, strided } = compute;
    return this.kernel(name, make, strided, step.params, inputs, aval);
  }

  private elementwise(loop: LoopName, inputs: readonly Operand[], aval: Aval): Operand {
    const result = this.loop(loop, inputs, aval);
    if (aval.dtype === 'float64' || aval.dtype === 'bool') return result;
    return this.loop(aval.dtype === 'float32' ? 'fround' : 'wrap', [result], aval);
  }

  private loop(loop: LoopName, inputs: readonly Operand[], aval: Aval): Operand {
    const output = newSlot(aval.shape);
    this.push({ kind: 'loop', loop, inputs, output });
    return output;
  }

  private kernel(
    name: string,
    make: MakeKernel<never>,
    strided: boolean,
    params: unknown,
    inputs: readonly Operand[],
    aval: Aval,
  ): Operand {
    const output = newSlot(aval.shape);
    const operands = strided ? inputs : inputs.map((input) => this.whole(input));
    this.push({ kind: 'kernel', name, make, strided, params, inputs: operands, output, aval });
    return output;
  }

  /** Types share one way of storing, so most conversions change nothing. */
  private convert(x: Operand, from: Aval, to: Aval): Operand {
    if (from.dtype === to.dtype || to.dtype === 'float64' || from.dtype === 'bool') return x;
    if (to.dtype === 'bool') return this.loop('toBool', [x], to);
    return this.loop(to.dtype === 'int32' ? 'toInt32' : 'fround', [x], to);
  }

  private reshape(x: Operand, shape: Shape): Operand {
    const view = reshaped(x.view, shape);
    if (view !== null) return { slot: x.slot, view };
    return { slot: this.copied(x).slot, view: wholeView(shape) };
  }

  /** The operand row-major without gaps: itself or its copy. */
  whole(x: Operand): Operand {
    return isContiguous(x.view) ? x : this.copied(x);
  }

  copied(x: Operand): Operand {
    let copy = this.copies.get(x);
    if (copy === undefined) {
      copy = this.kernel('copy', ([view]) => copyOf(view!), true, null, [x], shaped(x.view.shape, 'float64'));
      this.copies.set(x, copy);
    }
    return copy;
  }

  private push(node: Node): void {
    const { inputs } = node;
    for (let i = 0; i < inputs.length; i++) inputs[i]!.slot.uses++;
    this.nodes.push(node);
  }
}
