import { readFileSync } from 'node:fs';
import { engineTarget } from '../agent/targets/index.ts';
import { type Climb, climb } from '../test/models/embedded-ladder.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'embedded';

/** Whole climbs of the ladder whose median time counts. */
const RUNS = 3;

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
  const evaluations = climbs.slice(0, 2).flatMap(({ climb: { evaluations } }) => [...evaluations]);
  return [
    ...rows,
    ...evaluations.map(([op, count]) => row(name, `${op}: found after`, count, 'evaluations')),
  ];
}
