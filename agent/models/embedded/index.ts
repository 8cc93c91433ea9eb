import { showRule } from '../../targets/engine/rule.ts';
import { aborted } from '../failures.ts';
import type { Model, ModelReply } from '../types.ts';
import { proposeRules } from './propose.ts';

/**
 * The proposer that needs no key, no download and no network: a search over small expressions, not a language model.
 * It reads `request.task` and nothing else, and explains nothing.
 */
export function createEmbedded(): Model {
  return {
    id: 'embedded',
    kind: 'search, not a language model',
    async complete({ task }, { signal, onText }) {
      const started = performance.now();
      if (signal.aborted) throw aborted(signal);
      const text = task?.kind === 'propose' ? await proposal(task, signal) : EXPLAINS_NOTHING;
      onText?.(text);
      return reply(text, (performance.now() - started) / 1000);
    },
  };
}

const EXPLAINS_NOTHING =
  'I am a search over small expressions, not a language model: I explain nothing. Ask me for a rule, or choose a language model with --model.';

async function proposal(task: Parameters<typeof proposeRules>[0], signal: AbortSignal): Promise<string> {
  try {
    const { candidates, evaluations } = await proposeRules(task, signal);
    if (task.goals.length === 0) return 'nothing to search for: what is asked is no rule of one operation';
    if (candidates.length === 0) return `nothing found after ${evaluations} evaluations`;
    const rules = candidates.map((c) => `${showRule(c.rule)}  # ${c.evaluations} evaluations`);
    return ['```rule', ...rules, '```'].join('\n');
  } catch (error) {
    throw signal.aborted ? aborted(signal) : error;
  }
}

function reply(text: string, seconds: number): ModelReply {
  return {
    text,
    toolCalls: [],
    stop: 'end',
    usage: { input: 0, cachedInput: 0, output: 0 },
    model: 'embedded search',
    requestId: null,
    cost: 0,
    seconds,
    attempts: 1,
  };
}
