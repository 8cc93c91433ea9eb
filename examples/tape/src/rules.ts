/** An operation: its value, and its partial derivatives from the value and the arguments. */
export interface Rule {
  readonly value: (...args: number[]) => number;
  readonly slopes: (value: number, ...args: number[]) => readonly number[];
}

/** What a tape can record. */
export const rules: Readonly<Record<string, Rule>> = {
  add: { value: (a, b) => a! + b!, slopes: () => [1, 1] },
  sub: { value: (a, b) => a! - b!, slopes: () => [1, -1] },
  mul: { value: (a, b) => a! * b!, slopes: (_, a, b) => [b!, a!] },
  div: { value: (a, b) => a! / b!, slopes: (y, _, b) => [1 / b!, -y / b!] },
  neg: { value: (x) => -x!, slopes: () => [-1] },
  exp: { value: Math.exp, slopes: (y) => [y] },
  log: { value: Math.log, slopes: (_, x) => [1 / x!] },
  sqrt: { value: Math.sqrt, slopes: (y) => [0.5 / y] },
  sin: { value: Math.sin, slopes: (_, x) => [Math.cos(x!)] },
  cos: { value: Math.cos, slopes: (_, x) => [-Math.sin(x!)] },
  tanh: { value: Math.tanh, slopes: (_, x) => [1 / Math.cosh(x!) ** 2] },
};
