import {
  array,
  at,
  grad,
  jit,
  mul,
  type NDArray,
  reshape,
  shapeOf,
  sum,
  take,
  type Value,
} from '../../../engine/index.ts';
import { type Fields, numbers, whole } from '../input.ts';
import { evaluation, flat, type Module, nested } from '../task.ts';

/** How the minors of k rows come from those of k − 1: for each choice of k columns, k terms. */
interface Level {
  /** The column of each term's factor: [choices, k]. */
  readonly columns: NDArray;
  /** Which of the smaller minors it multiplies: [choices, k]. */
  readonly minors: NDArray;
  /** + − + − …: [k]. */
  readonly signs: NDArray;
}

/** All choices of k out of n columns as sets of bits, ascending. */
function choices(n: number, k: number): number[] {
  return Array.from({ length: 2 ** n }, (_, set) => set).filter((set) => columnsOf(set, n).length === k);
}

function columnsOf(set: number, n: number): number[] {
  return Array.from({ length: n }, (_, column) => column).filter((column) => (set >> column) & 1);
}

function level(n: number, k: number): Level {
  const smaller = new Map(choices(n, k - 1).map((set, i) => [set, i]));
  const sets = choices(n, k).map((set) => ({ set, columns: columnsOf(set, n) }));
  const int32 = { dtype: 'int32' } as const;
  return {
    columns: array(
      sets.map(({ columns }) => columns),
      int32,
    ),
    minors: array(
      sets.map(({ set, columns }) => columns.map((column) => smaller.get(set & ~(1 << column))!)),
      int32,
    ),
    signs: array(Array.from({ length: k }, (_, i) => (i % 2 === 0 ? 1 : -1))),
  };
}

/**
 * The determinant by expansion by minors along the first row, in which every minor is computed once: n·2ⁿ⁻¹
 * multiplications where the plain recursion, which computes a minor again wherever it meets it, has about e·n! of them.
 * All minors of as many rows are one step over arrays.
 */
function expansion(a: Value): Value {
  const [n] = shapeOf(a) as [number, number];
  let minors = at(a, n - 1);
  for (let k = 2; k <= n; k++) {
    const { columns, minors: below, signs } = level(n, k);
    minors = sum(mul(mul(take(at(a, n - k), columns), signs), take(minors, below)), { axes: 1 });
  }
  return at(minors, 0);
}

function read(input: Fields): NDArray {
  const ell = whole(input, 'ell', 1);
  return reshape(numbers(input, 'A', [ell * ell]), { shape: [ell, ell] }) as NDArray;
}

const primal = jit(expansion);
const gradient = jit((a: Value) => grad(expansion)(a)[0]);

/** The determinant of a matrix by minors, and its gradient row by row. */
export const det: Module = {
  primal: evaluation(read, primal, nested),
  gradient: evaluation(read, gradient, flat),
};
