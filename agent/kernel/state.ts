import type { Json } from '../base/json.ts';
import type { ModelReply, Used } from '../models/types.ts';
import type { Reserve } from './budget.ts';
import { loadStored } from './stored.ts';
import type { ExitReason, JournalLine, Spent, Stored, Syscall, SyscallKind } from './types.ts';

export type LineOf<T extends JournalLine['type']> = Extract<JournalLine, { readonly type: T }>;

export interface Exit {
  readonly pid: string;
  readonly reason: ExitReason;
  readonly outcome: Json;
}

export interface Mail {
  readonly from: string;
  readonly message: Json;
}

interface Intent {
  readonly pid: string;
  readonly kind: SyscallKind;
  readonly reserve: Reserve;
}

/** What a journal's lines add up to: all that a run needs to go on. */
export interface SessionState {
  start: LineOf<'start'> | null;
  last: JournalLine | null;
  /** (pid, call) → the result that counts. */
  readonly results: Map<string, LineOf<'result'>>;
  /** (tree, stage) → bytes in hex. */
  readonly draws: Map<string, string>;
  /** (base, candidate) → the verdict that was recorded first. */
  readonly verdicts: Map<string, Stored>;
  /** In the order in which processes ended. */
  readonly exits: Map<string, Exit>;
  /** Every process that was ever started. */
  readonly known: Set<string>;
  /** What was sent to a process and not yet received. */
  readonly mail: Map<string, Mail[]>;
  readonly memory: Map<string, Json>;
  /** (pid, call) → an intent of this run without a result. */
  readonly open: Map<string, Intent>;
  /** (pid, call) of intents that no earlier run lived to answer. */
  readonly abandoned: Set<string>;
  tokens: number;
  cost: number;
  iterations: number;
  lost: number;
  /** Milliseconds of earlier runs, and since when this one lasts. */
  lasted: number;
  since: number;
}

export const keyOf = (pid: string, call: number): string => `${pid}:${call}`;
export const drawKey = (tree: string, stage: string): string => JSON.stringify([tree, stage]);
export const verdictKey = (base: string, candidate: string): string => JSON.stringify([base, candidate]);

export function emptyState(): SessionState {
  return {
    start: null,
    last: null,
    results: new Map(),
    draws: new Map(),
    verdicts: new Map(),
    exits: new Map(),
    known: new Set([MAIN]),
    mail: new Map(),
    memory: new Map(),
    open: new Map(),
    abandoned: new Set(),
    tokens: 0,
    cost: 0,
    iterations: 0,
    lost: 0,
    lasted: 0,
    since: 0,
  };
}

/** Adds one line. The same step folds a journal that is read and follows one that is written. */
export function absorb(state: SessionState, dir: string, line: JournalLine): void {
  const before = state.last;
  state.last = line;
  switch (line.type) {
    case 'start':
      state.start = line;
      state.since = line.at;
      return;
    case 'intent':
      state.open.set(keyOf(line.pid, line.call), { pid: line.pid, kind: line.kind, reserve: line.reserve });
      return;
    case 'draw':
      state.draws.set(drawKey(line.tree, line.stage), line.bytes);
      return;
    case 'result':
      state.open.delete(keyOf(line.pid, line.call));
      state.results.set(keyOf(line.pid, line.call), line);
      absorbResult(state, dir, line);
      return;
    case 'exit':
      state.exits.set(line.pid, { pid: line.pid, reason: line.reason, outcome: line.outcome });
      for (const [key, intent] of state.open) if (intent.pid === line.pid) lose(state, key, intent);
      return;
    case 'resume':
      if (before !== null) state.lasted += Math.max(0, before.at - state.since);
      state.since = line.at;
      if (before !== null) giveUp(state, before);
      return;
    case 'end':
      return;
    default:
      line satisfies never;
  }
}

/**
 * What a resume takes for granted of the runs before it, the last line being `last`: nobody will answer
 * their open intents any more; and if an error that escaped ended them, its call is made again.
 */
export function giveUp(state: SessionState, last: JournalLine): void {
  for (const [key, intent] of state.open) lose(state, key, intent);
  if (last.type === 'end' && last.retry !== undefined) state.results.delete(keyOf(MAIN, last.retry));
}

/** The first process. Its children are `1.1`, `1.2`, …: names that do not depend on what runs beside them. */
export const MAIN = '1';

/** Model calls that a resume would begin again without knowing whether they were paid for. */
export function unsettledModelCalls(state: SessionState): number {
  return state.open
    .values()
    .filter((intent) => intent.kind === 'model')
    .toArray().length;
}

/** What was used up to a moment of this run (wall-clock milliseconds). */
export function spentAt(state: SessionState, now: number): Spent {
  return {
    tokens: state.tokens,
    cost: state.cost,
    iterations: state.iterations,
    lost: state.lost,
    seconds: (state.lasted + Math.max(0, now - state.since)) / 1000,
  };
}

/** What was used, and what calls in flight may come to use. */
export function withOpen(state: SessionState, spent: Spent): Spent {
  let { tokens, cost, iterations } = spent;
  for (const { kind, reserve } of state.open.values()) {
    tokens += reserve.tokens;
    cost += reserve.cost;
    if (kind === 'judge') iterations += 1;
  }
  return { ...spent, tokens, cost, iterations };
}

/** A call that was begun and whose end nobody recorded: what was reserved counts as spent. */
function lose(state: SessionState, key: string, intent: Intent): void {
  state.open.delete(key);
  state.abandoned.add(key);
  state.tokens += intent.reserve.tokens;
  state.cost += intent.reserve.cost;
  if (intent.kind === 'model') state.lost += 1;
}

function absorbResult(state: SessionState, dir: string, line: LineOf<'result'>): void {
  if (!line.outcome.ok) {
    const { used } = line.outcome.error;
    if (used !== undefined) absorbUsed(state, used);
    return;
  }
  const { value } = line.outcome;
  switch (line.kind) {
    case 'model': {
      const reply = loadStored(dir, value) as unknown as ModelReply;
      absorbUsed(state, reply);
      if (reply.lost !== undefined) absorbUsed(state, reply.lost);
      return;
    }
    case 'judge': {
      if (line.repeat) return;
      const { call } = callOf(dir, line, 'judge');
      state.iterations += 1;
      state.verdicts.set(verdictKey(call.base, call.candidate), value);
      return;
    }
    case 'memory': {
      const { op, key, value: entry } = callOf(dir, line, 'memory');
      if (op === 'set') state.memory.set(key, entry ?? null);
      return;
    }
    case 'send': {
      const { to, message } = callOf(dir, line, 'send');
      const box = state.mail.get(to);
      if (box === undefined) state.mail.set(to, [{ from: line.pid, message }]);
      else box.push({ from: line.pid, message });
      return;
    }
    case 'receive':
      state.mail.get(line.pid)?.shift();
      return;
    case 'spawn':
      state.known.add(loadStored(dir, value) as string);
      return;
    case 'tool':
    case 'workspace':
    case 'random':
    case 'now':
    case 'sleep':
    case 'wait':
    case 'approve':
    case 'note':
      return;
    default:
      line.kind satisfies never;
  }
}

function absorbUsed(state: SessionState, { usage, cost }: Used): void {
  state.tokens += usage.input + usage.output;
  state.cost += cost ?? 0;
}

function callOf<K extends SyscallKind>(
  dir: string,
  line: LineOf<'result'>,
  _kind: K,
): Extract<Syscall, { readonly kind: K }> {
  return loadStored(dir, line.args) as unknown as Extract<Syscall, { readonly kind: K }>;
}
