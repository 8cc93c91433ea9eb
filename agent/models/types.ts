import type { Hex64 } from '../base/float64.ts';
import type { Json } from '../base/json.ts';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly schema: Json;
}

/**
 * What the workbench wants, as data beside the prompt's words. A language model reads only the words; the
 * embedded search reads only this. It holds nothing that the words do not say.
 */
export type Task =
  | { readonly kind: 'explain'; readonly topic: string }
  /** What does this program print? Asked first, or again in one of three ways. */
  | {
      readonly kind: 'predict';
      readonly code: string;
      readonly asked: 'first' | 'alone' | 'verdict' | 'evidence';
    }
  | {
      readonly kind: 'propose';
      /** The goals on the table, the ops the engine has, and each goal's visible points. */
      readonly goals: readonly ProposeGoal[];
      readonly ops: readonly string[];
      /** Rules already refused in this session, as written: never proposed again. */
      readonly refused: readonly string[];
    };

export interface ProposeGoal {
  readonly id: string;
  readonly op: string;
  readonly arity: number;
  /** The meaning of the op in the rule grammar, where it can be said in it: `max(x, 0)`. */
  readonly definition: string | null;
  /** Where the engine computes the op already, and only its partials are wanted. */
  readonly valued?: true;
  /** Visible points: inputs, value, partials. */
  readonly points: readonly {
    readonly at: readonly number[];
    readonly value: number;
    readonly partials: readonly number[];
  }[];
  /**
   * Visible edges: kinks, signed zeros, infinities, NaN. In hex, as JSON holds none of them; a partial is bounded by
   * two numbers (the same one twice where it is known, NaN twice for NaN), or open.
   */
  readonly edges?: readonly {
    readonly at: readonly Hex64[];
    readonly value: Hex64;
    readonly partials: readonly (readonly [low: Hex64, high: Hex64] | null)[];
  }[];
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly tools?: readonly ToolSpec[];
  /** Asks for one JSON value of this schema. */
  readonly output?: { readonly name: string; readonly schema: Json };
  readonly task?: Task;
}

export type StopReason = 'end' | 'length' | 'tool' | 'refusal';

/** Token counts. `input` includes the cached ones, whatever the provider says. */
export interface Usage {
  readonly input: number;
  readonly cachedInput: number;
  /** Part of `input` that was written to the provider's cache; providers that charge for it say so. */
  readonly cacheWrite?: number;
  readonly output: number;
  /** True where the server counted nothing and these are four characters to a token. */
  readonly estimated?: true;
}

/** What a call that failed had used by then. `cost` in US dollars; null where no price is known. */
export interface Used {
  readonly usage: Usage;
  readonly cost: number | null;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Parsed arguments, or the raw text where it did not parse. */
  readonly input: Json;
  readonly malformed: boolean;
}

export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stop: StopReason;
  readonly usage: Usage;
  /** What answered, by its own word: `claude-…`, `SmolLM2-135M-Instruct`, `embedded search`. */
  readonly model: string;
  readonly requestId: string | null;
  /** US dollars; null where no price is known. */
  readonly cost: number | null;
  readonly seconds: number;
  /** Calls made for this reply, retries included. */
  readonly attempts: number;
  /** What those of them that failed had used; not in `usage` and `cost`. */
  readonly lost?: Used;
}

/** What kind of thing answers. Transcripts and the terminal say it. */
export type ModelKind =
  | 'language model'
  | 'search, not a language model'
  | 'simulation, not a language model'
  | 'a person typed this'
  | 'recorded';

const SEARCH: ModelKind = 'search, not a language model';

/** Whether it searches, and so neither explains nor reads a prompt's words. */
export const isSearch = ({ kind }: { readonly kind: string }): boolean => kind === SEARCH;

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Streamed text, for eyes only: never a result. */
  onText?(delta: string): void;
  /** A wait or a retry, for eyes and the journal. */
  onEvent?(event: string): void;
  /** Bytes came from the server, whatever they mean: what the idle timeout goes by. */
  onActivity?(): void;
}

export interface Model {
  /** As given on the command line: `anthropic:NAME`. */
  readonly id: string;
  readonly kind: ModelKind;
  complete(request: ModelRequest, options: CallOptions): Promise<ModelReply>;
}

/** Why a model call failed; what the retry wrapper and the journal go by. */
export type ModelFailure =
  | 'unauthorised'
  | 'unknown model'
  | 'bad request'
  | 'rate limited'
  | 'overloaded'
  | 'server error'
  | 'network'
  | 'stalled'
  | 'cut'
  | 'aborted'
  /** A person cut the answer short. */
  | 'stopped'
  | 'bad reply';

export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  /** Seconds that the server asked to wait; null where it did not. */
  readonly retryAfter: number | null;
  /** Null where nothing had come of the reply. */
  readonly used: Used | null;

  constructor(
    failure: ModelFailure,
    message: string,
    retryAfter: number | null = null,
    { used = null, ...options }: ErrorOptions & { readonly used?: Used | null } = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.retryAfter = retryAfter;
    this.used = used;
  }
}

/** The same error of a call that had used this. */
export function withUsed({ failure, message, retryAfter, cause }: ModelError, used: Used | null): ModelError {
  return new ModelError(failure, message, retryAfter, { cause, used });
}
