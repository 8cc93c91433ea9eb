import type { ElementwiseName } from '../elementwise/table.ts';
import type { Loop } from './elementwise.ts';

/** Loops of the commonest functions, written out so that nothing is called for each element. */
export const arithmetic: { readonly [P in ElementwiseName | 'select']?: Loop } = {
  select: (o, oi, n, a, ai, as, b, bi, bs, c, ci, cs) => {
    for (let i = 0; i < n; i++, ai += as, bi += bs, ci += cs) o[oi + i] = a[ai] !== 0 ? b[bi]! : c[ci]!;
  },
};
