import { type Atom, applies, NONE, type Single, type SingleStep } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { type ElementwiseName, table } from '../elementwise/table.ts';
import { literalOf, numberOf } from './literals.ts';
import type { Rewriter, Rule } from './rewrite.ts';

/**
 * Simplifications of arithmetic. Each gives the same bits whatever the values are (infinities, NaN, signs of zeros), save
 * those marked with (*), which give the correctly rounded result where the general function may be an ulp off.
 */
export const arithmetic: { readonly [P in Single]?: Rule } = {
  // x + (−0) = x. Not x + 0, which makes 0 of −0.
  add: (step, to) =>
    same(step, 1, isNumber(step, 0, -0)) ??
    same(step, 0, isNumber(step, 1, -0)) ??
    whereNegated(step, 1, to, (b) => remade(step, 'sub', [step.inputs[0]!, b], to)) ??
    whereNegated(step, 0, to, (a) => remade(step, 'sub', [step.inputs[1]!, a], to)),
  // x − 0 = x, and 0's sign does not matter to −0 − 0.
  sub: (step, to) =>
    same(step, 0, isNumber(step, 1, 0)) ??
    whereNegated(step, 1, to, (b) => remade(step, 'add', [step.inputs[0]!, b], to)),
  mul: (step, to) =>
    same(step, 1, isNumber(step, 0, 1)) ??
    same(step, 0, isNumber(step, 1, 1)) ??
    (isNumber(step, 0, -1) ? negated(step, 1, to) : null) ??
    (isNumber(step, 1, -1) ? negated(step, 0, to) : null) ??
    scaledNegation(step, 0, to) ??
    scaledNegation(step, 1, to) ??
    (step.inputs[0] === step.inputs[1] ? remade(step, 'square', [step.inputs[0]!], to) : null) ??
    whereNegated(step, 0, to, (a) => whereNegated(step, 1, to, (b) => remade(step, 'mul', [a, b], to))),
  div: (step, to) => {
    const by = numberOf(step.inputs[1]!);
    if (by === null) return null;
    if (by === 1) return same(step, 0, true);
    if (!isPowerOfTwo(by)) return null;
    const factor = literalOf(1 / by, step.inputs[1]!.aval.dtype);
    return remade(step, 'mul', [step.inputs[0]!, factor], to);
  },
  neg: (step, to) => {
    const inner = to.definition(step.inputs[0]!);
    if (step.output.aval.dtype !== 'float64') return null;
    if (applies(inner, 'neg')) return inner.inputs[0]!;
    if (!applies(inner, 'mul')) return null;
    for (const i of [0, 1]) {
      const factor = numberOf(inner.inputs[i]!);
      if (factor === null) continue;
      return remade(step, 'mul', [literalOf(-factor, 'float64'), inner.inputs[1 - i]!], to);
    }
    return null;
  },
  square: (step, to) => whereNegated(step, 0, to, (x) => remade(step, 'square', [x], to)),
  abs: (step, to) => whereNegated(step, 0, to, (x) => remade(step, 'abs', [x], to)),
  pow: (step, to) => {
    const [x] = step.inputs;
    switch (numberOf(step.inputs[1]!)) {
      case 1:
        return same(step, 0, true);
      case 2: // (*)
        return remade(step, 'square', [x!], to);
      case -1: // (*)
        return remade(step, 'reciprocal', [x!], to);
      default:
        return null;
    }
  },
};

function isNumber(step: SingleStep, i: number, value: number): boolean {
  return Object.is(numberOf(step.inputs[i]!), value);
}

/** The i-th input, if it is all there is to the result: that has its shape. */
function same(step: SingleStep, i: number, fits: boolean): Atom | null {
  if (!fits) return null;
  const input = step.inputs[i]!;
  return sameShape(input.aval.shape, step.output.aval.shape) ? input : null;
}

function remade(step: SingleStep, primitive: ElementwiseName, inputs: readonly Atom[], to: Rewriter): Atom {
  return to.emit(table[primitive], inputs, NONE, step.output.aval);
}

function negated(step: SingleStep, i: number, to: Rewriter): Atom | null {
  const input = step.inputs[i]!;
  const fits = sameShape(input.aval.shape, step.output.aval.shape);
  return fits ? remade(step, 'neg', [input], to) : null;
}

/** c · −x = −c · x, for a literal c. */
function scaledNegation(step: SingleStep, i: number, to: Rewriter): Atom | null {
  const factor = numberOf(step.inputs[i]!);
  if (factor === null || step.output.aval.dtype !== 'float64') return null;
  const scaled = (x: Atom) => remade(step, 'mul', [literalOf(-factor, 'float64'), x], to);
  return whereNegated(step, 1 - i, to, scaled);
}

/** Integers are left alone: −(−2³¹) is not 2³¹. */
function whereNegated(
  step: SingleStep,
  i: number,
  to: Rewriter,
  then: (x: Atom) => Atom | null,
): Atom | null {
  const inner = to.definition(step.inputs[i]!);
  return applies(inner, 'neg') && inner.output.aval.dtype !== 'int32' ? then(inner.inputs[0]!) : null;
}

/** Whether dividing by x is the same as multiplying by 1/x. */
function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Math.abs(exponent) < 1000 && Number.isInteger(exponent) && 2 ** exponent === Math.abs(x);
}
