import { strictObject } from './structured.ts';
import {
  type CallOptions,
  ModelError,
  type ModelReply,
  type StopReason,
  type ToolCall,
  type Usage,
} from './types.ts';

interface Counts {
  readonly input?: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly output?: number;
}

/** What an adapter makes of its provider's events. */
export type Piece =
  | { readonly kind: 'model'; readonly name: string }
  | { readonly kind: 'text'; readonly delta: string }
  /** Tool calls are told apart by `index`; `args` is appended. */
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly args?: string;
    }
  /** Later counts replace earlier ones. `input` includes everything cached. */
  | ({ readonly kind: 'usage' } & Counts)
  /** The model stopped by itself, and why. A stream without it was cut. */
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** The most characters of text and tool arguments of one reply: about a million tokens. */
export const MAX_REPLY_CHARACTERS = 4 * 2 ** 20;

export interface Collected {
  readonly reply: Pick<ModelReply, 'text' | 'toolCalls' | 'stop' | 'usage'>;
  /** By the server's own word; null where it gave none. */
  readonly model: string | null;
}

/** What has come of a reply so far, for the usage of one that never became whole. */
export interface Tally {
  characters: number;
  readonly counts: { -readonly [K in keyof Counts]: Counts[K] };
}

export const newTally = (): Tally => ({ characters: 0, counts: {} });

interface OpenCall {
  id: string;
  name: string;
  args: string;
}

/**
 * Adds pieces up to a reply.
 * @param promptCharacters for the estimate of the input tokens, where the server counts none
 * @param tally follows what has come
 * @throws ModelError `cut` when the stream ended before the model did, `bad reply` when there is nothing in
 * it or too much
 */
export async function collect(
  pieces: AsyncIterable<Piece>,
  promptCharacters: number,
  options: CallOptions,
  tally: Tally = newTally(),
): Promise<Collected> {
  let text = '';
  let model: string | null = null;
  let stop: StopReason | null = null;
  const { counts } = tally;
  const calls = new Map<number, OpenCall>();

  for await (const piece of pieces) {
    switch (piece.kind) {
      case 'model':
        // Compatible servers leave it out of some events.
        if (typeof piece.name === 'string' && piece.name !== '') model = piece.name.slice(0, 200);
        break;
      case 'text':
        text += piece.delta;
        tally.characters += piece.delta.length;
        if (tally.characters <= MAX_REPLY_CHARACTERS) options.onText?.(piece.delta);
        break;
      case 'tool': {
        const call = calls.get(piece.index) ?? { id: '', name: '', args: '' };
        calls.set(piece.index, call);
        call.id ||= piece.id ?? '';
        call.name ||= piece.name ?? '';
        call.args += piece.args ?? '';
        tally.characters += piece.args?.length ?? 0;
        break;
      }
      case 'usage': {
        const { kind: _, ...given } = piece;
        Object.assign(counts, sane(given));
        break;
      }
      case 'stop':
        stop = piece.reason;
        break;
    }
    if (tally.characters > MAX_REPLY_CHARACTERS) {
      throw new ModelError('bad reply', `the reply is longer than ${MAX_REPLY_CHARACTERS} characters`);
    }
  }

  if (stop === null) throw new ModelError('cut', 'the stream ended before the reply did');
  const toolCalls = [...calls].sort(([a], [b]) => a - b).map(([index, call]) => toolCall(index, call));
  if (stop === 'end' && text.trim() === '' && toolCalls.length === 0) {
    throw new ModelError('bad reply', 'the reply is empty');
  }
  const usage = usageOf(tally, promptCharacters);
  // A lone half of a surrogate pair would not survive being written as UTF-8.
  return { reply: { text: text.toWellFormed(), toolCalls, stop, usage }, model };
}

/** The tokens of a whole reply, by the server's counts where it gave them. */
function usageOf({ counts, characters }: Tally, promptCharacters: number): Usage {
  const input = counts.input ?? tokensOf(promptCharacters);
  return {
    input,
    cachedInput: Math.min(input, counts.cachedInput ?? 0),
    ...(counts.cacheWrite === undefined || counts.cacheWrite === 0
      ? {}
      : { cacheWrite: Math.min(input, counts.cacheWrite) }),
    output: counts.output ?? tokensOf(characters),
    ...(counts.input === undefined || counts.output === undefined ? { estimated: true as const } : {}),
  };
}

/** The tokens of a reply that broke off: servers count the output at its end, or from 1. */
export function usageSoFar(tally: Tally, promptCharacters: number): Usage {
  const usage = usageOf(tally, promptCharacters);
  return {
    ...usage,
    output: Math.max(tally.counts.output ?? 0, tokensOf(tally.characters)),
    estimated: true,
  };
}

/** A rough count where there is no tokenizer: four characters to a token. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / 4);
}

function toolCall(index: number, { id, name, args }: OpenCall): ToolCall {
  const call = { id: id === '' ? `call-${index}` : id, name };
  // A tool without parameters is called with no argument text at all.
  const input = args.trim() === '' ? {} : strictObject(args);
  return input === null || name === ''
    ? { ...call, input: args, malformed: true }
    : { ...call, input, malformed: false };
}

/** The counts that are counts: budgets are kept by them, and the server may be anything. */
function sane(usage: Counts): Counts {
  return Object.fromEntries(
    Object.entries(usage).filter(([, n]) => Number.isSafeInteger(n) && (n as number) >= 0),
  );
}
