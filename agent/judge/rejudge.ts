import type { Json } from '../base/json.ts';
import type { ProgramAnswer } from '../checks/program.ts';
import { type Bench, EngineFailure, formatReasons, typeReasons, withOracle } from './bench.ts';
import { compareCase } from './compare.ts';
import { closeness, coarser, type Numbers } from './compare-receipts.ts';
import { judgeIdentity } from './digest.ts';
import { unpackCase } from './evidence.ts';
import { treeOf } from './integrity.ts';
import type { Evidence, Receipt } from './receipt.ts';
import { sizeReasons } from './size.ts';
import { changeReasons, linkModules } from './static.ts';
import { givenOf } from './tree.ts';
import type { FrozenTree, Stage } from './types.ts';
import type { Verified } from './verify.ts';

/** Stages that a tree reaches only past the type check and the format check, and those gates themselves. */
const GATED: ReadonlySet<string> = new Set<Stage>([
  'types',
  'format',
  'tests',
  'speed',
  'accept',
  'unmeasured',
]);

/**
 * Today's judge on the recorded expanded inputs of a receipt's candidate and of the tree that landed: its static gate, its
 * oracle, its comparisons, and where the recorded verdict came that far, its type check and format check. Goals
 * whose inputs a receipt does not expand (those that were met before) are not asked again; `verify` asks them.
 */
export async function askAgain(bench: Bench, receipt: Receipt, signal: AbortSignal): Promise<Verified> {
  const judgeChanged = judgeIdentity().digest !== receipt.judge.digest;
  const differences: string[] = [];
  let numbers: Numbers = 'bit-equal';
  let accepted = true;
  for (const tree of [receipt.candidate, receipt.landed]) {
    const evidence = receipt.evidence.find((e) => e.tree === tree?.id);
    if (!tree || !evidence) continue;
    const again = await askTree(bench, receipt, treeOf(receipt, tree), evidence, signal);
    differences.push(...again.flips);
    numbers = coarser(numbers, again.numbers);
    accepted = again.flips.length === 0 ? evidence.accepted : !evidence.accepted;
  }
  const verdictSame = differences.length === 0;
  const unmeasured = receipt.verdict.unmeasured ? { unmeasured: true as const } : {};
  return {
    class: judgeChanged ? 'judge changed' : verdictSame ? numbers : 'verdict flipped',
    verdictSame,
    numbers,
    judgeChanged,
    differences,
    recorded: { accepted: receipt.verdict.accepted, ...unmeasured },
    now: { accepted: accepted && !receipt.verdict.unmeasured, ...unmeasured },
  };
}

async function askTree(
  bench: Bench,
  receipt: Receipt,
  tree: FrozenTree,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<{ readonly flips: readonly string[]; readonly numbers: Numbers }> {
  const base = receipt.base ? treeOf(receipt, receipt.base) : givenOf(tree, bench.target);
  const { modules, reasons } = linkModules(tree, bench.target);
  const refused = [...changeReasons(base, tree, bench.target, bench.limits), ...reasons];
  if (receipt.request.metric === 'size') refused.push(...sizeReasons(base, tree, bench.target));
  const flips: string[] = [];
  if (evidence.stage === 'static') {
    // The static stage also holds what failed before anything was asked: an engine that does not load.
    if (refused.length === 0 && !(await failsToLoad(bench, modules, signal))) {
      flips.push('The static stage refused it, and no longer does.');
    }
    return { flips, numbers: 'bit-equal' };
  }
  if (refused.length > 0)
    return { flips: [`The static stage refuses it now: ${refused[0]}`], numbers: 'bit-equal' };
  if (GATED.has(evidence.stage)) flips.push(...(await gateFlips(bench, base, tree, evidence.stage)));
  const rows = evidence.expanded.flatMap(({ check, cases }) => cases.map((row) => ({ check, row })));
  const cases = rows.map(({ row }) => unpackCase(row, evidence.programs as readonly Json[]));
  let answers: readonly ProgramAnswer[];
  try {
    answers = await withOracle(bench, modules, signal, (oracle) => oracle.run(cases.map((c) => c.request)));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    answers = cases.map(() => ({ ok: false, error: error.message }));
  }
  let numbers: Numbers = 'bit-equal';
  rows.forEach(({ check, row }, i) => {
    const answer = answers[i]!;
    const { pass, steady } = compareCase(cases[i]!, answer);
    if (pass !== !row.wrong || steady !== !row.unsteady) {
      const how = row.wrong || row.unsteady ? 'failed, and no longer does so' : 'passed, and now fails';
      flips.push(`${check}: ${cases[i]!.label} ${how}.`);
    }
    const got = answer.ok ? (answer.values as typeof row.got) : { error: answer.error };
    numbers = coarser(numbers, closeness(row.got, got));
  });
  return { flips, numbers };
}

async function failsToLoad(
  bench: Bench,
  modules: ReturnType<typeof linkModules>['modules'],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await withOracle(bench, modules, signal, async () => {});
    return false;
  } catch (error) {
    if (error instanceof EngineFailure) return true;
    throw error;
  }
}

/** Where the type check or the format check decides otherwise than it did. */
async function gateFlips(bench: Bench, base: FrozenTree, tree: FrozenTree, stage: string): Promise<string[]> {
  const [types, format] = await Promise.all([typeReasons(bench, tree), formatReasons(bench, base, tree)]);
  const flips: string[] = [];
  if (types.length > 0 !== (stage === 'types')) {
    flips.push(
      types[0]
        ? `The type check refuses it now: ${types[0]}`
        : 'The type check refused it, and no longer does.',
    );
  }
  if (stage !== 'types' && format.length > 0 !== (stage === 'format')) {
    flips.push(
      format[0]
        ? `The format check refuses it now: ${format[0]}`
        : 'The format check refused it, and no longer does.',
    );
  }
  return flips;
}
