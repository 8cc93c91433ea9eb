import { allocate } from '../core/dtype.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Program } from '../core/program.ts';
import { machineOf } from './machine.ts';

/** A program made ready to run many times on inputs of the shapes and types it was written down for. */
export interface Executable {
  /** The results, in new arrays. */
  run(inputs: readonly NDArray[]): NDArray[];
  /** Writes the results over arrays that the caller gives, which nobody else must hold; they may be among the inputs. */
  runInto(inputs: readonly NDArray[], outputs: readonly NDArray[]): void;
  /** How many numbers its memory holds. */
  readonly memory: number;
}

export function compile(program: Program): Executable {
  const machine = machineOf(program);
  const avals = program.outputs.map(({ aval }) => aval);
  const compute = (inputs: readonly NDArray[]) => {
    for (let i = 0; i < inputs.length; i++) {
      const { data } = inputs[i]!;
      const to = machine.inputs[i]!;
      if (data.length === 1) to[0] = data[0]!;
      else to.set(data);
    }
    machine.run();
  };
  return {
    memory: machine.memory.length,
    run: (inputs) => {
      compute(inputs);
      const results: NDArray[] = [];
      for (let i = 0; i < avals.length; i++) {
        const { shape, dtype } = avals[i]!;
        const from = machine.outputs[i]!;
        const data = allocate(dtype, from.length);
        data.set(from);
        results.push(new NDArray(data, shape, dtype));
      }
      return results;
    },
    runInto: (inputs, outputs) => {
      compute(inputs);
      for (let i = 0; i < outputs.length; i++) outputs[i]!.data.set(machine.outputs[i]!);
    },
  };
}
