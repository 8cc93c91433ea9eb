import { randomBytes } from 'node:crypto';
import { canonical, type Json } from '../base/json.ts';
import type { Bench } from './bench.ts';
import { checkWith } from './check.ts';
import { compareReceipts, type DifferenceClass, type Numbers } from './compare-receipts.ts';
import { judgeIdentity } from './digest.ts';
import { damages, treeOf } from './integrity.ts';
import { judgeWith } from './judge.ts';
import { type JudgeOptions, openBench } from './open.ts';
import { type Receipt, ReceiptSchema } from './receipt.ts';
import { isTakenAsRecorded } from './receipt-members.ts';
import { targetOf } from './receipt-target.ts';
import { askAgain } from './rejudge.ts';
import { gitTreeId, treeDigest, treeEntries } from './tree.ts';
import type { JudgeContext } from './types.ts';

/** What a verdict came to; `unmeasured` where no metric said what is better. */
export interface Decided {
  readonly accepted: boolean;
  readonly unmeasured?: true;
}

/** What came of recomputing a receipt. */
export interface Verified {
  /** The class of the largest difference. A judge that is not the one that judged is a class of its own. */
  readonly class: DifferenceClass;
  /** Accepted or not, the goals met, the tree that lands: all as recorded. */
  readonly verdictSame: boolean;
  /** How close the numbers are; null where none could be compared. */
  readonly numbers: Numbers | null;
  readonly judgeChanged: boolean;
  /** One sentence for each difference, the first one first. */
  readonly differences: readonly string[];
  readonly recorded: Decided | null;
  readonly now: Decided | null;
}

