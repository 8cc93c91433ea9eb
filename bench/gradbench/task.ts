import { NDArray, type Nested, type Value } from '../../engine/index.ts';
import { type Fields, fields } from './input.ts';

/** One evaluation with its input read: `compute` is what is timed, `output` what is sent of its result. */
export interface Task {
  compute(): unknown;
  output(result: unknown): unknown;
}

/** A module of the protocol: functions by name, each from the input of a message. */
export type Module = Readonly<Record<string, (input: unknown) => Task>>;

/** A function of an input with named fields: how it is read, what is computed of it, what is sent of the result. */
export function evaluation<A, R>(
  read: (input: Fields) => A,
  compute: (args: A) => R,
  output: (result: R) => unknown,
): (input: unknown) => Task {
  return (input) => {
    const args = read(fields(input));
    return { compute: () => compute(args), output: (result) => output(result as R) };
  };
}

/** A value as JSON has it: numbers in nested lists. */
export function nested(value: Value): Nested {
  return value instanceof NDArray ? value.value : (value as number);
}

/** All elements of a value in one list. */
export function flat(value: Value): number[] {
  return value instanceof NDArray ? Array.from(value.data) : [value as number];
}

/** A function that makes what it gives once for each key: for what is compiled for a number of steps, or a skeleton. */
export function remembered<K extends string | number, T>(make: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
