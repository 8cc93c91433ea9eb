import { rules } from './src/rules.ts';
import { Tape, Variable } from './src/tape.ts';

/** What Vibegrad builds programs with: a plain number, or a variable of the tape of the gradient under way. */
type Value = number | Variable;

/** Every rule as a function of values. Numbers alone are computed on a tape that nobody walks. */
export const ops = Object.fromEntries(
  Object.keys(rules).map((name) => [
    name,
    (...args: Value[]): Value => {
      const tape = args.find((arg) => arg instanceof Variable)?.tape;
      return tape === undefined ? new Tape().record(name, ...args).value : tape.record(name, ...args);
    },
  ]),
);

/** The plain number under a value. */
export function primal(value: Value): number {
  return typeof value === 'number' ? value : value.value;
}

/** The gradient of f at xs, one number for each argument. */
export function grad(f: (...xs: Value[]) => Value): (...xs: number[]) => number[] {
  return (...xs) => {
    const tape = new Tape();
    const inputs = xs.map((x) => tape.variable(x));
    const output = f(...inputs);
    if (typeof output === 'number') return xs.map(() => 0);
    const gradients = tape.backward(output);
    return inputs.map((input) => gradients.of(input));
  };
}
