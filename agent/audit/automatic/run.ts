import { randomBytes } from 'node:crypto';
import type { Family, Goal } from '../../checks/types.ts';
import { type Bench, EngineFailure } from '../../judge/bench.ts';
import { drawFor } from '../../judge/draws.ts';
import { type Answers, evaluate, type Planned } from '../../judge/evaluate.ts';
import { looseTree } from '../../judge/index.ts';
import { afterProbe, goalsInQuestion, heldOut, planTogether, probe, visible } from '../../judge/plan.ts';
import { failures } from '../../judge/report.ts';
import { linkModules } from '../../judge/static.ts';
import type { FrozenFile, FrozenTree } from '../../judge/types.ts';
import { once } from '../../judge/unseen.ts';
import { askTwice } from '../ask.ts';
import { inTurn } from '../matrix.ts';
import { mutantsOf, type SourceMutant } from './generate.ts';

/**
 * What came of a mutant. `stillborn`: it does not load, so that it is no engine. `out of reach`: it survives, and so does an
 * error thrown in its place: nothing that the contract lets one ask comes there.
 */
export type Fate =
  | { readonly kind: 'killed'; readonly check: string; readonly family: Family | 'process' }
  | { readonly kind: 'stillborn' }
  | { readonly kind: 'out of reach' }
  | { readonly kind: 'survived' };

/**
 * Modules that hold the rules of `vibegrad/engine`, the values of the operations that goals ask for, and the transformations
 * that apply the rules. Left out: what the contract cannot ask for at all (batching, loops, indexing, linear algebra, random
 * numbers, special functions).
 */
export function holdsRules(path: string): boolean {
  return (
    /^elementwise\/(?:rules|table)\.ts$/.test(path) ||
    /^numeric\/(?:activations|hyperbolic|polynomial)\.ts$/.test(path) ||
    /^primitives\/(?:dot|reduce)\.ts$/.test(path) ||
    /^structural\/(?:choices|looks|parts|shared|zeros)\.ts$/.test(path) ||
    /^transform\/(?:forward|jvp|matrices|pull|reverse)\.ts$/.test(path)
  );
}

/** The mutants of some modules of an engine, by path. */
export function sourceMutants(files: ReadonlyMap<string, string>): readonly SourceMutant[] {
  return [...files].flatMap(([path, text]) => mutantsOf(path, text));
}

/** Judges mutants of a tree, each until a check fails. Its files are looked up under `folder`. */
export async function judgeMutants(
  bench: Bench,
  tree: FrozenTree,
  folder: string,
  mutants: readonly SourceMutant[],
  signal: AbortSignal,
  onDone: (done: number, of: number) => void = () => {},
): Promise<readonly Fate[]> {
  const stages = await stagesOf(bench, tree);
  /** Functions in which something survived: whether anything ever calls them. */
  const called = new Map<string, boolean>();
  const fate = async (mutant: SourceMutant): Promise<Fate> => {
    const judge = (text: string): Promise<Fate> =>
      fateOf(bench, withText(tree, `${folder}${mutant.file}`, text), stages(mutant), signal);
    const { inside } = mutant;
    if (inside && called.get(inside.key) === false) return { kind: 'out of reach' };
    const own = await judge(mutant.text());
    if (own.kind !== 'survived') return own;
    if (inside && !called.has(inside.key)) {
      called.set(inside.key, (await judge(inside.probe())).kind !== 'survived');
      if (called.get(inside.key) === false) return { kind: 'out of reach' };
    }
    let probed = await judge(mutant.probe(true));
    // What is evaluated while the engine loads ends it; whether it is ever used is another question.
    if (probed.kind === 'stillborn') probed = await judge(mutant.probe(false));
    return probed.kind === 'survived' ? { kind: 'out of reach' } : own;
  };
  let done = 0;
  return inTurn(mutants, async (mutant) => {
    const found = await fate(mutant);
    onDone(++done, mutants.length);
    return found;
  });
}

function withText(tree: FrozenTree, path: string, text: string): FrozenTree {
  // The other files stay the objects that they are: what was parsed once is not parsed again.
  return looseTree(
    tree.files.map((file): FrozenFile => (file.path === path ? { ...file, bytes: Buffer.from(text) } : file)),
  );
}

/** What is asked of one mutant, in order; its plans are shared by all, and so are their references. */
type Stages = (mutant: SourceMutant) => readonly (readonly Planned[])[];

/**
 * All that `vibegrad check` asks of an engine: first the checks of the operation that the mutant changes, then from what is
 * cheap and telling to what is dear. All mutants of a run meet one draw: they are small changes of a right engine and know
 * of none, and the references of a draw cost more than an engine's answers.
 */
async function stagesOf(bench: Bench, tree: FrozenTree): Promise<Stages> {
  const goals: readonly Goal[] = goalsInQuestion(bench.target, []);
  const together = planTogether(bench.target, [], goals);
  const { fresh } = bench.limits.full;
  const draw = await drawFor({ draw: async () => randomBytes(32) }, tree.id, 'full');
  const drawn = [
    ...goals.flatMap((goal) => heldOut(goal, 'full', draw, fresh)),
    ...together.heldOut('full', draw, { fresh, kept: fresh }),
  ].map(once);
  const open = [
    goals.flatMap((goal) => probe(goal, 2)),
    [...goals.flatMap((goal) => afterProbe(goal, 2)), ...together.visible],
  ];
  return ({ id }) => {
    const names = new Set(id.split(/[#:.]/));
    const own = goals.filter(({ ops }) => ops.some((op) => names.has(op)));
    return [own.flatMap((goal) => visible(goal)), ...open, drawn];
  };
}

async function fateOf(
  bench: Bench,
  tree: FrozenTree,
  stages: ReturnType<Stages>,
  signal: AbortSignal,
): Promise<Fate> {
  const { modules, reasons } = linkModules(tree, bench.target);
  if (reasons.length > 0) return { kind: 'stillborn' };
  let loaded = false;
  try {
    return await askTwice(bench, modules, signal, async (oracle) => {
      loaded = true;
      for (const stage of stages) {
        const fate = await firstFailure(oracle, stage);
        if (fate !== null) return fate;
      }
      return { kind: 'survived' };
    });
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return loaded ? { kind: 'killed', check: error.message, family: 'process' } : { kind: 'stillborn' };
  }
}

/** Checks asked in one go: most mutants fail one of the first. */
const IN_ONE_GO = 120;

async function firstFailure(oracle: Answers, plans: readonly Planned[]): Promise<Fate | null> {
  for (let at = 0; at < plans.length; at += IN_ONE_GO) {
    for (const outcome of await evaluate(oracle, plans.slice(at, at + IN_ONE_GO))) {
      const [failed] = failures(outcome);
      if (failed === undefined) continue;
      const { family, id } = outcome.check;
      return { kind: 'killed', check: id, family: outcome.comparisons[failed]!.pass ? 'repeat' : family };
    }
  }
  return null;
}
