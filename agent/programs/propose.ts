import type { Goal } from '../checks/types.ts';
import { model, note, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import type { Message, ModelReply, Task } from '../models/types.ts';
import { opsOf, visibleEdges } from '../targets/engine/rule.ts';
import { definition, visiblePoints } from '../targets/index.ts';
import type { EditFormat } from '../workspace/types.ts';
import type { Explanation } from './explain.ts';
import { fill } from './template.ts';

export interface ProposeArgs {
  readonly number: number;
  readonly goals: readonly Goal[];
  readonly commit: string;
  readonly prompts: { readonly [id: string]: string };
  readonly model: { readonly id: string; readonly kind: string };
  readonly explanation: Explanation | null;
  /** What the judge said of earlier tries at these goals. */
  readonly failures: readonly string[];
  /** Edits already refused, as written. */
  readonly refused: readonly string[];
  readonly hint: string | null;
  readonly wish: string | null;
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

/** Asks for an edit and applies it; an edit that does not apply goes back once with the reason. Null: there is none. */
export function* propose(args: ProposeArgs): Program<Applied | null> {
  const files = yield* workspace({ op: 'read', commit: args.commit });
  const text = (path: string) => files.files.find((file) => file.path === path)?.text ?? '';
  const prompt = fill(args.prompts.propose ?? '', {
    count: args.goals.length === 1 ? 'this goal:' : 'as many as you can of these goals:',
    goals: args.goals.map((goal) => `### ${goal.id}: ${goal.title}\n\n${goal.text}`).join('\n\n'),
    contract: text('contract.ts'),
    engine: text('engine.ts'),
    known: listed(
      'What has been shown to hold',
      (args.explanation?.verified ?? []).map((c) => c.statement),
    ),
    failures: listed('Earlier tries, and why they were refused', args.failures.slice(-6)),
    hint: listed(
      'The person you work with says',
      [args.wish, args.hint].filter((t) => t !== null),
    ),
  });

  const messages: Message[] = [{ role: 'user', content: prompt }];
  for (const purpose of ['propose', 'repair'] as const) {
    const reply: ModelReply = yield* model(purpose, {
      system: args.prompts.system ?? '',
      messages: [...messages],
      maxTokens: 8_000,
      task: taskOf(args, text('engine.ts')),
    });
    yield* note('proposal', {
      number: args.number,
      goals: args.goals.map((goal) => goal.id),
      title: titleOf(reply.text),
      format: 'auto',
      hint: args.hint,
    });
    const applied = yield* workspace({ op: 'apply', commit: args.commit, format: 'auto', text: reply.text });
    if (applied.ok) {
      const { tree, worktree, diff, format } = applied;
      return { tree, worktree, diff, format, text: reply.text, summary: titleOf(reply.text) };
    }
    yield* note('apply-failure', {
      number: args.number,
      reason: applied.failure.reason,
      message: applied.failure.message,
    });
    // A search that found nothing has nothing to repair.
    if (args.model.kind.startsWith('search')) return null;
    messages.push(
      { role: 'assistant', content: reply.text },
      { role: 'user', content: fill(args.prompts.repair ?? '', { reason: applied.failure.message }) },
    );
  }
  return null;
}

/** The same request as data, for a proposer that reads no prose. */
function taskOf(args: ProposeArgs, engine: string): Task {
  return {
    kind: 'propose',
    goals: args.goals.flatMap((goal) => {
      const points = visiblePoints(goal);
      const [op] = goal.ops;
      const arity = points[0]?.at.length ?? 0;
      return op === undefined || points.length === 0
        ? []
        : [{ id: goal.id, op, arity, definition: definition(goal), points, edges: visibleEdges(goal) }];
    }),
    ops: opsOf(engine),
    refused: args.refused,
  };
}

function listed(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `\n${title}:\n\n${items.map((item) => `- ${item}`).join('\n')}\n`;
}

/** The first line of prose in a reply, or of the edit itself. */
function titleOf(reply: string): string {
  const line = reply.split('\n').find((l) => /[\p{L}\d]/u.test(l) && !/^(```|<<<<<<<|---|\+\+\+|@@)/.test(l));
  return (line ?? 'no edit').replace(/^[#*\-\s>]+/, '').slice(0, 100);
}
