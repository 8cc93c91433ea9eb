import { type Atom, applies, NONE, type Single, type SingleStep } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { table } from '../elementwise/rules.ts';
import type { ElementwiseName } from '../elementwise/table.ts';
import { literalOf, numberOf } from './literals.ts';
import type { Rewriter, Rule } from './rewrite.ts';

/**
 * Simplifications of arithmetic. Each gives the same bits whatever the values are (infinities, NaN, signs of zeros), save
 * those marked with (*), which give the correctly rounded result where the general function may be an ulp off.
 */
export const arithmetic: { readonly [P in Single]?: Rule } = {
  // x + (−0) = x. Not x + 0, which makes 0 of −0.
  add: (step, to) =>
    beside(step, 1, -0) ??
    beside(step, 0, -0) ??
    given(negated(step, 1, to), (b) => remade(step, to, 'sub', step.inputs[0]!, b)) ??
    given(negated(step, 0, to), (a) => remade(step, to, 'sub', step.inputs[1]!, a)),
  // x − 0 = x, and 0's sign does not matter to −0 − 0.
  sub: (step, to) =>
    beside(step, 0, 0) ?? given(negated(step, 1, to), (b) => remade(step, to, 'add', step.inputs[0]!, b)),
  mul: (step, to) =>
    beside(step, 1, 1) ??
    beside(step, 0, 1) ??
    given(beside(step, 1, -1) ?? beside(step, 0, -1), (x) => remade(step, to, 'neg', x)) ??
    scaledNegation(step, 0, to) ??
    scaledNegation(step, 1, to) ??
    (step.inputs[0] === step.inputs[1] ? remade(step, to, 'square', step.inputs[0]!) : null) ??
    given(negated(step, 0, to), (a) => given(negated(step, 1, to), (b) => remade(step, to, 'mul', a, b))),
  div: (step, to) => {
    const [x, y] = step.inputs;
    const by = numberOf(y!);
    if (by === null || by === 1) return beside(step, 0, 1);
    return isPowerOfTwo(by) ? remade(step, to, 'mul', x!, literalOf(1 / by, y!.aval.dtype)) : null;
  },
  neg: (step, to) => {
    const inner = to.definition(step.inputs[0]!);
    if (step.output.aval.dtype !== 'float64') return null;
    if (applies(inner, 'neg')) return inner.inputs[0]!;
    if (!applies(inner, 'mul')) return null;
    const [a, b] = inner.inputs;
    return scaled(step, to, a!, b!) ?? scaled(step, to, b!, a!);
  },
  square: (step, to) => given(negated(step, 0, to), (x) => remade(step, to, 'square', x)),
  abs: (step, to) => given(negated(step, 0, to), (x) => remade(step, to, 'abs', x)),
  pow: (step, to) => {
    const [x, y] = step.inputs;
    const by = numberOf(y!);
    if (by === 2) return remade(step, to, 'square', x!); // (*)
    if (by === -1) return remade(step, to, 'reciprocal', x!); // (*)
    return beside(step, 0, 1);
  },
};

function given<T>(x: T | null, then: (x: T) => Atom | null): Atom | null {
  return x === null ? null : then(x);
}

/** The i-th of two inputs, if the other is this number and it is all there is to the result: that has its shape. */
function beside(step: SingleStep, i: number, value: number): Atom | null {
  const input = step.inputs[i]!;
  const fits = Object.is(numberOf(step.inputs[1 - i]!), value);
  return fits && sameShape(input.aval.shape, step.output.aval.shape) ? input : null;
}

function remade(
  step: SingleStep,
  to: Rewriter,
  primitive: ElementwiseName,
  ...inputs: readonly Atom[]
): Atom {
  return to.emit(table[primitive], inputs, NONE, step.output.aval);
}

/** −c · x, for a literal c. */
function scaled(step: SingleStep, to: Rewriter, c: Atom, x: Atom): Atom | null {
  return given(numberOf(c), (factor) => remade(step, to, 'mul', literalOf(-factor, 'float64'), x));
}

/** c · −x = −c · x, for a literal c. */
function scaledNegation(step: SingleStep, i: number, to: Rewriter): Atom | null {
  if (step.output.aval.dtype !== 'float64') return null;
  return given(negated(step, 1 - i, to), (x) => scaled(step, to, step.inputs[i]!, x));
}

/** What the i-th input is the negative of. Integers are left alone: −(−2³¹) is not 2³¹. */
function negated(step: SingleStep, i: number, to: Rewriter): Atom | null {
  const inner = to.definition(step.inputs[i]!);
  return applies(inner, 'neg') && inner.output.aval.dtype !== 'int32' ? inner.inputs[0]! : null;
}

/** Whether dividing by x is the same as multiplying by 1/x. */
function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Math.abs(exponent) < 1000 && Number.isInteger(exponent) && 2 ** exponent === Math.abs(x);
}
