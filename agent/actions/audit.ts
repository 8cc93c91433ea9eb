import { LIBRARIES, type Library, runCheckers } from '../audit/against/run.ts';
import { whyEquivalent } from '../audit/automatic/equivalent.ts';
import { holdsRules, judgeMutants, sourceMutants } from '../audit/automatic/run.ts';
import { falseAlarms, jaxFalseAlarms } from '../audit/false-alarms.ts';
import { knownGoodText, libraryFiles, libraryTree, treeOf } from '../audit/known-good.ts';
import { judgePlanted } from '../audit/matrix.ts';
import { planted } from '../audit/mutants/index.ts';
import { picture } from '../audit/picture.ts';
import { classRows, familiesOf } from '../audit/table.ts';
import { CLASSES } from '../audit/types.ts';
import { UserError } from '../base/errors.ts';
import { interruptible } from '../host/interrupt.ts';
import type { Bench } from '../judge/bench.ts';
import { judgeIdentity } from '../judge/index.ts';
import { openBench } from '../judge/open.ts';
import { libraryTarget } from '../targets/index.ts';
import { type AuditDocument, auditSchema } from './audit-schema.ts';
import { writeNew } from './output-file.ts';

export interface AuditOptions {
  /** Mutants of one class only. */
  readonly class?: string;
  readonly automatic?: boolean;
  readonly against?: string;
  /** An SVG file to write the table to. */
  readonly picture?: string;
  /** Draws for which a right engine must not be refused. */
  readonly draws: number;
  /** Called with what is being done, for people who wait. */
  readonly onProgress?: (text: string) => void;
}

/** Plants mistakes in engines that are known to be right, and looks whether the judge finds them. */
export async function audit(options: AuditOptions): Promise<AuditDocument> {
  const mutants = chosen(options.class);
  const library = chosenLibrary(options.against);
  const sources = options.automatic ? libraryFiles() : null;
  const start = performance.now();
  const { bench, close } = openBench();
  const stop = interruptible(() => options.onProgress?.('stopping'));
  const { signal } = stop;
  const tell =
    (what: string) =>
    (done: number, of: number): void =>
      options.onProgress?.(`${what} ${done} of ${of}`);
  try {
    const compared = library === null ? null : await runCheckers(library, signal);
    const judged = await judgePlanted(bench, mutants, signal, tell('planted mutants'));
    const alarms = await falseAlarms(
      bench,
      'known-good',
      treeOf(knownGoodText()),
      options.draws,
      signal,
      tell('draws of a right engine'),
    );
    const jax = library === 'jax' ? await jaxAlarms(options.draws, signal, tell('draws of JAX')) : [];
    const automatic = sources && (await automaticPart(bench, sources, signal, tell('automatic mutants')));
    const classes = classRows(judged);
    const digest = judgeIdentity().digest;
    const document = auditSchema.parse({
      judge: digest,
      ok:
        judged.every((one) => one.killed && one.expected) &&
        [alarms, ...jax].every((one) => one.alarms === 0) &&
        (automatic === null || automatic.survivors.length === 0),
      mutants: judged.map(({ mutant, killed, expected, families, reason }) => ({
        ...{ id: mutant.id, class: mutant.class, wrong: mutant.wrong, report: mutant.report ?? null },
        ...{ killed, expected, reason, families: Object.fromEntries(families) },
      })),
      classes,
      survivors: judged
        .filter((one) => !one.killed)
        .map(({ mutant }) => ({ id: mutant.id, file: null, line: null, wrong: mutant.wrong })),
      falseAlarms: [alarms, ...jax].map((one) => ({ ...one, ...one.interval })),
      automatic,
      against: compared && {
        ...compared,
        rows: compared.rows.map((row) => {
          const own = classes.find((one) => one.class === row.class);
          // A rule that is right: nothing of ours was refused either.
          return { ...row, judge: own ? own.killed === own.mutants : alarms.alarms > 0 };
        }),
      },
      seconds: (performance.now() - start) / 1000,
    });
    if (options.picture !== undefined) {
      const title = `Mutants that the checks kill, class by class (judge ${digest.slice(0, 12)})`;
      writeNew(options.picture, picture(classes, familiesOf(classes), title));
    }
    return document;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UserError('interrupted', 'The audit was stopped before its end.', '', { cause: error });
  } finally {
    stop.release();
    await close();
  }
}

async function jaxAlarms(...asked: Parameters<typeof jaxFalseAlarms>) {
  const alarms = await jaxFalseAlarms(...asked);
  if (typeof alarms !== 'string') return [alarms];
  throw new UserError('missing', `Draws on JAX: ${alarms}.`, '`vibegrad doctor` says which layers work.');
}

function chosen(name: string | undefined) {
  if (name === undefined) return planted;
  if (!(CLASSES as readonly string[]).includes(name)) {
    throw new UserError(
      'usage',
      `There is no class ${JSON.stringify(name)}.`,
      `There are: ${CLASSES.join('; ')}.`,
    );
  }
  return planted.filter((mutant) => mutant.class === name);
}

function chosenLibrary(name: string | undefined): Library | null {
  if (name === undefined) return null;
  const found = LIBRARIES.find((library) => library === name);
  if (found) return found;
  throw new UserError(
    'usage',
    `${JSON.stringify(name)} has no checkers here.`,
    `--against ${LIBRARIES.join(' or ')}.`,
  );
}

async function automaticPart(
  bench: Bench,
  files: ReadonlyMap<string, string>,
  signal: AbortSignal,
  onDone: (done: number, of: number) => void,
): Promise<AuditDocument['automatic']> {
  const mutants = sourceMutants(new Map([...files].filter(([path]) => holdsRules(path))));
  const judged = mutants.filter(({ id }) => whyEquivalent(id) === undefined);
  // Asked as any engine is, and for what is asked of the library alone.
  const { goals, together } = libraryTarget;
  const asked = { ...bench, target: { ...bench.target, goals, together } };
  const fates = await judgeMutants(asked, libraryTree(files), 'engine/', judged, signal, onDone);
  const of = (kind: (typeof fates)[number]['kind']) => judged.filter((_, i) => fates[i]!.kind === kind);
  const killed = of('killed').length;
  const survivors = of('survived');
  return {
    mutants: mutants.length,
    killed,
    equivalent: mutants.flatMap(({ id }) => {
      const why = whyEquivalent(id);
      return why === undefined ? [] : [{ id, why }];
    }),
    outOfReach: of('out of reach').map(({ id }) => id),
    stillborn: of('stillborn').length,
    score: killed / Math.max(1, killed + survivors.length),
    survivors: survivors.map(({ id, file, line, before, after }) => ({
      id,
      file: `engine/${file}`,
      line,
      wrong: `${before} → ${after}`,
    })),
  };
}
