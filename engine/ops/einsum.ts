import { EngineError } from '../core/errors.ts';
import { avalText, NONE } from '../core/program.ts';
import { stridesOf, without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { mul } from '../elementwise/ops.ts';
import { dot } from '../primitives/dot.ts';
import { gather } from '../primitives/indexing.ts';
import { reduceSum } from '../structural/looks.ts';
import { alike, floating, permuted } from './arguments.ts';
import { stridedPositions } from './positions.ts';

/** A value whose axes have names, each its own. */
interface Named {
  readonly value: Value;
  readonly axes: readonly string[];
}

/**
 * Einstein's summation. `'ij,jk->ik'` names the axes of each operand, then those of the result: products are summed over
 * every name that the result does not have. Without `->` the result has the names that occur once, in the order of the
 * alphabet. A name twice on one operand takes its diagonal. Operands meet from left to right; each name is summed as
 * soon as no later operand has it.
 *
 *     einsum('bij,bjk->bik', a, b)   einsum('ii', a)   einsum('i,j->ij', a, b)
 *
 * @throws EngineError for a subscript that does not fit its operand, a name with two lengths, a result name that no
 * operand has, or an ellipsis, which is not supported
 */
export function einsum(subscripts: string, ...operands: readonly Value[]): Value {
  const { inputs, output } = parse(subscripts, operands.length);
  const values = alike(
    'einsum',
    operands.map((x) => floating('einsum', x)),
  );
  checkLengths(inputs, values);
  let left = named(values[0]!, inputs[0]!);
  for (let i = 1; i < values.length; i++) {
    const later = [...inputs.slice(i + 1).flat(), ...output];
    const right = named(values[i]!, inputs[i]!);
    left = together(summed(left, [...later, ...right.axes]), summed(right, [...later, ...left.axes]), later);
  }
  return ordered(summed(left, output), output);
}

function parse(subscripts: string, count: number): { inputs: string[][]; output: string[] } {
  const refuse = (why: string) => new EngineError('einsum', `'${subscripts}': ${why}`);
  if (typeof subscripts !== 'string')
    throw new EngineError('einsum', 'the subscripts come first, as a string');
  const text = subscripts.replaceAll(' ', '');
  if (!/^[A-Za-z,]*(->[A-Za-z]*)?$/.test(text))
    throw refuse('names are letters, as in ij,jk->ik; an ellipsis is not supported');
  const [inputs, after] = text.split('->').map((side) => side.split(',').map((axes) => [...axes]));
  if (count === 0 || inputs!.length !== count)
    throw refuse(`is for ${inputs!.length} operands, got ${count}`);
  const all = inputs!.flat();
  const once = (name: string, names: readonly string[]) => names.indexOf(name) === names.lastIndexOf(name);
  const output = after?.[0] ?? all.filter((name) => once(name, all)).sort();
  for (const name of output) {
    if (!all.includes(name)) throw refuse(`no operand has ${name}`);
    if (!once(name, output)) throw refuse(`the result has ${name} twice`);
  }
  return { inputs: inputs!, output };
}

function checkLengths(inputs: readonly (readonly string[])[], values: readonly Value[]): void {
  const lengths = new Map<string, number>();
  values.forEach((value, i) => {
    const aval = avalOf(value);
    const axes = inputs[i]!;
    if (axes.length !== aval.shape.length) {
      const said = `operand ${i} is ${avalText(aval)}, '${axes.join('')}' names ${axes.length} axes`;
      throw new EngineError('einsum', said);
    }
    aval.shape.forEach((n, axis) => {
      const name = axes[axis]!;
      const known = lengths.get(name) ?? n;
      if (known !== n)
        throw new EngineError('einsum', `${name} has length ${known} and, in operand ${i}, ${n}`);
      lengths.set(name, n);
    });
  });
}

/** A value with names for its axes, where axes of one name have become their diagonal. */
function named(value: Value, axes: readonly string[]): Named {
  const names = [...new Set(axes)];
  if (names.length === axes.length) return { value, axes };
  const { shape } = avalOf(value);
  const strides = stridesOf(shape);
  // A step along a diagonal is a step along each of its axes.
  const stepOf = (name: string) => strides.reduce((sum, step, i) => (axes[i] === name ? sum + step : sum), 0);
  const lengths = names.map((name) => shape[axes.indexOf(name)]!);
  const positions = stridedPositions(lengths, names.map(stepOf));
  return { value: bind(gather, [value, positions], NONE), axes: names };
}

/** Summed over the axes that are not wanted. */
function summed({ value, axes }: Named, wanted: readonly string[]): Named {
  const gone = axes.flatMap((name, i) => (wanted.includes(name) ? [] : [i]));
  if (gone.length === 0) return { value, axes };
  return { value: bind(reduceSum, [value], { axes: gone }), axes: without(axes, gone) };
}

/** Two operands as one, summed over the names that they share and nobody needs later. */
function together(a: Named, b: Named, later: readonly string[]): Named {
  const shared = a.axes.filter((name) => b.axes.includes(name));
  const contracted = shared.filter((name) => !later.includes(name));
  const kept = shared.filter((name) => later.includes(name));
  if (kept.length === a.axes.length && kept.length === b.axes.length) {
    return { value: mul(a.value, ordered(b, a.axes)), axes: a.axes };
  }
  const places = ({ axes }: Named, names: readonly string[]) => names.map((name) => axes.indexOf(name));
  const rest = ({ axes }: Named) => axes.filter((name) => !shared.includes(name));
  const value = bind(dot, [a.value, b.value], {
    contract: [places(a, contracted), places(b, contracted)],
    batch: [places(a, kept), places(b, kept)],
  });
  return { value, axes: [...kept, ...rest(a), ...rest(b)] };
}

/** The value with its axes in another order. */
function ordered({ value, axes }: Named, order: readonly string[]): Value {
  return permuted(
    value,
    order.map((name) => axes.indexOf(name)),
  );
}
