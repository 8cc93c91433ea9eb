import { portable } from '../host/paths.ts';
import { loadKinds } from '../host/prompts.ts';
import { allSessions } from '../host/sessions.ts';
import type { Policy } from '../programs/policy.ts';
import type { QuestionArgs } from '../programs/questions.ts';
import { earlierQuestions } from '../review/earlier-questions.ts';
import { openSession, type Session } from '../review/open.ts';

/** The kinds to choose among; a bandit begins with what is recorded of them. It is in the journal, so that a resume begins with the same. */
export function questionArgs(policy: Policy, where: { workspace: string; target: string }): QuestionArgs {
  const earlier =
    policy === 'bandit'
      ? earlierQuestions(readableSessions(), { ...where, workspace: portable(where.workspace) })
      : null;
  const kinds = loadKinds(where.workspace).flatMap(({ kind: { id: kind, prepares: question } }) =>
    question === null ? [] : [{ kind, question, ...earlier?.byKind.get(kind) }],
  );
  return {
    policy,
    kinds,
    ...(earlier === null || earlier.sessions.length === 0 ? {} : { earlier: earlier.sessions }),
  };
}

/** One's own sessions, oldest first; one that cannot be read says nothing. */
function readableSessions(): Session[] {
  return allSessions()
    .filter(({ shipped }) => !shipped)
    .toReversed()
    .flatMap(({ dir }) => {
      try {
        return [openSession(dir)];
      } catch {
        return [];
      }
    });
}
