import { UserError } from '../base/errors.ts';
import type { Target, Tested } from '../checks/types.ts';
import type { BaseFacts } from './base-facts.ts';
import type { DrawRecord } from './draws.ts';
import type { GoalState, Outcome, Planned } from './evaluate.ts';
import type { SpeedResult } from './speed.ts';
import type { Counterexample, FrozenTree, Metric, Stage } from './types.ts';

export interface RulingRequest {
  readonly base: FrozenTree;
  readonly candidate: FrozenTree;
  /** The goals that the proposal names. */
  readonly goals: readonly string[];
  readonly metric?: Metric;
  /** Which proposal of its session this is, from 1: see attempts.ts. */
  readonly attempt: number;
  /** What the base meets; asked for once the static stage is passed. */
  facts(): Promise<BaseFacts>;
  /** Cases that must hold before anything is drawn: what shrinking asks of what it leaves. */
  readonly first?: readonly Planned[];
  /** Timings that were recorded, in place of new ones. */
  readonly speed?: readonly SpeedResult[];
}

/** What the stages found out about one tree. */
export interface Ruling {
  readonly accepted: boolean;
  /** Where it ended. */
  readonly stage: Stage;
  readonly reasons: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Outcomes that a refusal is about. */
  readonly blamed: readonly Outcome[];
  /** Where a drawn program refused it: the smallest that fails. */
  readonly smallest?: Counterexample | null;
  readonly goals: readonly { readonly id: string; readonly before: boolean; readonly after: boolean }[];
  /** Goals whose whole evidence belongs into a receipt: the named ones, and what is newly met or newly wrong. */
  readonly fresh: readonly string[];
  readonly states: ReadonlyMap<string, GoalState>;
  readonly draws: readonly DrawRecord[];
  readonly speed: readonly SpeedResult[];
  /** What the repository's own tests said, where they were asked. */
  readonly tested?: Tested;
}

/** @throws UserError when a goal is named that the target has not. */
export function requireGoals(target: Target, named: readonly string[]): void {
  for (const name of named) {
    if (target.goals.some((goal) => goal.id === name)) continue;
    throw new UserError('usage', `There is no goal ${JSON.stringify(name)}.`, '`vibegrad goals` lists them.');
  }
}

/** A refusal before anything was run: of what the base or the tree meets, nothing was asked. */
export function refusedUnrun(reasons: readonly string[]): Ruling {
  return {
    accepted: false,
    stage: 'static',
    reasons,
    outcomes: [],
    blamed: [],
    goals: [],
    fresh: [],
    states: new Map(),
    draws: [],
    speed: [],
  };
}
