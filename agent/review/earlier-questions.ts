import { z } from 'zod';
import type { Policy } from '../programs/policy.ts';
import type { Session } from './open.ts';

/** What came of proposals that a policy had asked a kind of question before, in sessions that are over. */
export interface Earlier {
  readonly byKind: ReadonlyMap<string, { readonly accepted: number; readonly refused: number }>;
  /** The sessions that say so. */
  readonly sessions: readonly string[];
}

/** These choose a kind whatever the goal; `fixed` asks what went wrong where it goes wrong, which would tell against the question. */
const CHOOSE_FREELY: ReadonlySet<Policy> = new Set(['round-robin', 'bandit']);

const startSchema = z.object({
  forked: z.unknown().optional(),
  args: z.object({ questions: z.object({ policy: z.string() }) }),
});

/** Counts as a session counts for itself: each question by the first proposal after it, what nothing measured by none. */
export function earlierQuestions(
  sessions: readonly Session[],
  { workspace, target }: { readonly workspace: string; readonly target: string },
): Earlier {
  const byKind = new Map<string, { accepted: number; refused: number }>();
  const read: string[] = [];
  for (const { source, view } of sessions) {
    const start = startSchema.safeParse(source.lines[0]).data;
    if (start === undefined || view.program !== 'improve' || view.imported !== null) continue;
    if (view.workspace !== workspace || view.target !== target) continue;
    // What a fork begins with is counted where it was recorded first.
    if (start.forked !== undefined || !CHOOSE_FREELY.has(start.args.questions.policy as Policy)) continue;
    const asked = new Map<string, string>();
    let counted = 0;
    for (const entry of view.entries) {
      if (entry.kind === 'question') asked.set(entry.pid, entry.questionKind);
      if (entry.kind !== 'proposal') continue;
      const kind = asked.get(entry.pid);
      asked.delete(entry.pid);
      if (kind === undefined || entry.outcome === 'open' || entry.outcome === 'unmeasured') continue;
      const counts = byKind.get(kind) ?? { accepted: 0, refused: 0 };
      byKind.set(kind, counts);
      if (entry.outcome === 'landed' || entry.outcome === 'accepted') counts.accepted += 1;
      else counts.refused += 1;
      counted += 1;
    }
    if (counted > 0) read.push(view.id);
  }
  return { byKind, sessions: read };
}
