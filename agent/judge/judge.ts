import { randomBytes } from 'node:crypto';
import { targetWhere } from '../targets/index.ts';
import { assemble } from './assemble.ts';
import { type BaseFacts, stateOfTree } from './base-facts.ts';
import { type Bench, benchFor } from './bench.ts';
import { checkWith } from './check.ts';
import { claimOracles } from './claim-oracles.ts';
import { runClaim } from './claims.ts';
import { type JudgeOptions, openBench } from './open.ts';
import { prepared } from './prepare.ts';
import type { RulingRequest } from './ruling.ts';
import { landedTrial, shrink } from './shrink.ts';
import type { SpeedResult } from './speed.ts';
import { rule } from './stages.ts';
import { readerOf } from './tree.ts';
import type { ClaimRequest, ClaimResult, FrozenTree, JudgeContext, JudgeRequest, Verdict } from './types.ts';

export interface Judge {
  /**
   * Judges a candidate against its base. A wrong, broken or hostile candidate is a verdict, not an error.
   * @throws UserError where the machine lacks something or a goal does not exist; the signal's reason when aborted.
   */
  judge(request: JudgeRequest, context: JudgeContext): Promise<Verdict>;
  /** The goals that a tree meets by itself, on a fresh random draw. @throws as `judge` does. */
  met(tree: FrozenTree, signal: AbortSignal): Promise<readonly string[]>;
  /** Runs a claim in a warm process. @throws OracleFailure with reason `aborted` when the signal says so */
  claim(request: ClaimRequest, signal: AbortSignal): Promise<ClaimResult>;
  close(): Promise<void>;
}

/** A judge keeps oracles and a compiler warm, and remembers what bases meet; verdicts may run two at a time. */
export function createJudge(options: JudgeOptions = {}): Judge {
  const { bench, close } = openBench(options);
  const known = new Map<string, Promise<BaseFacts>>();
  const oracles = claimOracles(bench.pool);
  return {
    judge: async (request, context) =>
      judgeWith(await benchFor(bench, request.target, request.base), known, request, context),
    met: async (tree, signal) => {
      const draw = async (): Promise<Uint8Array> => randomBytes(32);
      const target = await prepared(targetWhere(readerOf(tree)) ?? bench.target, tree);
      const { goals } = await checkWith({ ...bench, target }, tree, null, [], { draw, signal });
      return goals.filter((goal) => goal.state === 'met').map((goal) => goal.id);
    },
    claim: (request, signal) => runClaim(request, { signal, oracles, pythons: bench.pythons }),
    close: async () => {
      await oracles.close();
      await close();
    },
  };
}

/** Judges on a bench that is open already. `speed` holds recorded timings that stand in for new ones. */
export async function judgeWith(
  bench: Bench,
  known: Map<string, Promise<BaseFacts>>,
  request: JudgeRequest,
  context: JudgeContext,
  speed?: readonly SpeedResult[],
): Promise<Verdict> {
  const start = performance.now();
  let facts: BaseFacts | null = null;
  const asked: RulingRequest = {
    base: request.base,
    candidate: request.candidate,
    goals: request.goals,
    attempt: request.attempt ?? 1,
    ...(request.metric ? { metric: request.metric } : {}),
    facts: async () => (facts = await factsOf(bench, known, request.base, context)),
    ...(speed ? { speed } : {}),
  };
  const candidate = { tree: request.candidate, ruling: await rule(bench, asked, context) };
  // What makes a tree smaller is no hunk too many: without it the tree would only be larger again.
  const shrinks = request.shrink && request.metric === undefined;
  const shrunk =
    shrinks && candidate.ruling.accepted ? await shrink(bench, asked, candidate.ruling, context) : [];
  const landed = landedTrial(shrunk, candidate.ruling) ?? candidate;
  if (landed.ruling.accepted) {
    const { states, draws } = landed.ruling;
    known.set(
      factsKey(bench, landed.tree),
      Promise.resolve({ states, draws: draws.filter((d) => d.stage === 'full') }),
    );
  }
  return assemble(bench, {
    kind: 'verdict',
    base: request.base,
    baseDraws: (facts as BaseFacts | null)?.draws ?? [],
    goals: request.goals,
    attempts: request.attempts,
    ...(request.attempt ? { attempt: request.attempt } : {}),
    shrink: request.shrink,
    ...(request.metric ? { metric: request.metric } : {}),
    trials: [candidate, ...shrunk],
    landed,
    seconds: (performance.now() - start) / 1000,
  });
}

async function factsOf(
  bench: Bench,
  known: Map<string, Promise<BaseFacts>>,
  base: FrozenTree,
  context: JudgeContext,
): Promise<BaseFacts> {
  // Another verdict may be asking already; if it is aborted meanwhile, we ask ourselves.
  const key = factsKey(bench, base);
  const shared = await known.get(key)?.catch(() => null);
  if (shared) return shared;
  const facts = stateOfTree(bench, base, bench.limits.full.kept, context);
  known.set(key, facts);
  facts.catch(() => known.delete(key));
  return facts;
}

/** A tree can be judged as more than one target. */
const factsKey = ({ target }: Bench, tree: FrozenTree): string => `${target.name} ${tree.id}`;
