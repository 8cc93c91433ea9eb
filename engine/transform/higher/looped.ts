import { machineOf, numbersOf, stored } from '../../backend/index.ts';
import type { Control } from '../../core/higher.ts';
import { NDArray, plainOf } from '../../core/ndarray.ts';
import type { Aval, Params } from '../../core/program.ts';
import { sizeOf } from '../../core/shape.ts';

type Loop = 'scan' | 'while';

/** A loop that is computed at once as it is in a compiled program. Of plain numbers alone it gives plain numbers. */
export function looped<P extends Loop>(
  action: Control<P>['action'],
  results: (params: Params<P>) => readonly Aval[],
): Control<P> {
  return {
    action,
    evaluate: (inputs, params) => {
      const avals = results(params);
      const outputs = avals.map(({ shape }) => new Float64Array(sizeOf(shape)));
      action(params, inputs.map(numbersOf), outputs, machineOf)();
      const arrays = outputs.map((numbers, i) => stored(numbers, avals[i]!));
      return inputs.some((x) => x instanceof NDArray) ? arrays : arrays.map(plainOf);
    },
  };
}
