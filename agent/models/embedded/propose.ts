import { lackingOp, parseRules, type Rule, showRule } from '../../targets/engine/rule.ts';
import type { Task } from '../types.ts';
import { type LazyList, lazyList } from './lazy.ts';
import { type Bill, type Candidate, rulesFor, spent } from './rules.ts';

export interface Proposal {
  readonly candidates: readonly Candidate[];
  /** Everything that was evaluated, also for goals that stay unmet. */
  readonly evaluations: number;
}

type ProposeTask = Extract<Task, { kind: 'propose' }>;

/** How many of its rules a goal may pass over: refused ones, and ones that lean on a rule that nobody found. */
const MOST_TRIES = 12;

/** Rules for as many of the goals as can be found, and none that was refused: see `choose`. */
export async function proposeRules(task: ProposeTask, signal: AbortSignal): Promise<Proposal> {
  const refused = new Set(task.refused.map(refusedRules));
  const known = new Set([...task.ops, ...task.goals.map((goal) => goal.op)]);
  const bills: Bill[] = [];
  const searches = new Map<string, LazyList<Candidate>>();
  for (const goal of task.goals) {
    const bill: Bill = { meters: [] };
    bills.push(bill);
    searches.set(goal.op, lazyList(fresh(rulesFor(goal, known, bill, signal), refused)));
  }
  try {
    const candidates = await choose(searches, new Set(task.ops), refused);
    return { candidates, evaluations: bills.reduce((sum, bill) => sum + spent(bill), 0) };
  } finally {
    for (const search of searches.values()) await search.close();
  }
}

/**
 * The first rule of each op that has one, those that call each other together. Where exactly that was refused before:
 * the rules of one op and what they lean on, then the next rules in order of size. A rule that was refused by itself is
 * never proposed again.
 */
async function choose(
  searches: ReadonlyMap<string, LazyList<Candidate>>,
  engine: ReadonlySet<string>,
  refused: ReadonlySet<string>,
): Promise<readonly Candidate[]> {
  const first = await settle(searches, engine, new Map());
  if (first.size > 0 && !refused.has(keyOf([...first.values()]))) return [...first.values()];
  for (const op of searches.keys()) {
    for (let skip = 0; skip < MOST_TRIES; skip++) {
      const settled = skip === 0 ? first : await settle(searches, engine, new Map([[op, skip]]));
      if (!settled.has(op)) break;
      const closure = closureOf(op, settled, engine);
      if (!refused.has(keyOf(closure))) return closure;
    }
  }
  return [];
}

/** A proposal as one text: its rules, sorted. */
function keyOf(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ rule }) => showRule(rule))
    .sort()
    .join('\n');
}

function refusedRules(text: string): string {
  const parsed = parseRules(text);
  return parsed.ok ? parsed.rules.map(showRule).sort().join('\n') : '';
}

/** Without the rules that were refused by themselves. */
async function* fresh(
  source: AsyncIterable<Candidate>,
  refused: ReadonlySet<string>,
): AsyncGenerator<Candidate> {
  for await (const candidate of source) if (!refused.has(keyOf([candidate]))) yield candidate;
}

/**
 * One rule for each op, as early in its list as possible, so that whatever a rule leans on has a rule too or is in the
 * engine. `skip` says how many rules of an op to pass over.
 */
async function settle(
  searches: ReadonlyMap<string, LazyList<Candidate>>,
  engine: ReadonlySet<string>,
  skip: ReadonlyMap<string, number>,
): Promise<Map<string, Candidate>> {
  const settled = new Map<string, Candidate>();
  const next = new Map<string, number>();
  const advance = async (op: string, list: LazyList<Candidate>): Promise<void> => {
    const index = next.get(op) ?? skip.get(op) ?? 0;
    next.set(op, index + 1);
    const candidate = index < MOST_TRIES ? await list.at(index) : null;
    if (candidate === null) settled.delete(op);
    else settled.set(op, candidate);
  };
  for (const [op, list] of searches) await advance(op, list);
  for (let stable = false; !stable; ) {
    stable = true;
    for (const [op, { rule }] of settled) {
      if (leansOn(rule, engine).every((other) => settled.has(other))) continue;
      stable = false;
      await advance(op, searches.get(op)!);
    }
  }
  return settled;
}

/** The ops that a rule calls and that neither it nor the engine has. */
function leansOn(rule: Rule, engine: ReadonlySet<string>): string[] {
  const known = new Set([...engine, rule.name]);
  const lacking: string[] = [];
  for (const partial of rule.partials) {
    for (let op = lackingOp(partial, known); op !== null; op = lackingOp(partial, known)) {
      known.add(op);
      lacking.push(op);
    }
  }
  return lacking;
}

/** The rule of an op, and the rules that it leans on, step by step. */
function closureOf(
  op: string,
  settled: ReadonlyMap<string, Candidate>,
  engine: ReadonlySet<string>,
): Candidate[] {
  const taken = new Map<string, Candidate>();
  const open = [op];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const candidate = settled.get(next);
    if (candidate === undefined || taken.has(next)) continue;
    taken.set(next, candidate);
    open.push(...leansOn(candidate.rule, engine));
  }
  return [...taken.values()];
}
