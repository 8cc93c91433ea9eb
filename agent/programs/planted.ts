/** A wrong or cheating edit, planted to be refused: what the third act of the demo shows. */
export interface Planted {
  readonly title: string;
  readonly why: string;
  /** The goals that it touches: what the judge looks at first. */
  readonly goals: readonly string[];
  /** Writes the edit for an engine, as search-replace blocks; null where the engine has no such place. */
  edit(engine: string): string | null;
}

export const planted: readonly Planted[] = [
  {
    title: 'a wrong sign: the derivative of cos is sin',
    why: 'the commonest slip of all',
    goals: ['r1/cos'],
    edit: (engine) => partials(engine, 'cos', ['(x) => ops.sin(x)']),
  },
  {
    title: 'tanh, 0.05 % too large',
    why: 'small enough to train with and never notice',
    goals: ['r1/tanh'],
    edit: (engine) => partials(engine, 'tanh', ['(_x, y) => 1.0005 * (1 - primal(y) * primal(y))']),
  },
  {
    title: 'finite differences in place of the rule of atan',
    why: 'looks right to five digits',
    goals: ['r1/atan'],
    edit: (engine) =>
      partials(engine, 'atan', ['(x) => (Math.atan(primal(x) + 1e-6) - Math.atan(primal(x) - 1e-6)) / 2e-6']),
  },
  {
    title: 'a gradient that overwrites where it should add up',
    why: 'right for every program that uses each value once',
    goals: ['r0/fan-out'],
    edit: (engine) =>
      replaced(engine, '(cotangents.get(input) ?? 0) + cotangent * partial', 'cotangent * partial'),
  },
  {
    title: 'relu that passes everything for x below zero too',
    why: 'right for half of all inputs',
    goals: ['r1/relu'],
    edit: (engine) => partials(engine, 'relu', ['() => 1']),
  },
];

/** Replaces the partials of one row of the table. */
function partials(engine: string, op: string, wrong: readonly string[]): string | null {
  const start = engine.search(new RegExp(`^  ${op}: \\{`, 'm'));
  if (start < 0) return null;
  const nested = engine.indexOf('\n  },\n', start);
  const lineEnd = engine.indexOf('\n', start);
  const end = engine.slice(start, lineEnd).endsWith('},') || nested < 0 ? lineEnd : nested + '\n  },'.length;
  const row = engine.slice(start, end);
  const value = /value: ((?:.|\n)*?),\s*partials:/.exec(row)?.[1];
  return value === undefined
    ? null
    : block(row, `  ${op}: { value: ${value}, partials: [${wrong.join(', ')}] },`);
}

function replaced(engine: string, search: string, replace: string): string | null {
  const line = engine.split('\n').find((text) => text.includes(search));
  return line === undefined ? null : block(line, line.replace(search, replace));
}

function block(search: string, replace: string): string {
  return `engine.ts\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}
