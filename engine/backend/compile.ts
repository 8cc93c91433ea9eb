import { allocate } from '../core/dtype.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Program } from '../core/program.ts';
import { machineOf } from './machine.ts';

/** A program made ready to run many times on inputs of its shapes and types. The results are new arrays. */
export type Executable = (inputs: readonly NDArray[]) => NDArray[];

export function compile(program: Program): Executable {
  const machine = machineOf(program);
  const avals = program.outputs.map(({ aval }) => aval);
  return (inputs) => {
    for (let i = 0; i < inputs.length; i++) {
      const { data } = inputs[i]!;
      const to = machine.inputs[i]!;
      if (data.length === 1) to[0] = data[0]!;
      else to.set(data);
    }
    machine.run();
    return avals.map(({ shape, dtype }, i) => {
      const from = machine.outputs[i]!;
      const data = allocate(dtype, from.length);
      data.set(from);
      return new NDArray(data, shape, dtype);
    });
  };
}
