import { z } from 'zod';
import type { Json } from '../base/json.ts';
import type { Verdict } from '../judge/types.ts';
import type { JournalLine, RecordedError, Stored, Syscall } from '../kernel/types.ts';
import type { ModelReply, Used } from '../models/types.ts';
import { modelKindSchema, parseNote } from '../programs/notes.ts';
import type { WorkspaceResults } from '../workspace/types.ts';
import { readNote } from './fold-notes.ts';
import {
  type FoldState,
  type ProcessState,
  processOf,
  type Result,
  type SessionSource,
  setResult,
} from './fold-state.ts';
import { outcomeOf, verdictView } from './verdict.ts';
import { addCosts, type ClaimView, type Cost, noCost, type ProposalView, type SessionView } from './view.ts';

const aboutSchema = z.object({
  workspace: z.string().nullish().catch(null),
  base: z.string().nullish().catch(null),
  branch: z.string().nullish().catch(null),
  target: z.string().nullish().catch(null),
  intro: z.string().nullish().catch(null),
  model: z.object({ id: z.string(), kind: modelKindSchema }).nullish().catch(null),
  imported: z
    .object({
      original: z.string(),
      name: z.string(),
      format: z.string(),
      byline: z
        .object({ session: z.string(), program: z.string(), model: z.string(), kind: modelKindSchema })
        .nullable(),
    })
    .nullish()
    .catch(null),
});

const argsSchema = z.object({
  title: z.string().nullish().catch(null),
  commit: z.string().nullish().catch(null),
  model: z.object({ id: z.string(), kind: modelKindSchema }).nullish().catch(null),
});

/** Reads a journal once, from its first line to its last. Lines it cannot use are passed over, never guessed at. */
export function fold(source: SessionSource): SessionView {
  const { lines } = source;
  const first = lines[0];
  const start = first?.type === 'start' ? first : null;
  const about = aboutSchema.safeParse(start?.about ?? {}).data ?? {};
  const args = argsSchema.safeParse(start?.args ?? {}).data ?? {};
  const state: FoldState = {
    source,
    entries: [],
    proposals: [],
    judged: [],
    processes: new Map(),
    seconds: new Map(),
    met: new Set(),
    usage: noCost,
    repaid: 0,
    resumes: 0,
    budget: null,
    status: source.alive ? 'running' : 'interrupted',
  };
  for (const line of lines) readLine(state, line);

  return {
    id: start?.session ?? '',
    title: args.title ?? (start === null ? 'A session without a start' : `${start.program} session`),
    intro: about.intro ?? '',
    program: start?.program ?? '',
    target: about.target ?? 'engine',
    model: args.model ?? about.model ?? { id: 'none', kind: 'recorded' },
    workspace: about.workspace ?? null,
    base: about.base ?? args.commit ?? null,
    branch: about.branch ?? null,
    status: state.status,
    startedAt: first?.at ?? 0,
    lastAt: lines.at(-1)?.at ?? 0,
    resumes: state.resumes,
    events: lines.length,
    head: lines.at(-1)?.hash ?? '',
    budget: state.budget,
    entries: state.entries,
    proposals: state.proposals,
    goalsMet: [...state.met].sort(),
    accepted: state.proposals.filter((p) => p.outcome === 'landed' || p.outcome === 'accepted').length,
    unmeasured: state.proposals.filter((p) => p.outcome === 'unmeasured').length,
    refused: refusals(state.proposals),
    usage: { ...state.usage, repaid: state.repaid, byKind: Object.fromEntries(state.seconds) },
    judged: state.judged,
    imported: about.imported ?? null,
  };
}

function readLine(state: FoldState, line: JournalLine): void {
  switch (line.type) {
    case 'result':
      readResult(state, line);
      return;
    case 'resume':
      state.resumes += 1;
      state.repaid += line.repaid;
      state.budget = line.budget;
      state.status = state.source.alive ? 'running' : 'interrupted';
      return;
    case 'end':
      state.status = line.reason;
      return;
    case 'start':
    case 'intent':
    case 'draw':
    case 'exit':
      return;
  }
}

