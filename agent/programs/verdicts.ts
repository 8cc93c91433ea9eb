import type { Json } from '../base/json.ts';
import type { Verdict } from '../judge/types.ts';
import { judge, note, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import type { Applied } from './propose.ts';
import type { Work } from './work.ts';

/** What judging reads and changes of a session. */
export interface Head {
  commit: string;
  tree: string;
  met: ReadonlySet<string>;
  readonly attempts: ReadonlyMap<string, number>;
  /** Proposals so far, the one in hand included. */
  readonly proposals: number;
  accepted: number;
  unmeasured: number;
}

/** Judges a frozen tree and, where it is accepted, lands it. A base that moved in between is judged again. */
export function* judged(
  state: Head,
  shrink: boolean,
  number: number,
  work: Work,
  applied: Applied,
): Program<Verdict> {
  let current = applied;
  for (;;) {
    const verdict = yield* judge({
      base: state.tree,
      candidate: current.tree,
      goals: work.goals.map((goal) => goal.id),
      attempts: Object.fromEntries(work.keys.map((key) => [key, state.attempts.get(key) ?? 0])),
      attempt: state.proposals,
      shrink,
      ...(work.metric === undefined ? {} : { metric: work.metric }),
    });
    yield* noteVerdict(number, verdict);
    if (!verdict.accepted) {
      if (verdict.unmeasured === true) state.unmeasured += 1;
      const what = verdict.unmeasured === true ? 'is unmeasured' : 'was refused';
      const why = (verdict.reasons[0] ?? verdict.stage).replace(/^Unmeasured: /, '');
      yield* note('observation', { text: `Proposal ${number} ${what}: ${why}`, by: 'workbench' });
      return verdict;
    }

    const gained = verdict.goals.filter((goal) => goal.after && !goal.before).map((goal) => goal.id);
    const landed = yield* workspace({
      op: 'accept',
      commit: state.commit,
      tree: verdict.tree,
      subject: subjectOf(work, gained, verdict),
      body: applied.summary,
      trailers: { 'Vibegrad-Receipt': verdict.receiptId },
    });
    if (landed.ok) {
      state.commit = landed.commit;
      state.tree = verdict.tree;
      state.met = new Set([...state.met, ...verdict.goals.filter((g) => g.after).map((g) => g.id)]);
      state.accepted += 1;
      yield* note('landed', { number, commit: landed.commit, tree: verdict.tree, goals: gained });
      return verdict;
    }

    // Somebody moved the branch: what lands must be what was judged, so apply there and judge that.
    state.commit = landed.moved;
    state.tree = (yield* workspace({ op: 'read', commit: landed.moved })).tree;
    const again = yield* workspace({
      op: 'apply',
      commit: landed.moved,
      format: applied.format,
      text: applied.text,
    });
    if (!again.ok) {
      yield* note('apply-failure', { number, reason: again.failure.reason, message: again.failure.message });
      return {
        ...verdict,
        accepted: false,
        reasons: [`the branch moved, and there ${again.failure.message}`],
      };
    }
    current = { ...applied, tree: again.tree, worktree: again.worktree };
  }
}

/** Says for the record what was decided of a proposal. */
export function* noteVerdict(number: number, verdict: Verdict): Program<void> {
  yield* note('verdict', {
    number,
    accepted: verdict.accepted,
    tree: verdict.tree,
    receiptId: verdict.receiptId,
    reasons: verdict.reasons,
    counterexample: verdict.counterexample as Json,
    ...(verdict.unmeasured === true ? { unmeasured: true } : {}),
  });
}

/** What a later prompt is told of a refusal: the reasons, and the smallest failing input with both numbers. */
export function describeFailure(verdict: Verdict): string {
  const example = verdict.counterexample;
  const where =
    example === null
      ? ''
      : ` Smallest failing input: ${example.label}: expected ${example.expected}, got ${example.got}.`;
  return `${verdict.reasons.join(' ')}${where}`;
}

function subjectOf({ goals }: Work, gained: readonly string[], { size }: Verdict): string {
  if (size !== undefined) return `Make the engine smaller: ${size.before} to ${size.after} ${size.unit}`;
  const timed = goals.filter((goal) => goal.speed !== undefined).map((goal) => goal.speed!.name);
  if (timed.length > 0) return `Make the gradient of ${timed.join(', ')} faster`;
  const names = gained.map((id) => id.slice(id.indexOf('/') + 1));
  return names.length === 0 ? 'Improve the engine' : `Teach the engine ${names.join(', ')}`;
}
