import { randomBytes } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { canonical } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import type { Verdict } from '../judge/types.ts';
import { readBlob, storeBlob } from '../kernel/index.ts';
import type { JudgeCall } from '../kernel/types.ts';
import type { RebuiltCommit, Workspace } from '../workspace/index.ts';
import { hunkVariants } from './hunks.ts';
import {
  type Decision,
  decisionsOf,
  type Ledger,
  lastRebuilt,
  openLedger,
  type Rebuilt,
  standingOf,
} from './ledger.ts';
import type { Session } from './open.ts';
import { costDocument, type ReviewDocument } from './reports.ts';
import { fence } from './sanitise.ts';
import type { ProposalView } from './view.ts';

/** What rebuilding a branch needs of the world. */
export interface ReviewDevices {
  readonly workspace: Pick<Workspace, 'perform' | 'head'>;
  /** Judges trees; draws come from the review's own record. */
  judge(call: JudgeCall, draw: (tree: string, stage: string) => Promise<Uint8Array>): Promise<Verdict>;
  /** Makes commits and moves nothing: `chainCommits` of the session's repository. */
  chain(onto: string, commits: readonly RebuiltCommit[]): Promise<readonly string[]>;
  /** Compare-and-swap of the session's branch: `moveBranch`. Says where it stands. */
  move(from: string, to: string): Promise<string>;
  onProgress?(text: string): void;
}

type Landed = ProposalView & { readonly landed: NonNullable<ProposalView['landed']> };
type Fate = Rebuilt['diffs'][number];

/** Each accepted diff with its question, its verdict before and after, its cost, and what became of it. */
export function reviewDocument(session: Session): ReviewDocument {
  const { view } = session;
  const { entries } = ledgerOf(session);
  const decisions = decisionsOf(entries);
  const rebuilt = lastRebuilt(entries);
  const landed = landedOf(session);
  return {
    session: view.id,
    branch: view.branch,
    unmeasured: view.proposals
      .filter((proposal) => proposal.outcome === 'unmeasured')
      .map(({ number, title, verdict }) => ({ number, title, reasons: [...(verdict?.reasons ?? [])] })),
    head: rebuilt?.to ?? landed.at(-1)?.landed.commit ?? view.base,
    diffs: landed.map((proposal) => {
      const fate = rebuilt?.diffs.find((diff) => diff.number === proposal.number);
      const decision = decisions.get(proposal.number);
      const state =
        decision === 'drop'
          ? 'dropped'
          : fate?.state === 'lost'
            ? 'lost'
            : decision === 'keep'
              ? 'kept'
              : 'undecided';
      return {
        number: proposal.number,
        title: proposal.title,
        goals: [...proposal.landed.goals],
        question: proposal.question,
        state,
        why: fate?.why ?? null,
        rows: (proposal.verdict?.rows ?? []).map((row) => ({ ...row })),
        commit: state === 'dropped' || state === 'lost' ? null : (fate?.commit ?? proposal.landed.commit),
        receiptId: fate?.receiptId ?? proposal.verdict?.receiptId ?? '',
        diff: proposal.diff ?? '',
        cost: costDocument(proposal.cost),
      };
    }),
  };
}

/** Marks an accepted diff as kept, or drops it: then the branch is rebuilt from what is kept, and judged again. */
export async function decide(
  session: Session,
  number: number,
  choice: 'keep' | 'drop',
  devices: ReviewDevices,
): Promise<ReviewDocument> {
  if (!landedOf(session).some((proposal) => proposal.number === number)) {
    throw new UserError(
      'usage',
      `Proposal ${number} of ${session.view.id} was not accepted`,
      '`vibegrad review` lists those that were.',
    );
  }
  const ledger = ledgerOf(session);
  refuseRunning(session);
  const fate = lastRebuilt(ledger.entries)?.diffs.find((diff) => diff.number === number);
  if (choice === 'keep' && fate?.state === 'lost' && decisionsOf(ledger.entries).get(number) !== 'drop') {
    throw new UserError(
      'usage',
      `Proposal ${number} cannot be kept: without what was dropped it no longer holds: ${oneLine(fate.why ?? '')}`,
      '`vibegrad review --undo` takes the last decision back.',
    );
  }
  await finishMove(ledger, devices);
  ledger.append({ type: 'decision', number, choice });
  return settle(session, ledger, devices);
}

/** The decision that an undo would take back; null where none is left. */
export function lastDecision(session: Session): Decision | null {
  return standingOf(ledgerOf(session).entries).at(-1) ?? null;
}

