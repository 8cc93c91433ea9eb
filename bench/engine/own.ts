import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, type Row, row, seconds } from '../measure.ts';
import { logPlot } from './plot.ts';
import { distance, type Problem } from './problem.ts';
import { gradient } from './rosenbrock.ts';
import { handGradient, scalars } from './scalar.ts';
import { calls, callsFor, compared, processorSeconds } from './timing.ts';

const BENCH = 'engine';
/** Relative to the largest number of a gradient. */
const AGREE = 1e-10;
const RUNS = 3;
const OPERATIONS = [1e3, 1e4, 1e5, 1e6] as const;
const SIZES = [10, 100, 1e3, 1e4, 1e5] as const;

/** @throws Error where the engine's gradient is not the hand-written one: no time of a wrong answer counts */
export function checkAgainstHand(problem: Problem): void {
  const ours = problem.engine().map((part) => part.data);
  for (const hand of [problem.hand(), problem.handInto()]) {
    const error = distance(hand, ours);
    if (!(error <= AGREE)) throw new Error(`${problem.title}: engine and hand-written differ by ${error}`);
  }
}

/** A problem in the engine against itself by hand, and against the function without gradient. */
export async function problemRows(problem: Problem): Promise<Row[]> {
  checkAgainstHand(problem);
  const { title, most } = problem;
  const hand = await compared(problem.engine, problem.hand);
  const into = await compared(problem.engine, problem.handInto);
  const primal = await compared(problem.engine, problem.primal);
  // A Hessian-vector product is a gradient's gradient: held against the function it is for the record.
  const bound = problem.key === 'hvp' ? {} : { most: 3 };
  return [
    row(BENCH, `${title}: engine`, hand.a * 1e6, 'µs'),
    row(BENCH, `${title}: engine ÷ hand-written`, hand.ratio, '×', { most }),
    row(BENCH, `${title}: engine ÷ hand-written into used arrays`, into.ratio, '×'),
    row(BENCH, `${title}: engine ÷ primal`, primal.ratio, '×', bound),
  ];
}

/** First and later gradients of a program of single operations on numbers, by its length. First ones in processor time. */
export async function scalarRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const first: number[] = [];
  const compiledFirst: number[] = [];
  for (const operations of OPERATIONS) {
    const title = `scalar program of ${operations} operations`;
    const [gradients, primal] = [scalars.gradient(operations), scalars.primal(operations)];
    const hand = handGradient(operations);
    for (const found of [scalars.first(operations), gradients()]) {
      const error = distance([hand], [found]);
      if (!(error <= AGREE)) throw new Error(`${title}: engine and hand-written differ by ${error}`);
    }
    // Short programs take the many runs that bring a long one's loops to optimised code.
    const runs = Math.max(RUNS, Math.min(50, Math.round(1e5 / operations)));
    const whole = operations === 1e6;
    const eager = processorMedian(runs, () => scalars.first(operations));
    const compiled = processorMedian(runs, () => scalars.gradient(operations)());
    first.push(eager / operations);
    compiledFirst.push(compiled / operations);
    rows.push(row(BENCH, `${title}: trace + first gradient`, eager, 's CPU', whole ? { most: 3 } : {}));
    rows.push(
      row(BENCH, `${title}: trace, compile + first gradient`, compiled, 's CPU', whole ? { most: 10 } : {}),
    );
    rows.push(
      row(BENCH, `${title}: trace + first gradient, each operation`, (eager / operations) * 1e6, 'µs'),
      row(
        BENCH,
        `${title}: trace, compile + first gradient, each operation`,
        (compiled / operations) * 1e6,
        'µs',
      ),
    );
    rows.push(
      row(BENCH, `${title}: gradient ÷ primal`, (await compared(gradients, primal)).ratio, '×', { most: 3 }),
    );
    rows.push(
      row(
        BENCH,
        `${title}: gradient ÷ hand-written`,
        (await compared(gradients, () => handGradient(operations))).ratio,
        '×',
      ),
    );
  }
  const growth = (each: readonly number[]) => each.at(-1)! / each[0]!;
  const span = 'an operation of 1e6 ÷ of 1e3';
  rows.push(row(BENCH, `scalar program: trace + first gradient, ${span}`, growth(first), '×', { most: 2 }));
  rows.push(
    row(BENCH, `scalar program: trace, compile + first gradient, ${span}`, growth(compiledFirst), '×', {
      most: 2,
    }),
  );
  return rows;
}

function processorMedian(runs: number, work: () => unknown): number {
  return median(Array.from({ length: runs }, () => processorSeconds(work)));
}

async function medianOf(runs: number, work: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < runs; i++) taken.push(await seconds(work));
  return median(taken);
}

/** Bytes for each operation of a scalar program. */
export async function memoryRows(): Promise<Row[]> {
  const script = fileURLToPath(new URL('memory.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  type Measured = 'trace' | 'reverse' | 'compiled' | 'run';
  const { trace, reverse, compiled, run } = JSON.parse(stdout) as Record<Measured, number>;
  return [
    row(BENCH, 'scalar program: held by its trace, each operation', trace, 'bytes'),
    row(BENCH, 'scalar program: held for reverse mode, each operation', reverse, 'bytes'),
    row(BENCH, 'scalar program: held by its compiled gradient, each operation', compiled, 'bytes'),
    row(BENCH, 'network: left to the collector by a run of its compiled gradient', run, 'bytes', { most: 1 }),
  ];
}

/** How cost grows with n, as rows and as a plot beside the results. */
export async function growthRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const lines = {
    engine: [] as [number, number][],
    hand: [] as [number, number][],
    primal: [] as [number, number][],
  };
  for (const n of SIZES) {
    const problem = gradient(n);
    checkAgainstHand(problem);
    const hand = await compared(problem.engine, problem.hand);
    const count = await callsFor(problem.primal);
    const primal = (await medianOf(RUNS, calls(problem.primal, count))) / count;
    rows.push(row(BENCH, `Rosenbrock n = ${n}, engine, each variable`, (hand.a / n) * 1e9, 'ns'));
    rows.push(row(BENCH, `Rosenbrock n = ${n}, engine ÷ hand-written`, hand.ratio, '×'));
    lines.engine.push([n, hand.a * 1e6]);
    lines.hand.push([n, hand.b * 1e6]);
    lines.primal.push([n, primal * 1e6]);
  }
  const results = new URL('../results/', import.meta.url);
  await mkdir(results, { recursive: true });
  const plot = logPlot("Rosenbrock's function: time by number of variables", 'n', 'µs', [
    { name: 'gradient, engine', points: lines.engine },
    { name: 'gradient by hand', points: lines.hand },
    { name: 'function, engine', points: lines.primal },
  ]);
  await writeFile(new URL('engine-growth.svg', results), plot);
  return rows;
}