function readResult(state: FoldState, line: Result): void {
  state.seconds.set(line.kind, (state.seconds.get(line.kind) ?? 0) + line.seconds);
  // The other kinds say nothing that a reading shows; not loading them keeps a long journal quick to read.
  if (!['model', 'tool', 'judge', 'workspace', 'note'].includes(line.kind)) return;
  const process = processOf(state, line.pid);
  if (line.outcome.ok && line.purpose !== undefined) {
    // A prompt is large, and nothing is told of it.
    const reply = state.source.load(line.outcome.value) as unknown as ModelReply;
    readReply(state, process, line, line.purpose, reply);
    return;
  }
  const call = state.source.load(line.args) as unknown as Syscall;
  if (!line.outcome.ok) {
    readFailure(state, process, line, call, line.outcome.error);
    return;
  }
  const { value } = line.outcome;
  switch (call.kind) {
    case 'model':
      readReply(state, process, line, call.purpose, state.source.load(value) as unknown as ModelReply);
      return;
    case 'tool':
      if (call.name === 'claim') readClaim(process, call.args, state.source.load(value));
      return;
    case 'workspace':
      if (call.call.op === 'apply') {
        const applied = state.source.load(value) as unknown as WorkspaceResults['apply'];
        if (applied.ok) setEdit(process, applied);
      } else if (call.call.op === 'accept') {
        if (process.proposal !== null) process.proposal.parent = call.call.commit;
      } else if (call.call.op === 'freeze') {
        process.pendingEdit = state.source.load(value) as unknown as WorkspaceResults['freeze'];
      }
      return;
    case 'judge':
      readVerdict(state, process, line, call.call.goals, value);
      return;
    case 'note': {
      const note = parseNote(call.topic, call.data);
      if (note !== null) readNote(state, process, line, note);
      return;
    }
    default:
      return;
  }
}

function readFailure(
  state: FoldState,
  process: ProcessState,
  line: Result,
  call: Syscall,
  error: RecordedError,
): void {
  // A tool's failure is its claim's: the program notes it with the claim's badge.
  if (call.kind === 'tool') return;
  if (call.kind === 'model' && error.used !== undefined) {
    addCost(state, process, call.purpose, { ...costOf(error.used, 1), seconds: line.seconds });
  }
  const what = call.kind === 'model' ? `model (${call.purpose})` : call.kind;
  state.entries.push({ kind: 'failure', at: line.at, call: what, message: error.message });
}

function readReply(
  state: FoldState,
  process: ProcessState,
  line: Result,
  purpose: string,
  reply: ModelReply,
): void {
  addCost(state, process, purpose, { ...costOf(reply, reply.attempts), seconds: line.seconds });
  if (reply.lost !== undefined) addCost(state, process, purpose, costOf(reply.lost, 0));
  const message = shortOf(reply.stop);
  if (message !== null)
    state.entries.push({ kind: 'failure', at: line.at, call: `model (${purpose})`, message });
}

function costOf({ usage, cost }: Used, calls: number): Cost {
  const { input, cachedInput, output } = usage;
  const price = { dollars: cost ?? 0, unpriced: cost === null ? 1 : 0 };
  return { calls, input, cachedInput, output, ...price, seconds: 0 };
}

function addCost(state: FoldState, process: ProcessState, purpose: string, cost: Cost): void {
  state.usage = addCosts(state.usage, cost);
  if (purpose === 'explain' || purpose === 'correct') {
    if (process.question !== null) process.question.cost = addCosts(process.question.cost, cost);
  } else if (purpose === 'repair' && process.proposal !== null) {
    process.proposal.cost = addCosts(process.proposal.cost, cost);
  } else {
    process.pending = addCosts(process.pending, cost);
  }
}

function shortOf(stop: ModelReply['stop']): string | null {
  if (stop === 'refusal') return 'the model refused to answer';
  return stop === 'length' ? 'the reply was cut by the token limit' : null;
}

function readClaim(process: ProcessState, args: Json, value: Json): void {
  const { index } = (args ?? {}) as { index?: number };
  const claim = process.question?.answers.at(-1)?.claims[index ?? -1];
  if (claim !== undefined) setResult(claim, value as unknown as Pick<ClaimView, 'badge' | 'why' | 'printed'>);
}

function setEdit(process: ProcessState, edit: { diff: string; tree: string; format: string }): void {
  if (process.proposal === null) {
    process.pendingEdit = edit;
    return;
  }
  process.proposal.diff = edit.diff;
  process.proposal.candidate = edit.tree;
  process.proposal.format = edit.format;
}

function readVerdict(
  state: FoldState,
  process: ProcessState,
  line: Result,
  goals: readonly string[],
  value: Stored,
): void {
  const verdict = state.source.load(value) as unknown as Verdict;
  const { proposal } = process;
  state.judged.push({
    seq: line.seq,
    number: proposal?.number ?? null,
    accepted: verdict.accepted,
    receiptId: verdict.receiptId,
    value,
  });
  state.usage = addCosts(state.usage, { ...noCost, seconds: line.seconds });
  if (proposal === null) return;
  proposal.verdict = verdictView(verdict, goals);
  proposal.outcome = outcomeOf(verdict);
  proposal.cost = addCosts(proposal.cost, { ...noCost, seconds: line.seconds });
}

function refusals(proposals: readonly ProposalView[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const proposal of proposals) {
    const reason = refusalOf(proposal);
    if (reason !== null) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

/** Why a proposal did not land: an apply reason, the family of the first check that failed, or the stage. */
export function refusalOf(proposal: ProposalView): string | null {
  if (proposal.outcome === 'not applied') return proposal.applyFailures.at(-1)?.reason ?? 'not applied';
  if (proposal.outcome !== 'refused' || proposal.verdict === null) return null;
  return proposal.verdict.refusedBy ?? (proposal.verdict.stage || 'refused');
}
