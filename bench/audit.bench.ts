import { audit } from '../agent/actions/audit.ts';
import { falseAlarms, jaxFalseAlarms } from '../agent/audit/false-alarms.ts';
import { libraryFiles, libraryTree } from '../agent/audit/known-good.ts';
import { openBench } from '../agent/judge/open.ts';
import { type Row, row, seconds, testPython } from './measure.ts';

export const name = 'audit';

/** Draws for which neither of two right engines may be refused. */
const DRAWS = 1000;

/** The judge judged: planted and automatic mutants, false alarms. Takes an hour and a half on two cores. */
export async function run(): Promise<readonly Row[]> {
  const { signal } = new AbortController();
  let planted: Awaited<ReturnType<typeof audit>> | undefined;
  const matrix = await seconds(async () => {
    planted = await audit({ draws: 1 });
  });
  const { mutants } = planted!;
  const reports = mutants.filter((mutant) => mutant.report !== null);
  const { automatic, falseAlarms: own } = await audit({ class: 'sign', automatic: true, draws: DRAWS });
  const { bench, close } = openBench();
  const library = await falseAlarms(bench, 'library', libraryTree(libraryFiles()), DRAWS, signal);
  await close();
  const jax = await jaxFalseAlarms(DRAWS, signal, undefined, testPython());
  if (typeof jax === 'string') throw new Error(jax);
  const share = (all: readonly { readonly killed: boolean; readonly expected: boolean }[]): number =>
    all.filter((mutant) => mutant.killed && mutant.expected).length / all.length;
  const known = own[0]!;
  return [
    row(
      name,
      `${mutants.length - reports.length} planted mutants, killed by a check that says why`,
      share(mutants.filter((m) => m.report === null)),
      'share',
      { least: 1 },
    ),
    row(
      name,
      `${reports.length} public bugs rebuilt, killed by a check that says why`,
      share(reports),
      'share',
      { least: 1 },
    ),
    row(name, 'the whole planted matrix', matrix, 's', { most: 120 }),
    row(
      name,
      `${automatic!.killed + automatic!.survivors.length} automatic mutants that are reached and no equivalents, killed`,
      automatic!.score,
      'share',
      { least: 0.995 },
    ),
    row(
      name,
      `false alarms in ${known.draws} draws of ${known.cases} cases, known-good engine`,
      known.alarms,
      'draws',
      { most: 0 },
    ),
    row(name, 'the largest false-alarm rate a draw in its 95 % interval', known.high, 'share'),
    row(
      name,
      `false alarms in ${library.draws} draws of ${library.cases} cases, vibegrad/engine`,
      library.alarms,
      'draws',
      { most: 0 },
    ),
    row(
      name,
      `false alarms in ${jax.draws} draws of ${jax.cases} cases, JAX in float64 but for what it is known to get wrong`,
      jax.alarms,
      'draws',
      { most: 0 },
    ),
  ];
}
