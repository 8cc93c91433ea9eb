import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { libraryTarget } from '../../agent/targets/index.ts';
import * as library from '../../engine/index.ts';
import type { Engine, Op, Value } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

const engine = library as unknown as Engine;
const ops = engine.ops as Readonly<Record<string, Op>>;
const { add, digamma, erf, floor, less, mul, neg, polygamma, sub } = ops as Record<string, Op>;

/** An operation with another value or other partials. */
function changed(name: string, partials: readonly Op[], value: Op = ops[name]!): Op {
  const rule = (args: Value[], tangents: Value[]): [Value, Value] => [
    value(...args),
    partials.map((partial, i) => mul!(tangents[i]!, partial(...args))).reduce((a, b) => add!(a, b)),
  ];
  return library.customJvp(value as never, rule as never) as unknown as Op;
}

/** Mistakes in what the ladder does not ask of. */
const WRONG: readonly (readonly [goal: string, op: string, mistake: string, Op])[] = [
  [
    'r6/erf',
    'erf',
    'a slope of 2/π e^(−x²)',
    changed('erf', [(x) => mul!(2 / Math.PI, ops.exp!(neg!(ops.square!(x!))))]),
  ],
  ['r6/erfc', 'erfc', '1 − erf x, which cancels', (x) => sub!(1, erf!(x!))],
  [
    'r6/erfinv',
    'erfinv',
    'a slope that takes x for y',
    changed('erfinv', [(x) => mul!(Math.sqrt(Math.PI) / 2, ops.exp!(ops.square!(x!)))]),
  ],
  ['r6/lgamma', 'lgamma', 'a slope 0.05 % too large', changed('lgamma', [(x) => mul!(1.0005, digamma!(x!))])],
  ['r6/digamma', 'digamma', 'the slope of the next order', changed('digamma', [(x) => polygamma!(2, x!)])],
  [
    'r6/polygamma',
    'polygamma',
    'a slope of the same order',
    changed('polygamma', [() => 0, (n, x) => polygamma!(n!, x!)]),
  ],
  [
    'r6/polygamma',
    'polygamma',
    'a slope by the order',
    changed('polygamma', [() => 1, (n, x) => polygamma!(add!(n!, 1), x!)]),
  ],
  ['r6/rounding', 'round', 'halves rounded up', (x) => floor!(add!(x!, 0.5))],
  ['r6/rounding', 'floor', 'a slope of 1', changed('floor', [() => 1])],
  ['r6/rounding', 'rem', 'the sign of what divides', (a, b) => sub!(a!, mul!(b!, floor!(ops.div!(a!, b!))))],
  ['r6/comparisons', 'lessEqual', 'less', (a, b) => less!(a!, b!)],
  ['r6/comparisons', 'isfinite', 'true of NaN', (x) => ops.or!(ops.isfinite!(x!), ops.isnan!(x!))],
];

/** On plain numbers the operation with this value where it is asked to be wrong; what is traced passes. */
const where = (name: string, isWrong: (...x: number[]) => boolean, wrong: (...x: number[]) => number): Op => {
  const right = ops[name]!;
  return (...x) =>
    x.every((one) => typeof one === 'number') && isWrong(...(x as number[]))
      ? wrong(...(x as number[]))
      : right(...x);
};
const seven = () => 7;
const isArray = (x: Value): boolean => typeof x !== 'number' && engine.unpack!(x).shape.length > 0;
/** Partials that are right of numbers and twice as large on arrays. */
const onArrays = (name: string, ...partials: readonly Op[]): Op =>
  changed(
    name,
    partials.map(
      (partial, i) =>
        (...x) =>
          mul!(isArray(x[i]!) ? 2 : 1, partial(...x)),
    ),
  );

/** Wrong in a region, at an edge or on arrays alone. */
const NARROW: readonly (readonly [goal: string, op: string, mistake: string, Op])[] = [
  ['r6/erfc', 'erfc', 'beyond 26', where('erfc', (x) => x! > 26, seven)],
  ['r6/erfinv', 'erfinv', 'below −1', where('erfinv', (x) => x! < -1, seven)],
  ['r6/lgamma', 'lgamma', 'left of −20', where('lgamma', (x) => x! < -20, seven)],
  ['r6/lgamma', 'lgamma', 'at poles', where('lgamma', (x) => x! < -1 && Number.isInteger(x), seven)],
  [
    'r6/lgamma',
    'lgamma',
    'beside 1',
    where(
      'lgamma',
      (x) => Math.abs(x! - 1) < 0.25,
      (x) => -0.57 * (x! - 1),
    ),
  ],
  ['r6/digamma', 'digamma', 'left of −20', where('digamma', (x) => x! < -20, seven)],
  ['r6/polygamma', 'polygamma', 'from order 8 on', where('polygamma', (n) => n! > 7, seven)],
  [
    'r6/polygamma',
    'polygamma',
    'at poles',
    where('polygamma', (_, x) => x! < 0 && Number.isInteger(x), seven),
  ],
  [
    'r6/polygamma',
    'polygamma',
    'a slope on arrays',
    onArrays(
      'polygamma',
      () => 0,
      (n, x) => polygamma!(add!(n!, 1), x!),
    ),
  ],
  [
    'r6/rounding',
    'floor',
    'from a million on',
    where('floor', (x) => Math.abs(x!) > 1e6 && Math.abs(x!) < 1e14, seven),
  ],
  [
    'r6/rounding',
    'floor',
    'a tiny number for 0',
    where(
      'floor',
      (x) => x! > 0 && x! < 1,
      () => 1e-308,
    ),
  ],
  [
    'r6/rounding',
    'rem',
    'of divisors above 32',
    where('rem', (_, b) => Math.abs(b!) > 32 && Math.abs(b!) < 1e9, seven),
  ],
  [
    'r6/rounding',
    'rem',
    'a slope on arrays',
    onArrays(
      'rem',
      () => 1,
      (a, b) => neg!(ops.trunc!(ops.div!(a!, b!))),
    ),
  ],
];

describe('what only the library has: a mistake is found, in the public pool and held out', () => {
  test.each(WRONG)('%s: %s with %s', (id, op, _, wrong) => {
    const candidate: Engine = { ...engine, ops: { ...engine.ops, [op]: wrong } };
    const { checks } = libraryTarget.goals.find((goal) => goal.id === id)!;
    const cases = (heldOut: boolean) =>
      checks.flatMap((check) =>
        heldOut
          ? check.heldOut(drawFrom(new Uint8Array(32).fill(5), 'special', check.id), 24)
          : check.visible(),
      );
    expect(wrongIn(candidate, cases(false)), 'in the public pool').not.toEqual([]);
    expect(wrongIn(candidate, cases(true)), 'held out').not.toEqual([]);
  });

  test.each(NARROW)('%s: %s, wrong %s', (id, op, _, wrong) => {
    const candidate: Engine = { ...engine, ops: { ...engine.ops, [op]: wrong } };
    const { checks } = libraryTarget.goals.find((goal) => goal.id === id)!;
    const found = (check: (typeof checks)[number]) =>
      wrongIn(candidate, check.heldOut(drawFrom(new Uint8Array(32).fill(5), 'special', check.id), 60));
    expect(checks.flatMap(found), 'held out').not.toEqual([]);
  });
});
