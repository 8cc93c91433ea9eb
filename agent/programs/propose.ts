import type { Goal, TargetName } from '../checks/types.ts';
import { note, tool, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch, type Message, type Task } from '../models/types.ts';
import { parseRules, rowsOf, showRule, visibleEdges } from '../targets/engine/rule.ts';
import { definition, engineTarget, targetNamed, visiblePoints } from '../targets/index.ts';
import type { EditFormat } from '../workspace/types.ts';
import type { Explanation } from './explain.ts';
import { askModel, type Trouble } from './reply.ts';
import { fill } from './template.ts';
import type { Work } from './work.ts';

export interface ProposeArgs {
  readonly number: number;
  readonly target: TargetName;
  /** Where rules are written and what a judge builds on, of a configured target. */
  readonly paths?: { readonly table: string; readonly contract: string };
  readonly work: Work;
  readonly commit: string;
  readonly prompts: { readonly [id: string]: string };
  readonly model: { readonly id: string; readonly kind: string };
  readonly explanation: Explanation | null;
  /** What the judge said of earlier tries at this work. */
  readonly failures: readonly string[];
  /** Edits already refused, as written. */
  readonly refused: readonly string[];
  readonly hint: string | null;
  readonly wish: string | null;
  readonly trouble: Trouble;
}

/** An edit that applied: a frozen tree. */
export interface Applied {
  readonly tree: string;
  readonly worktree: string;
  readonly diff: string;
  readonly format: EditFormat;
  readonly text: string;
  readonly summary: string;
}

/** What came of asking for an edit. `why` is for the next try; null where it would learn nothing from it. */
export type Proposed =
  | { readonly ok: true; readonly applied: Applied }
  | { readonly ok: false; readonly why: string | null };

/** Asks for an edit and applies it; an edit that does not apply goes back once with the reason. */
export function* propose(args: ProposeArgs): Program<Proposed> {
  const files = yield* workspace({ op: 'read', commit: args.commit });
  const target = args.paths ?? targetNamed(args.target) ?? engineTarget;
  const table = files.files.find((file) => file.path === target.table)?.text ?? '';
  const { goals, metric } = args.work;
  const shared = {
    contractPath: target.contract,
    contract: unended(files.contract),
    engine: files.files.map(shownFile).join('\n\n'),
    known: listed(
      'What has been shown to hold',
      (args.explanation?.verified ?? []).map((c) => c.statement),
    ),
    failures: listed(failuresTitle(args.work), args.failures.slice(-6)),
    hint: listed(
      'The person you work with says',
      [metric === 'none' ? null : args.wish, args.hint].filter((t) => t !== null),
    ),
    forms: fill(args.prompts.forms ?? '', { path: target.table }),
  };
  const prompt =
    metric === undefined
      ? fill(args.prompts.propose ?? '', {
          ...shared,
          count: goals.length === 1 ? 'this goal:' : 'as many as you can of these goals:',
          goals: goals.map((goal) => `### ${goal.id}: ${goal.title}\n\n${goal.text}`).join('\n\n'),
        })
      : metric === 'size'
        ? fill(args.prompts.simplify ?? '', {
            ...shared,
            size: String((yield* tool('engine-size', { tree: files.tree })) ?? 'an unknown number of'),
          })
        : fill(args.prompts.wish ?? '', { ...shared, wish: args.wish ?? '' });

  const messages: Message[] = [{ role: 'user', content: prompt }];
  let why: string | null = null;
  for (const purpose of ['propose', 'repair'] as const) {
    const answered = yield* askModel(args.trouble, purpose, {
      system: args.prompts.system ?? '',
      messages: [...messages],
      maxTokens: roomFor(table),
      task: taskOf(args, table),
    });
    yield* note('proposal', {
      number: args.number,
      goals: goals.map((goal) => goal.id),
      title: answered.ok ? titleOf(answered.reply.text, args) : 'no edit',
      format: 'auto',
      hint: args.hint,
    });
    if (!answered.ok) {
      const { reason, message } = answered;
      yield* note('apply-failure', { number: args.number, reason, message });
      return { ok: false, why: reason === 'cut' ? message : why };
    }
    const { text: edit } = answered.reply;
    const applied = yield* workspace({ op: 'apply', commit: args.commit, format: 'auto', text: edit });
    if (applied.ok) {
      const { tree, worktree, diff, format } = applied;
      return {
        ok: true,
        applied: { tree, worktree, diff, format, text: edit, summary: titleOf(edit, args) },
      };
    }
    yield* note('apply-failure', {
      number: args.number,
      reason: applied.failure.reason,
      // What an edit looks like is nothing to tell of a search that found none.
      message: foundNothing(edit, args) ? short(edit) : applied.failure.message,
    });
    // A search that found nothing has nothing to repair.
    if (isSearch(args.model)) return { ok: false, why: null };
    why = `The edit could not be applied: ${applied.failure.message}`;
    messages.push(
      { role: 'assistant', content: edit },
      { role: 'user', content: fill(args.prompts.repair ?? '', { reason: applied.failure.message }) },
    );
  }
  return { ok: false, why };
}

