import type { DType } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import { table } from '../elementwise/rules.ts';
import type { ElementwiseName } from '../elementwise/table.ts';
import { written } from './loops.ts';

/**
 * o[i] = f(a[i·as], b[i·bs], c[i·cs]) for i < n. A step is 1, or 0 for a 0-d input beside others. For inputs that the function does not take
 * anything may be given. Each array starts where the loop starts: added offsets would make these loops twice as slow. `first`
 * says how many elements came before, for those few that must know.
 */
export type Loop = (
  o: Float64Array,
  n: number,
  a: Float64Array,
  as: number,
  b: Float64Array,
  bs: number,
  c: Float64Array,
  cs: number,
  first: number,
) => void;

/** What is done element by element: the elementwise primitives, `select`, and changes of type. */
export type LoopName = ElementwiseName | 'select' | 'fround' | 'wrap' | 'toInt32' | 'toBool';

/** What makes of a computed float64 what its type can hold, integers wrapping around as in an Int32Array; null: nothing. */
export const ROUNDING: Record<DType, LoopName | null> = {
  float64: null,
  bool: null,
  float32: 'fround',
  int32: 'wrap',
};
/** What makes of a number of another type one of this: toward zero for integers, anything but 0 (NaN too) true. */
export const CONVERSION: Record<DType, LoopName | null> = {
  float64: null,
  bool: 'toBool',
  float32: 'fround',
  int32: 'toInt32',
};

/** @throws EngineError for a number that int32 does not hold */
function toInt32(x: number): number {
  const whole = Math.trunc(x);
  if (whole >= -(2 ** 31) && whole < 2 ** 31) return whole | 0;
  throw new EngineError('convert', `${x} is no int32`);
}

const others: { readonly [P in Exclude<LoopName, ElementwiseName>]: (...inputs: number[]) => number } = {
  select: (mask, a, b) => (mask !== 0 ? a! : b!),
  fround: Math.fround,
  wrap: (x) => x! | 0,
  toInt32: (x) => toInt32(x!),
  toBool: (x) => Number(x !== 0),
};

/** The function that a loop maps. */
export function functionOf(name: LoopName): (...inputs: number[]) => number {
  return name in table ? table[name as ElementwiseName].value : others[name as keyof typeof others];
}

function mapped(name: LoopName): Loop {
  const value = functionOf(name);
  if (value.length === 2) {
    return (o, n, a, as, b, bs) => {
      for (let i = 0; i < n; i++) o[i] = value(a[i * as]!, b[i * bs]!);
    };
  }
  return (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = value(a[i]!);
  };
}

const made = new Map<string, Loop>(Object.entries(written));

export function loopOf(name: LoopName): Loop {
  let loop = made.get(name);
  if (loop === undefined) {
    loop = mapped(name);
    made.set(name, loop);
  }
  return loop;
}
