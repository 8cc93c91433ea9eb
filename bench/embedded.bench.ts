import { readFileSync } from 'node:fs';
import type { ProposeGoal } from '../agent/models/types.ts';
import { engineTarget } from '../agent/targets/index.ts';
import { ask, type Climb, climb } from '../test/models/embedded-ladder.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'embedded';

/** Whole climbs of the ladder whose median time counts. */
const RUNS = 3;

/** A function that no small rule describes: a search for it uses up its budget. */
const NOISE: ProposeGoal = {
  id: 'bench/noise',
  op: 'noise',
  arity: 1,
  definition: 'x',
  points: Array.from({ length: 16 }, (_, i) => ({
    at: [i - 7.5],
    value: i - 7.5,
    partials: [Math.sin(1e5 * i ** 3 + 1)],
  })),
};

/** The embedded search climbs rungs 1 and 2 from the seed: goals met by every check, seconds, evaluations for each op. */
export async function run(): Promise<readonly Row[]> {
  const seed = readFileSync(new URL('../engine/seed/engine.ts', import.meta.url), 'utf8');
  const goals = (rung: number) =>
    engineTarget.goals.filter((goal) => goal.rung === rung && goal.ops.length === 1);
  const climbs: { rung: number; climb: Climb; seconds: number }[] = [];
  for (let i = 0; i < RUNS; i++) {
    let engine = seed;
    for (const rung of [1, 2]) {
      let result: Climb | undefined;
      const taken = await seconds(async () => {
        result = await climb(engine, goals(rung));
      });
      climbs.push({ rung, climb: result!, seconds: taken });
      engine = result!.engine;
    }
  }
  const rows: Row[] = [];
  for (const rung of [1, 2]) {
    const of = climbs.filter((one) => one.rung === rung);
    const { met, proposals } = of[0]!.climb;
    const count = goals(rung).length;
    const least = rung === 1 ? 30 : Math.ceil(count / 3);
    rows.push(
      row(name, `rung ${rung}: goals met, of ${count}`, met.length, 'goals', { least }),
      row(name, `rung ${rung}: proposals`, proposals, 'proposals'),
      row(name, `rung ${rung}: proposing and checking`, median(of.map((one) => one.seconds)), 's'),
    );
  }
  const speeds: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    let evaluations = 0;
    const taken = await seconds(async () => {
      evaluations = Number(
        /after (\d+)/.exec(
          await ask({ kind: 'propose', goals: [NOISE], ops: ['add', 'mul'], refused: [] }),
        )?.[1],
      );
    });
    speeds.push(evaluations / taken);
  }
  rows.push(row(name, 'speed of the search', median(speeds), 'evaluations/s'));
  const evaluations = climbs.slice(0, 2).flatMap(({ climb: { evaluations } }) => [...evaluations]);
  return [
    ...rows,
    ...evaluations.map(([op, count]) => row(name, `${op}: found after`, count, 'evaluations')),
  ];
}
