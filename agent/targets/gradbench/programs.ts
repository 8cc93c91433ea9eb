import type { GradbenchModule, Program } from '../../checks/program.ts';
import { array, type Builder, program } from '../engine/build.ts';

/** GradBench's modules as programs. What a tool computes on its way is written as steps, so that their rounding counts. */
const named = (gradbench: GradbenchModule, built: Program): Program => ({ ...built, gradbench });

/** x². */
export const square = named(
  'hello',
  program(1, (b, x) => b.op('mul', x, x)),
);

/** log Σ exp xᵢ of n numbers. */
export const logSumExp = remembered((n) =>
  named(
    'lse',
    program(1, (b, x) => (n === 1 ? total(b, x) : b.arrayOp('logsumexp', [x], { axis: 0 }))),
  ),
);

/** ½ Σᵢ (sign tᵢ − Σⱼ xⱼ tᵢʲ)² over n places from −1 to 1, of m coefficients. */
export const leastSquares = remembered((n, m) =>
  named(
    'llsq',
    program(1, (b, x) => {
      const index = Array.from({ length: n }, (_, i) => i);
      const along = (data: readonly number[]): number => b.constant(array([n], data));
      const step = b.op('div', along(index.map((i) => 2 * i)), b.constant(n - 1));
      const t = b.op('add', b.constant(-1), step);
      let fitted = b.op('mul', along(index.map(() => 1)), part(b, x, m - 1));
      for (let j = m - 2; j >= 0; j--) fitted = b.op('add', b.op('mul', fitted, t), part(b, x, j));
      const residual = b.op('sub', along(index.map((i) => Math.sign(2 * i - (n - 1)))), fitted);
      return b.op('mul', b.constant(0.5), total(b, b.op('mul', residual, residual)));
    }),
  ),
);

/** The determinant of an n × n matrix, its rows one after the other, by minors along the first row. */
export const determinant = remembered((n) =>
  named(
    'det',
    program(1, (b, x) => {
      const minor = (row: number, columns: readonly number[]): number => {
        const terms = columns.map((column, i) => {
          const entry = part(b, x, row * n + column);
          const rest = columns.filter((other) => other !== column);
          const term = rest.length === 0 ? entry : b.op('mul', entry, minor(row + 1, rest));
          return i % 2 === 0 ? term : b.op('neg', term);
        });
        return terms.reduce((sum, term) => b.op('add', sum, term));
      };
      return total(
        b,
        minor(
          0,
          Array.from({ length: n }, (_, i) => i),
        ),
      );
    }),
  ),
);

/** One element of a vector, as a vector of one. */
function part(b: Builder, x: number, at: number): number {
  return b.arrayOp('slice', [x], { start: [at], stop: [at + 1] });
}

function total(b: Builder, x: number): number {
  return b.arrayOp('sum', [x], { axes: [0], keepdims: false });
}

/** Programs are told apart by being one object; each is built once for its sizes. */
function remembered<Sizes extends number[]>(
  make: (...sizes: Sizes) => Program,
): (...sizes: Sizes) => Program {
  const known = new Map<string, Program>();
  return (...sizes) => {
    const key = sizes.join();
    const made = known.get(key) ?? make(...sizes);
    known.set(key, made);
    return made;
  };
}
