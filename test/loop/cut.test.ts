import { expect, it } from 'vitest';
import type { ModelReply, ModelRequest, Usage } from '../../agent/models/types.ts';
import { type Answered, askModel } from '../../agent/programs/reply.ts';

const request: ModelRequest = { system: '', messages: [], maxTokens: 8000 };
const used = (output: number, estimated?: true): Usage => ({
  input: 1900,
  cachedInput: 0,
  output,
  ...(estimated ? { estimated } : {}),
});

function told(usage: Usage): Answered {
  const reply: ModelReply = {
    ...{ text: 'half', toolCalls: [], stop: 'length', usage, model: 'm', requestId: null },
    ...{ cost: null, seconds: 1, attempts: 1 },
  };
  const asking = askModel({ inARow: 0 }, 'propose', request);
  asking.next();
  return asking.next(reply).value as Answered;
}

it.each([
  ['our own limit', used(8000), /cut at the limit of 8000 tokens that is set for it here/],
  [
    "the server's context",
    used(148),
    /cut after 148 of the 8000 tokens .*the server's context .*took 1900 tokens/,
  ],
  [
    'either, where nothing was counted',
    used(148, true),
    /8000 tokens .*, or where the server's context ended/,
  ],
] as const)('a cut reply names whose limit it was: %s', (_, usage, says) => {
  const answered = told(usage);
  expect(answered).toMatchObject({ ok: false, reason: 'cut' });
  expect(answered.ok ? '' : answered.message).toMatch(says);
});
