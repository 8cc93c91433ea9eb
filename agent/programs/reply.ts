import { oneLine } from '../base/text.ts';
import { model } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { ModelError, type ModelFailure, type ModelReply, type ModelRequest } from '../models/types.ts';

/** What came of asking: a whole reply, or why there is none to go by. */
export type Answered =
  | { readonly ok: true; readonly reply: ModelReply }
  | {
      readonly ok: false;
      readonly reason: 'refusal' | 'cut' | 'bad reply' | 'bad request' | 'stopped';
      readonly message: string;
      /** What there was of it. */
      readonly text: string;
    };

/** Calls in a row that failed; shared by everything that asks in one session. */
export interface Trouble {
  inARow: number;
}

/** So many failed calls in a row are no accident of one prompt. */
const LONGEST_TROUBLE = 3;

/** Failures of one prompt or one reply: another prompt may fare better. Every other failure would meet it too. */
const PASSING: ReadonlySet<ModelFailure> = new Set(['bad reply', 'bad request']);

/**
 * Asks a model. A refusal, a reply cut by the token limit and a reply that is none are answers of a kind, and the
 * session goes on.
 *
 * @throws ModelError where the next call would fail as well: a wrong key, a server that is down, trouble without end.
 */
export function* askModel(trouble: Trouble, purpose: string, request: ModelRequest): Program<Answered> {
  let reply: ModelReply;
  try {
    reply = yield* model(purpose, request);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.failure === 'stopped')
      return { ok: false, reason: 'stopped', message: error.message, text: '' };
    if (!PASSING.has(error.failure)) throw error;
    trouble.inARow += 1;
    // Thrown before anything else is called, so that a resume can make this very call again.
    if (trouble.inARow >= LONGEST_TROUBLE) throw error;
    return {
      ok: false,
      reason: error.failure as 'bad reply' | 'bad request',
      message: error.message,
      text: '',
    };
  }
  trouble.inARow = 0;
  const { text } = reply;
  if (reply.stop === 'refusal') {
    const said = text.trim() === '' ? 'it gave no reason' : oneLine(text, 200);
    return { ok: false, reason: 'refusal', message: `The model declined to answer: ${said}`, text };
  }
  if (reply.stop === 'length') {
    return { ok: false, reason: 'cut', message: cutMessage(reply, request.maxTokens), text };
  }
  return { ok: true, reply };
}

/** Whose limit it was: ours, where as many tokens came as were asked for at most; else the server's or the model's. */
function cutMessage({ usage }: ModelReply, limit: number): string {
  if (usage.estimated === true) {
    return `The reply was cut before it was whole: at the limit of ${limit} tokens that is set for it here, or where the server's context ended.`;
  }
  if (usage.output >= limit) {
    return `The reply was cut at the limit of ${limit} tokens that is set for it here, before it was whole.`;
  }
  return (
    `The reply was cut after ${usage.output} of the ${limit} tokens that are set for it here: the server's context or ` +
    `its own limit ended it (the prompt took ${usage.input} tokens).`
  );
}
