import { describe, expect, test } from 'vitest';
import { abs, add, type DD, dd, div, mul, neg, sqrt, sub } from '../../agent/checks/dd.ts';
import * as exponential from '../../agent/checks/dd-functions-exp.ts';
import * as logarithmic from '../../agent/checks/dd-functions-log.ts';
import * as roots from '../../agent/checks/dd-functions-root.ts';
import * as trigonometric from '../../agent/checks/dd-functions-trig.ts';
import type { Operation } from '../../agent/checks/operation.ts';
import { operations } from '../../agent/checks/operations.ts';
import { bottom, call, type Dual, direction, real, type Tower } from '../../agent/checks/tower.ts';

/** Where a formula that works everywhere else divides by zero, runs out of its table or never ends. */
const STRANGE = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0],
  ...[Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, -(2 ** -1022), 1e-300],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, 1e300, -1e300, 2 ** 53, 2 ** 1000, 709.8, -745.2],
  ...[1, -1, 0.5, -0.5, 1 - 2 ** -53, 1 + 2 ** -52, -1 - 2 ** -52, Math.PI, Math.PI / 2, -3, 10],
];

function inputsOf(arity: number): number[][] {
  return arity === 1 ? STRANGE.map((x) => [x]) : STRANGE.flatMap((a) => STRANGE.map((b) => [a, b]));
}

const all = [...operations.values()];

describe.each(all.map((op) => [op.name, op] as const))('%s', (_name, op) => {
  test('has a value everywhere', () => {
    for (const at of inputsOf(op.arity)) {
      const { hi, lo } = op.value(...at.map(dd));
      expect([typeof hi, typeof lo], String(at)).toEqual(['number', 'number']);
    }
  });

  test('has partials everywhere', () => {
    for (const at of inputsOf(op.arity)) {
      const xs = at.map(real);
      const y = bottom(call(op, ...xs));
      for (const formula of [...op.partials, ...(op.alternates ?? []).flat()]) {
        expect(typeof bottom(formula(...xs, y)).hi, String(at)).toBe('number');
      }
    }
  });

  test('can be called everywhere, on inexact numbers, and differentiated once and twice', () => {
    const dual = (primal: Tower, tag: number): Dual => ({ tag, primal, tangents: [direction] });
    for (const at of inputsOf(op.arity)) {
      for (const inputs of [
        at.map((x): Tower => ({ hi: x, lo: 0, err: 1 + Math.abs(x) })),
        at.map((x): Tower => dual(real(x), 1)),
        at.map((x): Tower => dual(dual(real(x), 1), 2)),
      ]) {
        expect(typeof bottom(call(op, ...inputs)).hi, String(at)).toBe('number');
      }
    }
  });

  test('makes NaN of NaN, but where its edges say otherwise', () => {
    for (const at of inputsOf(op.arity)) {
      if (!at.some(Number.isNaN) || excepted(op, at)) continue;
      expect(op.value(...at.map(dd)).hi, String(at)).toBeNaN();
    }
  });
});

/** C99's exceptions, which JavaScript shares for hypot and half of pow: a number whatever the other input is. */
function excepted({ name }: Operation, [a, b]: readonly number[]): boolean {
  if (name === 'hypot') return [a, b].some((x) => Math.abs(x!) === Number.POSITIVE_INFINITY);
  return name === 'pow' && b === 0;
}

type Elementary = (...xs: DD[]) => DD;

const named = { ...exponential, ...logarithmic, ...roots, ...trigonometric };
const functions = Object.entries(named).filter(
  (entry): entry is [string, Elementary] => typeof entry[1] === 'function',
);

describe('double-double', () => {
  test.each(functions)('%s never throws', (_name, f) => {
    for (const at of inputsOf(f.length)) {
      expect(typeof f(...at.map(dd)).hi, String(at)).toBe('number');
      // The low half may be anything up to half a last place of the high one.
      expect(typeof f(...at.map((x) => ({ hi: x, lo: x * 2 ** -54 }))).hi, String(at)).toBe('number');
    }
  });

  test.each(Object.entries({ add, sub, mul, div }))('%s never throws, and NaN stays NaN', (_name, f) => {
    for (const [a, b] of inputsOf(2)) {
      const { hi } = f(dd(a!), dd(b!));
      if ([a, b].some(Number.isNaN)) expect(hi).toBeNaN();
      else expect(typeof hi).toBe('number');
    }
  });

  test.each(Object.entries({ neg, abs, sqrt }))('%s never throws, and NaN stays NaN', (_name, f) => {
    for (const [x] of inputsOf(1)) expect(typeof f(dd(x!)).hi).toBe('number');
    expect(f(dd(Number.NaN)).hi).toBeNaN();
  });
});