/** Takes the last decision back. @throws UserError when there is none */
export async function undo(session: Session, devices: ReviewDevices): Promise<ReviewDocument> {
  const ledger = ledgerOf(session);
  if (decisionsOf(ledger.entries).size === 0) {
    throw new UserError('usage', `No decision on ${session.view.id} is left to take back`);
  }
  refuseRunning(session);
  await finishMove(ledger, devices);
  ledger.append({ type: 'undo' });
  return settle(session, ledger, devices);
}

function ledgerOf(session: Session): Ledger {
  return openLedger(session.dir, session.source.lines[0]?.hash ?? '');
}

function refuseRunning(session: Session): void {
  if (!session.source.alive) return;
  throw new UserError('session', `${session.view.id} is being run`, 'Wait until it has ended, or stop it.');
}

function landedOf(session: Session): Landed[] {
  return session.view.proposals.filter((proposal): proposal is Landed => proposal.landed !== null);
}

/** A run that was killed between recording a rebuild and moving the branch left the move to us. */
async function finishMove(ledger: Ledger, devices: ReviewDevices): Promise<void> {
  const last = lastRebuilt(ledger.entries);
  if (last !== null && last.from !== last.to && (await devices.workspace.head()) === last.from) {
    await devices.move(last.from, last.to);
  }
}

/** Brings the branch in line with the decisions, where it is not. */
async function settle(session: Session, ledger: Ledger, devices: ReviewDevices): Promise<ReviewDocument> {
  const landed = landedOf(session);
  const decisions = decisionsOf(ledger.entries);
  const dropped = new Set(landed.map((p) => p.number).filter((n) => decisions.get(n) === 'drop'));
  const last = lastRebuilt(ledger.entries);
  const before = last === null ? [] : last.diffs.map((diff) => diff.number);
  const kept = landed.filter((proposal) => !dropped.has(proposal.number));
  const wanted = kept.map((proposal) => proposal.number);
  const now = last === null ? landed.map((proposal) => proposal.number) : before;
  if (wanted.join() !== now.join()) {
    const from = last?.to ?? landed.at(-1)?.landed.commit ?? '';
    await rebuild(session, ledger, devices, { landed, dropped, from });
  }
  return reviewDocument(session);
}

interface Plan {
  readonly landed: readonly Landed[];
  readonly dropped: ReadonlySet<number>;
  /** Where the branch stands. */
  readonly from: string;
}

async function rebuild(session: Session, ledger: Ledger, devices: ReviewDevices, plan: Plan): Promise<void> {
  await refuseForeign(session, devices, plan);
  const first = plan.landed.findIndex((proposal) => plan.dropped.has(proposal.number));
  const intact = first === -1 ? plan.landed : plan.landed.slice(0, first);
  const later = plan.landed.slice(intact.length).filter((proposal) => !plan.dropped.has(proposal.number));
  const onto = intact.at(-1)?.landed.commit ?? plan.landed[0]?.parent ?? '';

  // Before the first dropped diff nothing changes: those commits and their receipts stand.
  const fates: Fate[] = intact.map((proposal) => ({
    number: proposal.number,
    state: 'kept',
    why: null,
    commit: proposal.landed.commit,
    receiptId: proposal.verdict?.receiptId ?? null,
  }));
  const chain: { commit: RebuiltCommit; fate: Fate }[] = [];
  let tree = intact.at(-1)?.landed.tree ?? (await treeOf(onto, devices));
  for (const proposal of later) {
    devices.onProgress?.(`proposal ${proposal.number}: applied and judged again`);
    const again = await holds(session, ledger, devices, proposal, tree);
    const fate: Fate = {
      number: proposal.number,
      state: again.ok ? 'kept' : 'lost',
      why: again.ok ? null : again.why,
      commit: null,
      receiptId: again.ok ? again.verdict.receiptId : null,
    };
    fates.push(fate);
    if (!again.ok) continue;
    tree = again.verdict.tree;
    chain.push({ commit: commitOf(session, proposal, again.verdict), fate });
  }
  const commits = await devices.chain(
    onto,
    chain.map(({ commit }) => commit),
  );
  for (const [i, { fate }] of chain.entries()) fate.commit = commits[i] ?? null;
  const to = commits.at(-1) ?? onto;
  ledger.append({ type: 'rebuilt', from: plan.from, to, diffs: fates });
  const stands = await devices.move(plan.from, to);
  if (stands !== to) throw moved(session, stands, plan.from);
}

/** Somebody else's commit on the branch would be lost by a rebuild; that is theirs to decide. */
async function refuseForeign(session: Session, devices: ReviewDevices, plan: Plan): Promise<void> {
  const head = await devices.workspace.head();
  if (head !== plan.from) throw moved(session, head, plan.from);
  for (const [i, proposal] of plan.landed.entries()) {
    const before = plan.landed[i - 1]?.landed.commit;
    if (proposal.parent === null || (before !== undefined && proposal.parent !== before)) {
      throw new UserError(
        'session',
        `The commit before proposal ${proposal.number} (${proposal.landed.commit.slice(0, 12)}) is not this session's`,
        'Drop the diff by hand: git revert on the branch.',
      );
    }
  }
}

