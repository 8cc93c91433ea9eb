import { type ElementwiseName, table } from '../elementwise/table.ts';
import { arithmetic } from './loops.ts';

/**
 * o[oi + i] = f(a[ai + i·as], b[bi + i·bs], c[ci + i·cs]) for i < n. A step of 0 stands for a 0-d input. Inputs that the
 * function does not take are given as any array.
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

function mapped(name: ElementwiseName): Loop {
  const { value } = table[name];
  if (value.length === 1) {
    return (o, oi, n, a, ai, as) => {
      for (let i = 0; i < n; i++, ai += as) o[oi + i] = value(a[ai]!);
    };
  }
  return (o, oi, n, a, ai, as, b, bi, bs) => {
    for (let i = 0; i < n; i++, ai += as, bi += bs) o[oi + i] = value(a[ai]!, b[bi]!);
  };
}

const made = new Map<ElementwiseName | 'select', Loop>(
  Object.entries(arithmetic) as [ElementwiseName, Loop][],
);

/** The loop of an elementwise primitive or of `select`. */
export function loopOf(name: ElementwiseName | 'select'): Loop {
  let loop = made.get(name);
  if (loop === undefined) {
    loop = mapped(name as ElementwiseName);
    made.set(name, loop);
  }
  return loop;
}
