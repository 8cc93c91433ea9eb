/** A question about a derivative whose answer is what a program prints. */
export interface Item {
  readonly question: string;
  /** A whole program on `vibegrad/engine`; it prints one number. */
  readonly code: string;
}

/**
 * Functions as formula and as program, and points at which their derivatives are numbers that can be worked out by hand. None
 * is 0, which most wrong engines would print as well.
 */
const functions: readonly (readonly [formula: string, body: string, points: readonly number[]])[] = [
  ['x·x', 'mul(x, x)', [3, 5, -4, 10]],
  ['7x + 2', 'add(mul(7, x), 2)', [1, -3]],
  ['x² + 3x', 'add(mul(x, x), mul(3, x))', [2, 4, -1, 6]],
  ['x³', 'mul(x, mul(x, x))', [2, 3, -1, 4]],
  ['1/x', 'div(1, x)', [1, 2, -1]],
  ['√x', 'sqrt(x)', [1, 4, 0.25]],
  ['exp(3x)', 'exp(mul(3, x))', [0]],
  ['log x', 'log(x)', [1, 4, 0.5]],
  ['sin(2x)', 'sin(mul(2, x))', [0]],
  ['sin x + 2x', 'add(sin(x), mul(2, x))', [0]],
  ['(2x + 1)²', 'square(add(mul(2, x), 1))', [0, 1, 2]],
  ['relu(x)', 'relu(x)', [3]],
  ['|x|', 'abs(x)', [-3, 2]],
  ['x² − 5x', 'sub(mul(x, x), mul(5, x))', [1, 3, 2.5]],
  ['x·(x + 1)·2', 'mul(2, mul(x, add(x, 1)))', [1, 3]],
  ['x⁴', 'square(square(x))', [1, 2, -1]],
  ['x·exp(x)', 'mul(x, exp(x))', [0]],
  ['tanh x', 'tanh(x)', [0]],
  ['max(x, 3)', 'max(x, 3)', [5]],
  ['1/(x² + 1)', 'div(1, add(square(x), 1))', [1, -1]],
];

const program = (body: string, at: number): string => {
  const ops = [...new Set(body.match(/[a-z]+(?=\()/g))].sort();
  return `import { grad, ${ops.join(', ')} } from 'vibegrad/engine';\nconsole.log(grad((x) => ${body})(${at})[0]);`;
};

/** In turns, so that the first few are of many functions. */
export const correctionItems: readonly Item[] = Array.from(
  { length: Math.max(...functions.map(([, , points]) => points.length)) },
  (_, turn) =>
    functions.flatMap(([formula, body, points]): Item[] => {
      const at = points[turn];
      return at === undefined
        ? []
        : [
            {
              question: `What is the derivative of ${formula} at x = ${String(at).replace('-', '−')}?`,
              code: program(body, at),
            },
          ];
    }),
).flat();
