import { type Json, sha256 } from '../base/json.ts';
import type { OwnRepository, Target } from '../checks/types.ts';
import type { Bench } from './bench.ts';
import { judgeIdentity } from './digest.ts';
import type { DrawRecord } from './draws.ts';
import { esbuild } from './esbuild.ts';
import { evidenceOf } from './evidence.ts';
import { type Receipt, type ReceiptTree, seal } from './receipt.ts';
import { checkResults, fewReasons, smallestCounterexample } from './report.ts';
import { pythonLayers, sandboxLayers } from './sandbox/index.ts';
import type { Trial } from './shrink.ts';
import { sizeChange, sizeCheck } from './size.ts';
import type { SpeedResult } from './speed.ts';
import { FORMAT_SETTINGS, isUnder, treeDigest, treeEntries } from './tree.ts';
import type { FrozenTree, Metric, Verdict } from './types.ts';

/** All that a verdict is made of. */
export interface Judged {
  readonly kind: Receipt['kind'];
  readonly base: FrozenTree | null;
  readonly baseDraws: readonly DrawRecord[];
  readonly goals: readonly string[];
  readonly attempts: { readonly [goal: string]: number };
  readonly attempt?: number;
  readonly shrink: boolean;
  readonly metric?: Metric;
  /** The candidate first, then the trees that shrinking drew for. */
  readonly trials: readonly [Trial, ...Trial[]];
  /** The trial whose tree may land, or the candidate's. */
  readonly landed: Trial;
  readonly seconds: number;
}

/** The verdict on a candidate, with its receipt. */
export async function assemble(bench: Bench, judged: Judged): Promise<Verdict> {
  const { landed, trials, seconds } = judged;
  const { ruling } = landed;
  const counterexample = ruling.accepted ? null : smallestCounterexample(ruling.blamed);
  const reasons = ruling.accepted ? [] : fewReasons(ruling.reasons);
  const trees = [...(judged.base ? [judged.base] : []), ...new Set([trials[0].tree, landed.tree])];
  const size =
    judged.metric === 'size' && judged.base
      ? sizeChange(judged.base, trials[0].tree, bench.target)
      : undefined;
  const verdict = {
    accepted: ruling.accepted,
    stage: ruling.stage,
    reasons: [...reasons],
    goals: ruling.goals.map((g) => ({ ...g })),
    counterexample: counterexample && { ...counterexample, inputs: [...counterexample.inputs] },
    tree: landed.tree.id,
    ...(typeof size === 'object' ? { size } : {}),
    ...(judged.metric === 'none' ? { unmeasured: true as const } : {}),
  };
  const { receipt, id: receiptId } = seal({
    format: 'vibegrad receipt',
    version: 1,
    kind: judged.kind,
    target: bench.target.name,
    ...(bench.target.own ? { own: ownOf(bench.target.own) } : {}),
    judge: judgeIdentity(),
    limits: { ...bench.limits },
    base: judged.base && receiptTree(judged.base),
    baseDraws: [...judged.baseDraws],
    candidate: receiptTree(trials[0].tree),
    landed: landed.tree === trials[0].tree ? null : receiptTree(landed.tree),
    blobs: { ...blobsOf(bench, trees), ...packageBlobs(bench) },
    request: {
      goals: [...judged.goals],
      attempts: { ...judged.attempts },
      ...(judged.attempt ? { attempt: judged.attempt } : {}),
      shrink: judged.shrink,
      ...(judged.metric ? { metric: judged.metric } : {}),
    },
    verdict,
    evidence: trials.map(({ tree, ruling }) => evidenceOf(tree.id, ruling)),
    sandbox: (await layersFor(bench.target)).map((layer) => ({ ...layer })),
    notRecomputable: {
      seconds,
      speed: trials.flatMap((t) => t.ruling.speed.map(receiptSpeed)),
      ...(bench.target.own?.tests ? { tests: trials.flatMap((t) => t.ruling.tested ?? []) } : {}),
    },
  });
  // A goal that is not there and was not asked for has no checks to report.
  const there = (id: string): boolean => ruling.states.get(id) !== 'absent' || judged.goals.includes(id);
  const checks = [
    ...(typeof size === 'object' ? [sizeCheck(size)] : []),
    ...checkResults(ruling.outcomes.filter((o) => there(o.goal.id))),
  ];
  const { smallest } = ruling;
  return {
    ...verdict,
    ...(smallest ? { smallest } : {}),
    checks,
    receipt: receipt as unknown as Json,
    receiptId,
    seconds,
  };
}

const layersFor = ({ own }: Target) => (own?.language === 'python' ? pythonLayers() : sandboxLayers());

/** With arrays of its own, as a receipt's type wants them. */
function receiptSpeed(speed: SpeedResult): Receipt['notRecomputable']['speed'][number] {
  return { ...speed, same: speed.same.map((row) => [...row]), pairs: speed.pairs.map((pair) => [...pair]) };
}

/** What a receipt says of a configured target beside its config, which is in its trees. */
function ownOf({ compiler, installed }: OwnRepository): NonNullable<Receipt['own']> {
  return {
    compiler: compiler === 'esbuild' ? `esbuild ${esbuild().version}` : compiler,
    ...(installed?.python ? { python: installed.python } : {}),
    setup: installed?.digest ?? null,
    modules: (installed?.modules ?? []).map(({ specifier, path, text }) => ({
      specifier,
      path,
      sha256: sha256(text),
    })),
  };
}

function packageBlobs({ target }: Bench): { [sha256: string]: string } {
  const texts = (target.own?.installed?.modules ?? []).map(({ text }) => text);
  return Object.fromEntries(texts.map((text) => [sha256(text), Buffer.from(text).toString('base64')]));
}

function receiptTree(tree: FrozenTree): ReceiptTree {
  const files = treeEntries(tree.files);
  return { id: tree.id, digest: treeDigest(files), files };
}

/** The bytes of the files that judging reads; of others a receipt holds the hashes. */
function blobsOf(bench: Bench, trees: readonly FrozenTree[]): { [sha256: string]: string } {
  const { editable, pinned } = bench.target;
  const blobs: { [sha256: string]: string } = {};
  for (const tree of trees) {
    const bytes = new Map(tree.files.map((f) => [f.path, f.bytes]));
    for (const { path, sha256 } of treeEntries(tree.files)) {
      if (!isUnder(path, [...editable, ...pinned, FORMAT_SETTINGS])) continue;
      blobs[sha256] ??= Buffer.from(bytes.get(path)!).toString('base64');
    }
  }
  return blobs;
}
