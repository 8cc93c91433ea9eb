import { grad, square, type Value } from '../../../engine/index.ts';
import type { Module, Task } from '../task.ts';

const double = (x: Value): Value => grad(square)(x)[0];

/** A function of one number, sent as such. */
function ofNumber(f: (x: Value) => Value): (input: unknown) => Task {
  return (input) => {
    if (typeof input !== 'number') throw new TypeError('the input is one number');
    return { compute: () => f(input), output: (result) => result };
  };
}

/** x² and its derivative. */
export const hello: Module = { square: ofNumber(square), double: ofNumber(double) };
