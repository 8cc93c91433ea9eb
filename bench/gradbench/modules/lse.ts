import { add, amax, exp, grad, jit, log, sub, sum, type Value } from '../../../engine/index.ts';
import { type Fields, numbers } from '../input.ts';
import { evaluation, type Module, nested } from '../task.ts';

/** log Σ exp xᵢ from its parts, with the largest xᵢ taken out so that nothing overflows. */
function logSumExp(x: Value): Value {
  const top = amax(x);
  return add(top, log(sum(exp(sub(x, top)))));
}

const read = (input: Fields) => numbers(input, 'x', [-1]);

const primal = jit(logSumExp);
const gradient = jit((x: Value) => grad(logSumExp)(x)[0]);

/** LogSumExp of a vector and its gradient. */
export const lse: Module = {
  primal: evaluation(read, primal, nested),
  gradient: evaluation(read, gradient, nested),
};
