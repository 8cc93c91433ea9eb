import type { Goal } from '../checks/types.ts';
import { note, tool, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { goalById } from '../targets/index.ts';
import type { Claim } from './answer.ts';
import type { ChatArgs } from './chat.ts';
import { propose } from './propose.ts';
import type { Trouble } from './reply.ts';
import { describeFailure, type Head, judged } from './verdicts.ts';
import { type Work, workOnGoals } from './work.ts';

/** What proposals of a chat go by. */
export interface Bench {
  readonly args: ChatArgs;
  /** The engine as it stands; read at the first proposal. */
  head: ChatHead | null;
  /** What held of the answers so far. */
  readonly verified: Claim[];
}

interface ChatHead extends Head {
  readonly attempts: Map<string, number>;
  proposals: number;
  readonly failures: string[];
  readonly refused: string[];
}

/**
 * One proposal for the engine of the folder: the person's own rule (`tanh: 1 - y*y`), or the model's for the goals that
 * are named; for the next unmet goal where none is. It is judged like any other, and lands where it is accepted.
 */
export function* proposeOne(bench: Bench, trouble: Trouble, text: string): Program<void> {
  const { args } = bench;
  const head = yield* headOf(bench);
  const rule = /^\s*([\w-]+)\s*(?:=[^:]*)?:\s*\S/.exec(text);
  const names = rule === null ? text.split(/[\s,]+/).filter((name) => name !== '') : [rule[1]!];
  const work = workFor(args, head, names);
  if (typeof work === 'string') {
    yield* note('observation', { text: work, by: 'workbench' });
    return;
  }
  head.proposals += 1;
  const number = head.proposals;
  for (const key of work.keys) head.attempts.set(key, (head.attempts.get(key) ?? 0) + 1);
  const applied =
    rule === null
      ? yield* propose({
          number,
          ...{ target: args.target, work, commit: head.commit, prompts: args.prompts, model: args.model },
          ...(args.paths ? { paths: args.paths } : {}),
          explanation: { tree: 'library', verified: bench.verified },
          ...{ failures: head.failures, refused: head.refused, hint: null, wish: null, trouble },
        })
      : yield* ownRule(head, work, number, text);
  if (!applied.ok) return;
  const verdict = yield* judged(head, false, number, work, applied.applied);
  if (verdict.accepted) return;
  head.failures.push(describeFailure(verdict));
  head.refused.push(applied.applied.text);
}

function* headOf(bench: Bench): Program<ChatHead> {
  if (bench.head !== null) return bench.head;
  const { commit } = bench.args;
  const { tree } = yield* workspace({ op: 'read', commit });
  bench.head = {
    ...{ commit, tree, met: new Set((yield* tool('goals-met', { tree })) as string[]) },
    ...{ attempts: new Map(), failures: [], refused: [], proposals: 0, accepted: 0, unmeasured: 0 },
  };
  return bench.head;
}

/** The goals that are meant, or what is wrong with them in a sentence. */
function workFor(args: ChatArgs, { met }: ChatHead, names: readonly string[]): Work | string {
  const open = args.goals
    .map(goalById)
    .filter((goal): goal is Goal => goal !== undefined)
    .filter(({ id, needs }) => !met.has(id) && needs.every((need) => met.has(need)));
  if (names.length === 0) return workOnGoals(open.slice(0, 1)) ?? 'Every goal is met.';
  const goals: Goal[] = [];
  for (const name of names) {
    const id = args.goals.find((each) => each === name || each.slice(each.indexOf('/') + 1) === name);
    const goal = id === undefined ? undefined : goalById(id);
    if (goal === undefined) return `There is no goal ${name}; vibegrad goals lists them.`;
    if (met.has(goal.id)) return `${goal.id} is met already.`;
    const missing = goal.needs.find((need) => !met.has(need));
    if (missing !== undefined) return `${goal.id} needs ${missing} first.`;
    goals.push(goal);
  }
  return workOnGoals(goals)!;
}

function* ownRule(head: ChatHead, work: Work, number: number, text: string): ReturnType<typeof propose> {
  yield* note('proposal', {
    ...{ number, goals: work.goals.map((goal) => goal.id), title: text.trim(), format: 'rule', hint: null },
  });
  const edit = `\`\`\`rule\n${text.trim()}\n\`\`\`\n`;
  const applied = yield* workspace({ op: 'apply', commit: head.commit, format: 'rule', text: edit });
  if (!applied.ok) {
    const { reason, message } = applied.failure;
    yield* note('apply-failure', { number, reason, message });
    return { ok: false, why: message };
  }
  const { tree, worktree, diff, format } = applied;
  return { ok: true, applied: { tree, worktree, diff, format, text: edit, summary: text.trim() } };
}
