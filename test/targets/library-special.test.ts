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
  ['r6/questions', 'lessEqual', 'less', (a, b) => less!(a!, b!)],
  ['r6/questions', 'isfinite', 'true of NaN', (x) => ops.or!(ops.isfinite!(x!), ops.isnan!(x!))],
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
});