export interface VerifyOptions extends JudgeOptions {
  /** Judges with new random draws in place of the recorded ones: the verdict must still be the same. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Verifies many receipts with one set of warm processes. */
export interface Verifier {
  verify(receipt: Json, options?: Pick<VerifyOptions, 'fresh' | 'signal'>): Promise<Verified>;
  rejudge(receipt: Json, signal?: AbortSignal): Promise<Verified>;
  close(): Promise<void>;
}

export function createVerifier(options: JudgeOptions = {}): Verifier {
  const { bench, close } = openBench(options);
  const parsed = (
    receipt: Json,
    use: (good: Receipt, bench: Bench) => Promise<Verified>,
  ): Promise<Verified> => {
    const result = ReceiptSchema.safeParse(receipt);
    if (!result.success) {
      const issue = result.error.issues[0]!;
      return Promise.resolve(
        damaged([`It is no receipt: ${issue.path.join('.') || 'all of it'}: ${issue.message}.`]),
      );
    }
    // A member that no receipt has would be in none of what follows, and under no seal.
    if (canonical(result.data as unknown as Json) !== canonical(receipt))
      return Promise.resolve(damaged(['It holds members that no receipt has.']));
    const found = damages(result.data);
    if (found.length > 0) return Promise.resolve(damaged(found));
    const target = targetOf(result.data);
    if (target === undefined) {
      return Promise.resolve(
        damaged([`It is about a target ${result.data.target}, which this judge lacks.`]),
      );
    }
    return use(result.data, { ...bench, target });
  };
  const forever = new AbortController().signal;
  return {
    verify: (receipt, { fresh = false, signal = forever } = {}) =>
      parsed(receipt, async (good, own) =>
        otherLimits(own, good, await recompute(fresh ? own : withLimits(own, good), good, fresh, signal)),
      ),
    rejudge: (receipt, signal = forever) =>
      parsed(receipt, (good, own) => askAgain(withLimits(own, good), good, signal)),
    close,
  };
}

/**
 * Recomputes a receipt: trees from blobs, inputs from draws, answers by running the trees again, and the verdict from them.
 * @throws UserError where the machine lacks something. A damaged receipt is a result of class `damaged`.
 */
export async function verifyReceipt(receipt: Json, options: VerifyOptions = {}): Promise<Verified> {
  const verifier = createVerifier(options);
  try {
    return await verifier.verify(receipt, options);
  } finally {
    await verifier.close();
  }
}

/** Today's gates and comparisons on the recorded expanded inputs: what a replay at level `verdict` asks. */
export async function rejudge(receipt: Json, options: VerifyOptions = {}): Promise<Verified> {
  const verifier = createVerifier(options);
  try {
    return await verifier.rejudge(receipt, options.signal);
  } finally {
    await verifier.close();
  }
}

/** The counts that the receipt was judged with; seconds and rounds, which depend on the machine, are ours. */
function withLimits(bench: Bench, { limits }: Receipt): Bench {
  const { toolSeconds, speedRounds } = bench.limits;
  return { ...bench, limits: { ...limits, toolSeconds, speedRounds } };
}

/** The counts of held-out inputs, which people know by what they are. */
const PAIRS = ['full', 'confirm'] as const;
const HELD_OUT = {
  full: 'first draw',
  confirm: 'second draw',
  fresh: 'new goals',
  kept: 'goals met before',
} as const;

/** A receipt says itself what it was judged with: other limits than ours are another judge's. */
function otherLimits(bench: Bench, { limits }: Receipt, verified: Verified): Verified {
  const ours = bench.limits;
  const { full, confirm, ...single } = limits;
  const others = [
    ...PAIRS.flatMap((draw) =>
      (['fresh', 'kept'] as const)
        .filter((of) => limits[draw][of] !== ours[draw][of])
        .map((of) => {
          const what = `${HELD_OUT[of]} in the ${HELD_OUT[draw]}`;
          return `${limits[draw][of]} held-out inputs a check for ${what}, here ${ours[draw][of]}`;
        }),
    ),
    ...(Object.keys(single) as (keyof typeof single)[])
      .filter((name) => !isTakenAsRecorded(`limits.${name}`) && single[name] !== ours[name])
      .map((name) => `${name} ${single[name]}, here ${ours[name]}`),
  ];
  if (verified.class === 'damaged' || others.length === 0) return verified;
  const verdict = verified.verdictSame ? 'The verdict is the same.' : 'The verdict is another.';
  return {
    ...verified,
    class: 'judge changed',
    judgeChanged: true,
    differences: [
      `It was judged with other limits: ${others.join('; ')}. ${verdict}`,
      ...verified.differences,
    ],
  };
}

function damaged(differences: readonly string[]): Verified {
  return {
    class: 'damaged',
    verdictSame: false,
    numbers: null,
    judgeChanged: false,
    differences,
    recorded: null,
    now: null,
  };
}

/** A draw was asked for that the receipt does not hold: the stages went another way. */
class Diverged extends Error {
  override readonly name = 'Diverged';
}

async function recompute(
  bench: Bench,
  receipt: Receipt,
  fresh: boolean,
  signal: AbortSignal,
): Promise<Verified> {
  const recorded = decided(receipt);
  const otherDigest = judgeIdentity().digest !== receipt.judge.digest;
  try {
    const now = await judgeAgain(bench, receipt, fresh, signal);
    const compared = compareReceipts(receipt, now, fresh);
    // esbuild is the user's: another one links other text.
    const judgeChanged = otherDigest || receipt.own?.compiler !== now.own?.compiler;
    return {
      ...compared,
      // What does not follow here may have followed there.
      class: judgeChanged ? 'judge changed' : compared.class,
      judgeChanged,
      recorded,
      now: decided(now),
    };
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    return {
      class: otherDigest ? 'judge changed' : 'verdict flipped',
      verdictSame: false,
      numbers: null,
      judgeChanged: otherDigest,
      differences: [error.message],
      recorded,
      now: null,
    };
  }
}

export function decided({ verdict }: Receipt): Decided {
  return { accepted: verdict.accepted, ...(verdict.unmeasured ? { unmeasured: true } : {}) };
}

async function judgeAgain(
  bench: Bench,
  receipt: Receipt,
  fresh: boolean,
  signal: AbortSignal,
): Promise<Receipt> {
  const { request, notRecomputable } = receipt;
  const candidate = treeOf(receipt, receipt.candidate);
  const base = receipt.base && treeOf(receipt, receipt.base);
  const loose = candidate.id.startsWith('sha256:');
  const context: JudgeContext = {
    draw: fresh ? freshDraws() : recordedDraws(receipt),
    store: async (files) => {
      const entries = treeEntries(files);
      return loose ? `sha256:${treeDigest(entries)}` : gitTreeId(entries);
    },
    signal,
  };
  const { speed } = notRecomputable;
  const judged =
    receipt.kind === 'check' || base === null
      ? await checkWith(bench, candidate, base, request.goals, context, speed)
      : await judgeWith(
          bench,
          new Map(),
          { target: bench.target.name, base, candidate, ...request },
          context,
          speed,
        );
  return ReceiptSchema.parse(judged.receipt);
}

function recordedDraws(receipt: Receipt): JudgeContext['draw'] {
  const draws = [...receipt.baseDraws, ...receipt.evidence.flatMap((e) => e.draws)];
  return async (tree, stage) => {
    const found = draws.find((d) => d.tree === tree && d.stage === stage);
    if (!found)
      throw new Diverged(`The stages went another way: no draw is recorded for ${tree} in stage ${stage}.`);
    return Buffer.from(found.bytes, 'hex');
  };
}

function freshDraws(): JudgeContext['draw'] {
  const drawn = new Map<string, Uint8Array>();
  return async (tree, stage) => {
    const key = `${tree} ${stage}`;
    const bytes = drawn.get(key) ?? randomBytes(32);
    drawn.set(key, bytes);
    return bytes;
  };
}
