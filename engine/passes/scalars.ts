import type { Primitive } from '../core/primitive.ts';
import { type Atom, type Aval, applies, isLiteral, NONE, type SingleStep, shaped } from '../core/program.ts';
import { SCALAR } from '../core/shape.ts';
import { isElementwise } from '../elementwise/rules.ts';
import { literalOf, numberOf, uniform } from './literals.ts';
import { stretched } from './looks.ts';
import type { Rule } from './rewrite.ts';

/**
 * Inputs whose elements are all alike become 0-d: literal arrays, and broadcast 0-d values. Where all inputs are so, the step
 * itself does, and its result is broadcast.
 */
export const shrink: Rule = (step, to) => {
  const { aval } = step.output;
  if (aval.shape.length === 0) return null;
  let changed = false;
  let full = 0;
  const inputs = step.inputs.map((input): Atom => {
    if (input.aval.shape.length === 0) return input;
    const small = shrunk(input, to.definition(input));
    if (small === null) full++;
    else changed = true;
    return small ?? input;
  });
  if (!changed) return null;
  const emit = (of: Aval) => to.emit(step.primitive as Primitive<'select'>, inputs, NONE, of);
  return full > 0 ? emit(aval) : stretched(emit(shaped(SCALAR, aval.dtype)), aval, to);
};

function shrunk(input: Atom, definition: SingleStep | undefined): Atom | null {
  if (applies(definition, 'broadcast')) {
    const [x] = definition.inputs;
    return x!.aval.shape.length === 0 ? x! : null;
  }
  const value = uniform(input);
  return value === null ? null : literalOf(value, input.aval.dtype);
}

/** Applications to 0-d literals are computed. Only float64 and booleans, which are what the table gives unrounded. */
export const fold: Rule = (step) => {
  const { aval } = step.output;
  if (aval.shape.length > 0 || (aval.dtype !== 'float64' && aval.dtype !== 'bool')) return null;
  const { primitive } = step;
  if (!isElementwise(primitive) || !step.inputs.every(isLiteral)) return null;
  const numbers: number[] = [];
  for (const input of step.inputs) {
    const number = numberOf(input);
    if (number === null) return null;
    numbers.push(number);
  }
  return literalOf(primitive.value(...numbers), aval.dtype);
};
