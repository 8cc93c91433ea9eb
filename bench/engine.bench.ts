import { loadavg } from 'node:os';
import { mixture } from './engine/gmm.ts';
import { classifier } from './engine/mlp.ts';
import { growthRows, memoryRows, problemRows, scalarRows } from './engine/own.ts';
import { peerRows } from './engine/peers.ts';
import { gradient, product } from './engine/rosenbrock.ts';
import { type Row, row } from './measure.ts';

export const name = 'engine';

/**
 * What a gradient costs: against plain hand-written loops over Float64Array, which give fresh arrays as the engine does,
 * against the function itself, and against other libraries in the same run (`bench/engine/install-peers.sh`,
 * `test/python/install.sh`; one that is missing is named). Both sides are found to agree before they are timed, and are timed in turn.
 */
export async function run(): Promise<readonly Row[]> {
  const load = row(name, 'load of the machine at the start', loadavg()[0]!, 'processes');
  const problems = [gradient(100), product(100), mixture(), classifier()];
  const rows: Row[] = [load];
  for (const problem of problems) rows.push(...(await problemRows(problem)));
  rows.push(...(await peerRows(problems)));
  rows.push(...(await scalarRows()), ...(await memoryRows()), ...(await growthRows()));
  return rows;
}
