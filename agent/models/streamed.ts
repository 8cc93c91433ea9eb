import { aborted, toModelError } from './failures.ts';
import { collect, newTally, type Piece, usageSoFar } from './reply.ts';
import { guardedFetch, MAX_WIRE_BYTES } from './transport.ts';
import {
  type CallOptions,
  type Model,
  ModelError,
  type ModelReply,
  type ModelRequest,
  withUsed,
} from './types.ts';

/** Request fields that some servers refuse; each has a way to do without it. */
export type Extra = 'temperature' | 'format' | 'max_tokens';

/** Where a model is, and how it is reached. */
export interface Server {
  /** As given on the command line. */
  readonly id: string;
  /** What the SDK puts paths after: `https://api.anthropic.com`, but `https://api.openai.com/v1`. */
  readonly baseURL: string;
  /** The model's name as the server knows it. */
  readonly name: string;
  /** Null for a server that asks for none. */
  readonly key: string | null;
  /** The environment variable that the key was, or would be, read from. */
  readonly keyVariable: string;
}

/** A provider's wire: sends a request, and translates the events that come back. */
export type Wire = (server: Server, request: ModelRequest, call: WireCall) => Promise<Opened>;

export interface WireCall {
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** Fields to leave out, because this server refused them before. */
  readonly without: ReadonlySet<Extra>;
}

/** Headers are in; the pieces are still to come. */
export interface Opened {
  readonly requestId: string | null;
  readonly pieces: AsyncIterable<Piece>;
}

/** A model at the other end of a wire. One call is one HTTP request, but for a refused extra (see Extra). */
export function streamedModel(server: Server, wire: Wire): Model {
  const without = new Set<Extra>();
  return {
    id: server.id,
    kind: 'language model',
    async complete(request, options) {
      for (let attempts = 1; ; attempts++) {
        try {
          return { ...(await send(server, wire, request, options, without)), attempts };
        } catch (error) {
          const extra = refusedExtra(error, request);
          if (extra === null || without.has(extra)) throw error;
          without.add(extra);
          options.onEvent?.(`${server.baseURL} takes no ${extra}; asking again without it`);
        }
      }
    },
  };
}

async function send(
  server: Server,
  wire: Wire,
  request: ModelRequest,
  options: CallOptions,
  without: ReadonlySet<Extra>,
): Promise<ModelReply> {
  const { signal } = options;
  if (signal.aborted) throw aborted(signal);
  const started = performance.now();
  const tally = newTally();
  let streaming = false;
  let midEvent = false;
  try {
    const activity = options.onActivity === undefined ? {} : { onActivity: options.onActivity };
    const onEnd = (mid: boolean) => {
      midEvent = mid;
    };
    const fetch = guardedFetch({ maxBytes: MAX_WIRE_BYTES, onEnd, ...activity });
    const { requestId, pieces } = await wire(server, request, { signal, fetch, without });
    streaming = true;
    const { reply, model } = await collect(pieces, charactersOf(request), options, tally);
    // The SDKs end an aborted stream quietly: without this look, a cut answer could pass for a whole one.
    if (signal.aborted) throw aborted(signal);
    const seconds = (performance.now() - started) / 1000;
    return { ...reply, model: model ?? server.name, requestId, cost: null, seconds, attempts: 1 };
  } catch (error) {
    const failed = toModelError(error, {
      server: server.baseURL,
      model: server.name,
      keyVariable: server.key === null ? null : server.keyVariable,
      signal,
      streaming,
      midEvent,
    });
    // Before the headers nothing was begun that anybody would charge for.
    if (!streaming) throw failed;
    throw withUsed(failed, { usage: usageSoFar(tally, charactersOf(request)), cost: null });
  }
}

function charactersOf(request: ModelRequest): number {
  return request.messages.reduce((sum, message) => sum + message.content.length, request.system.length);
}

function refusedExtra(error: unknown, request: ModelRequest): Extra | null {
  if (!(error instanceof ModelError) || error.failure !== 'bad request') return null;
  if (/max_completion_tokens/.test(error.message)) return 'max_tokens';
  if (request.temperature !== undefined && /temperature/i.test(error.message)) return 'temperature';
  const format =
    /response_format|json_schema|output_config|text\.format|output_format|structured output|grammar/i;
  return request.output !== undefined && format.test(error.message) ? 'format' : null;
}