/** The last line is ended by the template: a file that is copied back has no line too many. */
const unended = (text: string): string => text.replace(/\n$/, '');

function shownFile({ path, text }: { readonly path: string; readonly text: string }): string {
  return `\`${path}\`, which you may:\n\n\`\`\`ts\n${unended(text)}\n\`\`\``;
}

/** What is public of a goal. */
const shown = (goal: Goal) => ({ points: visiblePoints(goal), edges: visibleEdges(goal) });

/** The same at every try, and a third of what a prompt costs. */
const known = new WeakMap<Goal, ReturnType<typeof shown>>();

function shownOf(goal: Goal): ReturnType<typeof shown> {
  const found = known.get(goal) ?? shown(goal);
  known.set(goal, found);
  return found;
}

/** The same request as data, for a proposer that reads no prose. */
function taskOf(args: ProposeArgs, table: string): Task {
  const rows = rowsOf(table);
  return {
    kind: 'propose',
    goals: args.work.goals.flatMap((goal) => {
      const { points, edges } = shownOf(goal);
      const [op] = goal.ops;
      const arity = points[0]?.at.length ?? 0;
      return op === undefined || points.length === 0
        ? []
        : [
            {
              ...{ id: goal.id, op, arity, definition: definition(goal), points, edges },
              ...(rows.some((row) => row.name === op && row.valued) ? { valued: true as const } : {}),
            },
          ];
    }),
    ops: rows.filter((row) => row.ruled).map((row) => row.name),
    refused: args.refused,
  };
}

/**
 * Tokens that an answer may have. No provider says how many a model can write, and one that is asked for more than that
 * refuses the call: so no more than an engine written out whole needs, at three characters to a token.
 */
function roomFor(engine: string): number {
  return Math.max(8_000, 2_000 + Math.ceil(engine.length / 3));
}

function failuresTitle({ metric }: Work): string {
  return metric === 'none'
    ? 'Earlier tries, and what the judge said'
    : 'Earlier tries, and why they were refused';
}

function listed(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `\n${title}:\n\n${items.map((item) => `- ${item}`).join('\n')}\n`;
}

const foundNothing = (reply: string, { model }: ProposeArgs): boolean =>
  isSearch(model) && !reply.startsWith('```');

/**
 * What a reply calls itself: its first line of prose, the rules that it is made of, or the edit's first line. What a search
 * says that found nothing is no title: the goals are.
 */
function titleOf(reply: string, args: ProposeArgs): string {
  if (foundNothing(reply, args)) return short(args.work.goals.map(({ id }) => id).join(', '));
  const rules = reply.trimStart().startsWith('```') ? parseRules(reply) : null;
  if (rules?.ok === true) {
    const [only, ...more] = rules.rules;
    if (only !== undefined)
      return more.length === 0 ? short(showRule(only)) : short(rules.rules.map((r) => r.name).join(', '));
  }
  const line = reply.split('\n').find((l) => /[\p{L}\d]/u.test(l) && !/^(```|<<<<<<<|---|\+\+\+|@@)/.test(l));
  return short((line ?? 'no edit').replace(/^[#*\-\s>]+/, ''));
}

/** Cut between words where it is long. */
function short(title: string): string {
  return title.length <= 100 ? title : `${title.slice(0, 99).replace(/\s+\S*$/, '')} …`;
}
