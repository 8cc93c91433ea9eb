import { readFileSync } from 'node:fs';
import { dd } from '../../../agent/checks/dd.ts';
import { operations } from '../../../agent/checks/operations.ts';
import { bottom, real } from '../../../agent/checks/tower.ts';
import { domains, type Measured } from './domains.ts';

/** What a function is at some inputs: the nearest float64, what remains after it, and |f| + Σ |x ∂f/∂x|. */
export interface Reference {
  readonly at: readonly number[];
  readonly near: number;
  readonly rest: number;
  readonly size: number;
}

/**
 * Inputs and references with 120 digits (mpmath), recorded by `ask.ts` beside this file: for each function lines of float64 in
 * base64, little-endian: the inputs, `near`, `rest`, `size`.
 */
export const recorded: ReadonlyMap<Measured, readonly Reference[]> = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('fixtures/references.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >,
  ).map(([name, text]) => [name as Measured, decode(text, domains[name as Measured].inputs.length)]),
);

function decode(text: string, arity: number): Reference[] {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  const numbers = new Float64Array(bytes.buffer);
  const list: Reference[] = [];
  for (let i = 0; i < numbers.length; i += arity + 3) {
    const [near, rest, size] = numbers.subarray(i + arity) as unknown as [number, number, number];
    list.push({ at: [...numbers.subarray(i, i + arity)], near, rest, size });
  }
  return list;
}

/** Where a double-double has all its digits: not so near to overflow or underflow. */
const ordinary = (x: number) => x === 0 || (Math.abs(x) > 1e-280 && Math.abs(x) < 1e280);

/**
 * The judge's double-double reference (about 30 digits) at any inputs; null for functions that it does not know, and where
 * overflow or underflow is near.
 */
export function computed(name: Measured, at: readonly number[]): Reference | null {
  const op = operations.get(name);
  if (op === undefined || !at.every(ordinary)) return null;
  const y = op.value(...at.map(dd));
  if (y.hi === 0 || !ordinary(y.hi)) return null;
  let size = Math.abs(y.hi);
  if (domains[name].unit === 'condition') {
    const all = [...at.map(real), { ...y, err: 0 }];
    at.forEach((x, i) => {
      size += Math.abs(x * bottom(op.partials[i]!(...all)).hi);
    });
  }
  return { at, near: y.hi, rest: y.lo, size };
}
