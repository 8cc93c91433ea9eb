import { type ElementwiseName, table } from '../elementwise/table.ts';
import { written } from './loops.ts';
import { toInt32 } from './settle.ts';

/**
 * o[oi + i] = f(a[ai + i·as], b[bi + i·bs], c[ci + i·cs]) for i < n. A step is 1, or 0 for a 0-d input. For inputs that the
 * function does not take anything may be given.
 */
export type Loop = (
  o: Float64Array,
  oi: number,
  n: number,
  a: Float64Array,
  ai: number,
  as: number,
  b: Float64Array,
  bi: number,
  bs: number,
  c: Float64Array,
  ci: number,
  cs: number,
) => void;

/** What is done element by element: the elementwise primitives, `select`, and changes of type. */
export type LoopName = ElementwiseName | 'select' | 'copy' | 'fround' | 'wrap' | 'toInt32' | 'toBool';

const others: { readonly [P in Exclude<LoopName, ElementwiseName>]: (...inputs: number[]) => number } = {
  select: (mask, a, b) => (mask !== 0 ? a! : b!),
  copy: (x) => x!,
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
    return (o, oi, n, a, ai, as, b, bi, bs) => {
      for (let i = 0; i < n; i++, ai += as, bi += bs) o[oi + i] = value(a[ai]!, b[bi]!);
    };
  }
  return (o, oi, n, a, ai, as) => {
    if (as === 0) o.fill(value(a[ai]!), oi, oi + n);
    else for (let i = 0; i < n; i++) o[oi + i] = value(a[ai + i]!);
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
