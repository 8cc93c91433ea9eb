import type { ModelRequest } from '../models/types.ts';
import type { Budget, BudgetStop, Remaining, Spent, Syscall } from './types.ts';

export interface Reserve {
  readonly tokens: number;
  readonly cost: number;
}

export const NOTHING: Reserve = { tokens: 0, cost: 0 };

/** UTF-8 bytes a token: prose has four, code and mathematics about three. The lower figure keeps a cap a cap. */
const BYTES_PER_TOKEN = 3;
/** What a message's role and borders take. */
const TOKENS_PER_MESSAGE = 8;

/** What a model call may use at most, nearly: its prompt, estimated by its bytes, and `maxTokens`. No price is known here. */
export function estimateReserve(request: ModelRequest): Reserve {
  let bytes = Buffer.byteLength(request.system);
  for (const message of request.messages) bytes += Buffer.byteLength(message.content);
  if (request.tools !== undefined) bytes += Buffer.byteLength(JSON.stringify(request.tools));
  if (request.output !== undefined) bytes += Buffer.byteLength(JSON.stringify(request.output));
  const frame = TOKENS_PER_MESSAGE * (request.messages.length + 1);
  return { tokens: Math.ceil(bytes / BYTES_PER_TOKEN) + frame + request.maxTokens, cost: 0 };
}

export function remaining(budget: Budget, spent: Spent): Remaining {
  const left = (limit: number | null, used: number): number | null =>
    limit === null ? null : Math.max(0, limit - used);
  return {
    tokens: left(budget.maxTokens, spent.tokens),
    cost: left(budget.maxCost, spent.cost),
    seconds: left(budget.maxTime, spent.seconds),
    iterations: left(budget.maxIterations, spent.iterations),
  };
}

/**
 * The limit that a call would break, were it begun now. Time stops any call (and a model's while it runs, see device.ts). A judged proposal too many is
 * stopped at its first model call already: nothing is paid for a proposal that may not be judged.
 */
export function limitBroken(
  budget: Budget,
  used: Spent,
  call: Syscall,
  reserve: Reserve,
): BudgetStop['limit'] | null {
  const { maxTime, maxIterations, maxTokens, maxCost } = budget;
  if (maxTime !== null) {
    const sleeps = call.kind === 'sleep' ? call.ms / 1000 : 0;
    if (used.seconds >= maxTime || used.seconds + sleeps > maxTime) return 'time';
  }
  if (call.kind !== 'model' && call.kind !== 'judge') return null;
  if (maxIterations !== null && used.iterations >= maxIterations) return 'iterations';
  if (call.kind === 'judge') return null;
  if (maxTokens !== null && used.tokens + reserve.tokens > maxTokens) return 'tokens';
  if (maxCost !== null && used.cost + reserve.cost > maxCost) return 'cost';
  return null;
}