function moved(session: Session, stands: string, expected: string): UserError {
  return new UserError(
    'session',
    `The branch ${session.view.branch ?? ''} stands at ${stands.slice(0, 12) || 'no commit'}, not at ${expected.slice(0, 12)}: somebody moved it`,
    'Move it back, or revert the diff by hand.',
  );
}

async function treeOf(commit: string, devices: ReviewDevices): Promise<string> {
  return (await devices.workspace.perform({ op: 'read', commit })).tree;
}

/** Whether a diff still applies to a tree, and is still accepted there. A tree that was judged keeps its verdict. */
async function holds(
  session: Session,
  ledger: Ledger,
  devices: ReviewDevices,
  proposal: Landed,
  base: string,
): Promise<{ ok: true; verdict: Verdict } | { ok: false; why: string }> {
  const { landed } = proposal;
  // What landed may be less than what was proposed: shrinking took hunks out.
  const { diff } = await devices.workspace.perform({
    op: 'diff',
    from: proposal.parent ?? '',
    to: landed.commit,
  });
  const applied = await applyHunks(devices, base, diff);
  if (!applied.ok) return applied;
  const call: JudgeCall = {
    base,
    candidate: applied.tree,
    goals: landed.goals,
    attempts: {},
    shrink: false,
    ...(proposal.verdict?.size === undefined ? {} : { metric: 'size' as const }),
  };
  const known = ledger.entries.find(
    (entry) => entry.type === 'verdict' && entry.base === base && entry.candidate === applied.tree,
  );
  if (known?.type === 'verdict') return verdictOr(readVerdict(session.dir, known.blob));
  const verdict = await devices.judge(call, (tree, stage) => drawn(ledger, tree, stage));
  // The receipt is a blob of its own, so that its id, which the commit names, leads to it.
  const receipt = { blob: storeBlob(session.dir, canonical(verdict.receipt)) };
  ledger.append({
    type: 'verdict',
    base,
    candidate: applied.tree,
    blob: storeBlob(session.dir, canonical({ ...verdict, receipt } as unknown as Json)),
  });
  return verdictOr(verdict);
}

/** Hunk by hunk: with what stood around it when it was made, else with as much of that as still does. */
async function applyHunks(
  devices: ReviewDevices,
  base: string,
  diff: string,
): Promise<{ ok: true; tree: string } | { ok: false; why: string }> {
  let tree = base;
  for (const variants of hunkVariants(diff)) {
    let why: string | null = null;
    let next: string | null = null;
    for (const variant of variants) {
      const applied = await devices.workspace.perform({
        op: 'apply',
        commit: tree,
        format: 'unified-diff',
        text: fence(variant, 'diff'),
      });
      if (applied.ok) {
        next = applied.tree;
        break;
      }
      why ??= applied.failure.message;
    }
    if (next === null) return { ok: false, why: why ?? 'it changes nothing' };
    tree = next;
  }
  return tree === base ? { ok: false, why: 'it changes nothing' } : { ok: true, tree };
}

function verdictOr(verdict: Verdict): { ok: true; verdict: Verdict } | { ok: false; why: string } {
  return verdict.accepted
    ? { ok: true, verdict }
    : { ok: false, why: verdict.reasons[0] ?? `refused at ${verdict.stage}` };
}

function readVerdict(dir: string, blob: string): Verdict {
  return JSON.parse(readBlob(dir, blob).toString('utf8')) as Verdict;
}

/** Recorded and synced before it is used; never redrawn. */
async function drawn(ledger: Ledger, tree: string, stage: string): Promise<Uint8Array> {
  const known = ledger.entries.find(
    (entry) => entry.type === 'draw' && entry.tree === tree && entry.stage === stage,
  );
  if (known?.type === 'draw') return Buffer.from(known.bytes, 'hex');
  const bytes = randomBytes(32);
  ledger.append({ type: 'draw', tree, stage, bytes: bytes.toString('hex') });
  return bytes;
}

function commitOf(session: Session, proposal: Landed, verdict: Verdict): RebuiltCommit {
  const names = proposal.landed.goals.map((id) => id.slice(id.indexOf('/') + 1));
  return {
    tree: verdict.tree,
    subject: oneLine(
      names.length === 0 ? `Improve the engine: ${proposal.title}` : `Teach the engine ${names.join(', ')}`,
      100,
    ),
    body: oneLine(proposal.title),
    trailers: {
      'Vibegrad-Session': session.view.id,
      'Vibegrad-Receipt': verdict.receiptId,
      'Vibegrad-Journal': session.view.head,
    },
  };
}
