import type { Json } from '../base/json.ts';
import { judge, note, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import type { Answer } from './answer.ts';
import { runClaims } from './explain.ts';
import { type ImproveArgs, type ImproveOutcome, improve } from './improve.ts';
import { planted } from './planted.ts';
import { noteVerdict } from './verdicts.ts';

export interface DemoArgs extends ImproveArgs {
  /** An answer of a shipped session. It was given then; its claims run now. */
  readonly recorded: {
    readonly session: string;
    readonly topic: string;
    readonly kind: string;
    readonly question: string;
    readonly answer: Answer;
    readonly model: string;
  } | null;
}

export interface DemoOutcome extends ImproveOutcome {
  readonly plantedRefused: number;
  readonly planted: number;
}

/** Three acts: an explanation whose code runs, a ladder climbed, wrong edits refused. */
export function* demo(args: DemoArgs): Program<DemoOutcome> {
  yield* note('heading', { text: 'Act 1: an explanation, and what of it holds' });
  if (args.recorded !== null) {
    const { topic, kind, question, answer, model } = args.recorded;
    const base = yield* workspace({ op: 'read', commit: args.commit });
    yield* note('question', { topic, kind, text: question });
    yield* note('answer', { ...answer, source: 'recorded', model } as unknown as Json);
    yield* runClaims(base.tree, answer, 1);
  }

  yield* note('heading', { text: 'Act 2: the seed engine grows, rule by rule' });
  const grown = yield* improve(args);

  yield* note('heading', { text: 'Act 3: wrong edits, refused' });
  const head = yield* workspace({ op: 'read', commit: grown.commit });
  const engine = head.files.find((file) => file.path === 'engine.ts')?.text ?? '';
  let refused = 0;
  let tried = 0;
  for (const { title, why, goals, edit } of planted) {
    const text = edit(engine);
    if (text === null) continue;
    tried += 1;
    const number = grown.proposals + tried;
    yield* note('proposal', {
      number,
      goals,
      title: `${title} (planted: ${why})`,
      format: 'search-replace',
      hint: null,
    });
    const applied = yield* workspace({ op: 'apply', commit: grown.commit, format: 'search-replace', text });
    if (!applied.ok) {
      yield* note('apply-failure', {
        number,
        reason: applied.failure.reason,
        message: applied.failure.message,
      });
      continue;
    }
    const verdict = yield* judge({
      base: head.tree,
      candidate: applied.tree,
      goals,
      attempts: {},
      shrink: false,
    });
    yield* noteVerdict(number, verdict);
    if (!verdict.accepted) refused += 1;
  }
  return { ...grown, planted: tried, plantedRefused: refused };
}
