import {
  type Atom,
  type Aval,
  applies,
  NONE,
  type Single,
  type SingleStep,
  type StructuralParams,
} from '../core/program.ts';
import { otherAxes, range, sameShape, sizeOf } from '../core/shape.ts';
import { table } from '../elementwise/rules.ts';
import { broadcast, reduceSum, reshape, transpose } from '../structural/looks.ts';
import { literalOf, numberOf } from './literals.ts';
import type { Rewriter, Rule } from './rewrite.ts';

/**
 * Simplifications of steps that only look at elements in another way, or choose among them: all exact. A sum over copies
 * becomes a product (*), which rounds once where the sum rounds often.
 */
export const looks: { readonly [P in Single]?: Rule } = {
  convert: (step) => (step.inputs[0]!.aval.dtype === step.output.aval.dtype ? step.inputs[0]! : null),
  // A program that is being optimised is not differentiated any more.
  stopGradient: (step) => step.inputs[0]!,
  reshape: (step, to) => {
    const [x] = step.inputs;
    const { aval } = step.output;
    if (sameShape(x!.aval.shape, aval.shape)) return x!;
    const inner = to.definition(x!);
    return applies(inner, 'reshape') ? to.emit(reshape, inner.inputs, { shape: aval.shape }, aval) : null;
  },
  transpose: (step, to) => {
    const { perm } = step.params as StructuralParams['transpose'];
    if (perm.every((axis, i) => axis === i)) return step.inputs[0]!;
    const inner = to.definition(step.inputs[0]!);
    if (!applies(inner, 'transpose')) return null;
    const both = perm.map((axis) => inner.params.perm[axis]!);
    return to.emit(transpose, inner.inputs, { perm: both }, step.output.aval);
  },
  broadcast: (step, to) => {
    const { axes } = step.params as StructuralParams['broadcast'];
    const { aval } = step.output;
    const [x] = step.inputs;
    if (sameShape(x!.aval.shape, aval.shape) && axes.every((to, i) => to === i)) return x!;
    const inner = to.definition(x!);
    if (!applies(inner, 'broadcast')) return null;
    const both = inner.params.axes.map((axis) => axes[axis]!);
    return to.emit(broadcast, inner.inputs, { shape: aval.shape, axes: both }, aval);
  },
  slice: (step) => (sameShape(step.inputs[0]!.aval.shape, step.output.aval.shape) ? step.inputs[0]! : null),
  pad: (step) => {
    const { low, high, interior } = step.params as StructuralParams['pad'];
    return [...low, ...high, ...interior].every((n) => n === 0) ? step.inputs[0]! : null;
  },
  reverse: (step, to) => {
    const { axes } = step.params as StructuralParams['reverse'];
    if (axes.length === 0) return step.inputs[0]!;
    const inner = to.definition(step.inputs[0]!);
    return applies(inner, 'reverse') && sameSet(inner.params.axes, axes) ? inner.inputs[0]! : null;
  },
  concatenate: (step) => (step.inputs.length === 1 ? step.inputs[0]! : null),
  reduceSum: (step, to) => overOnes(step, to) ?? overCopies(step, to),
  reduceProd: overOnes,
  reduceMax: overOnes,
  reduceMin: overOnes,
  select: (step, to) => {
    const [mask, a, b] = step.inputs;
    const known = numberOf(mask!);
    if (known === null && a !== b) return null;
    const chosen = known === 0 ? b! : a!;
    return stretched(chosen, step.output.aval, to);
  },
};

/** A value, or a 0-d one broadcast to the shape that is wanted. */
export function stretched(x: Atom, aval: Aval, to: Rewriter): Atom {
  if (sameShape(x.aval.shape, aval.shape)) return x;
  return to.emit(broadcast, [x], { shape: aval.shape, axes: [] }, aval);
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x) => b.includes(x));
}

/** Reducing along axes of length 1 only drops them. */
function overOnes(step: SingleStep, to: Rewriter): Atom | null {
  const { axes } = step.params as StructuralParams['reduceSum'];
  const [x] = step.inputs;
  const { aval } = step.output;
  if (axes.some((axis) => x!.aval.shape[axis] !== 1)) return null;
  return to.emit(reshape, [x!], { shape: aval.shape }, aval);
}

/** The sum over axes that a broadcast made is the sum over what was there, times how often each is there. */
function overCopies(step: SingleStep, to: Rewriter): Atom | null {
  const copy = to.definition(step.inputs[0]!);
  const { aval } = step.output;
  if (!applies(copy, 'broadcast') || aval.dtype !== 'float64') return null;
  const { axes } = step.params as StructuralParams['reduceSum'];
  const [x] = copy.inputs;
  const own = copy.params.axes;
  const rank = x!.aval.shape.length;
  const lost = range(0, rank).filter((i) => axes.includes(own[i]!));
  const kept = otherAxes(rank, lost);
  const times =
    sizeOf(axes.map((axis) => copy.params.shape[axis]!)) / sizeOf(lost.map((i) => x!.aval.shape[i]!));
  if (!Number.isFinite(times) || times === 1) return null;
  const inner: Aval = { shape: kept.map((i) => x!.aval.shape[i]!), dtype: aval.dtype };
  const summed = lost.length === 0 ? x! : to.emit(reduceSum, [x!], { axes: lost }, inner);
  const product = to.emit(table.mul, [literalOf(times, aval.dtype), summed], NONE, inner);
  const placeOf = (axis: number) => axis - axes.filter((gone) => gone < axis).length;
  return to.emit(broadcast, [product], { shape: aval.shape, axes: kept.map((i) => placeOf(own[i]!)) }, aval);
}
