import { drawFrom } from '../checks/draw.ts';
import type { Draw } from '../checks/types.ts';
import { random } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';

/** How the question before a proposal is chosen. */
export const POLICIES = ['none', 'fixed', 'round-robin', 'bandit'] as const;
export type Policy = (typeof POLICIES)[number];

/** A kind of question that is asked before proposals, and what came of those that it was asked before. */
export interface Arm {
  readonly kind: string;
  /** `{{aim}}` stands for what the proposal is about. */
  readonly question: string;
  accepted: number;
  refused: number;
}

/** An arm, and why it was chosen. */
export interface Choice {
  readonly arm: Arm;
  readonly why: string;
}

/** Each kind in its turn. `before`: how many questions were chosen before this one. */
export function inTurn(arms: readonly [Arm, ...Arm[]], before: number): Choice {
  const at = before % arms.length;
  const arm = arms[at]!;
  return { arm, why: `${arm.kind} is number ${at + 1} of ${arms.length} kinds that take turns` };
}

/**
 * Thompson sampling with rewards of 0 and 1: for each arm a chance of acceptance is drawn from its posterior,
 * Beta(1 + accepted, 1 + refused), and the arm with the largest is asked (W. R. Thompson, Biometrika 25, 1933; Chapelle and
 * Li, An Empirical Evaluation of Thompson Sampling, NIPS 2011, algorithm 2). 32 random bytes of the kernel decide.
 */
export function* bySampling(arms: readonly [Arm, ...Arm[]]): Program<Choice> {
  const bytes = yield* random(32);
  const draw = drawFrom(Buffer.from(bytes, 'hex'), 'policy', 'bandit');
  const drawn = arms
    .map((arm) => ({ arm, chance: beta(draw, 1 + arm.accepted, 1 + arm.refused) }))
    .sort((a, b) => b.chance - a.chance);
  const [best, next] = drawn;
  const told = ({ arm, chance }: (typeof drawn)[number]) =>
    `${arm.kind}, ${chance.toFixed(3)} from ${arm.accepted} accepted of ${arm.accepted + arm.refused}`;
  return {
    arm: best!.arm,
    why: `the largest chance was drawn for ${told(best!)}${next === undefined ? '' : `; next came ${told(next)}`}`,
  };
}

/** A draw of Beta(a, b) with whole a and b: of a + b − 1 uniform numbers the a-th smallest. */
export function beta(draw: Draw, a: number, b: number): number {
  const uniforms = Float64Array.from({ length: a + b - 1 }, () => uniform(draw));
  return uniforms.sort()[a - 1]!;
}

/** Between 0 and 1 with 52 random bits. */
function uniform(draw: Draw): number {
  const high = draw.uint32();
  return (high * 2 ** 20 + (draw.uint32() >>> 12) + 0.5) / 2 ** 52;
}
