import type {
  ResponseCreateParamsStreaming,
  ResponseStreamEvent,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import type { Piece } from './reply.ts';
import { type Opened, type Server, streamedModel, type WireCall } from './streamed.ts';
import { isClosed, outputInstruction } from './structured.ts';
import { type Model, ModelError, type ModelRequest, type StopReason } from './types.ts';

/** The least `max_output_tokens` that the API takes. */
const LEAST_OUTPUT = 16;

/** A model behind OpenAI's Responses. Nothing is stored on the server. */
export function createOpenAI(server: Server): Model {
  return streamedModel(server, open);
}

async function open(server: Server, request: ModelRequest, call: WireCall): Promise<Opened> {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({
    baseURL: server.baseURL,
    // The SDK insists on a key; where there is none the header is taken out again.
    apiKey: server.key ?? 'none',
    ...(server.key === null ? { defaultHeaders: { Authorization: null } } : {}),
    adminAPIKey: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: call.fetch,
  });
  const params = body(server.name, request, call);
  const { data, request_id } = await client.responses.create(params, { signal: call.signal }).withResponse();
  return { requestId: request_id, pieces: piecesOf(data, params.max_output_tokens ?? 0) };
}

function body(model: string, request: ModelRequest, call: WireCall): ResponseCreateParamsStreaming {
  const { output, tools } = request;
  const native = output !== undefined && !call.without.has('format');
  const words = output === undefined || native ? [] : [outputInstruction(output)];
  const instructions = [request.system, ...words].filter((part) => part !== '').join('\n\n');
  return {
    model,
    stream: true,
    store: false,
    max_output_tokens: Math.max(LEAST_OUTPUT, request.maxTokens),
    ...(instructions === '' ? {} : { instructions }),
    input: request.messages.map(({ role, content }) => ({ role, content })),
    ...(request.temperature === undefined || call.without.has('temperature')
      ? {}
      : { temperature: request.temperature }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            type: 'function' as const,
            name,
            description,
            parameters: schema as { [key: string]: unknown },
            strict: isClosed(schema),
          })),
        }),
    ...(native
      ? {
          text: {
            format: {
              type: 'json_schema' as const,
              name: output.name,
              schema: output.schema as { [key: string]: unknown },
              strict: isClosed(output.schema),
            },
          },
        }
      : {}),
  };
}

async function* piecesOf(events: AsyncIterable<ResponseStreamEvent>, limit: number): AsyncGenerator<Piece> {
  let refused = false;
  let calls = 0;
  for await (const event of events) {
    switch (event.type) {
      case 'response.created':
        yield { kind: 'model', name: event.response.model };
        break;
      case 'response.output_text.delta':
        yield { kind: 'text', delta: event.delta };
        break;
      case 'response.refusal.delta':
        refused = true;
        yield { kind: 'text', delta: event.delta };
        break;
      case 'response.output_item.done':
        // The whole item, after its deltas: all that is needed of a tool call.
        if (event.item.type === 'function_call') {
          const { call_id, name, arguments: args } = event.item;
          yield { kind: 'tool', index: calls++, id: call_id, name, args };
        }
        break;
      case 'response.completed':
      case 'response.incomplete': {
        const { usage, incomplete_details, model } = event.response;
        yield { kind: 'model', name: model };
        if (usage) yield usageOf(usage);
        const reason = event.type === 'response.incomplete' ? (incomplete_details?.reason ?? 'cut') : null;
        // Compatible servers say `completed` when the limit cut the reply; the count gives them away.
        const full = limit > 0 && (usage?.output_tokens ?? 0) >= limit;
        yield { kind: 'stop', reason: stopOf(reason, refused, calls > 0, full) };
        break;
      }
      case 'response.failed': {
        const { error } = event.response;
        throw Object.assign(new Error(error?.message ?? 'the response failed'), {
          error: error ?? { code: 'server_error' },
        });
      }
      default:
        break;
    }
  }
}

function stopOf(reason: string | null, refused: boolean, called: boolean, full: boolean): StopReason {
  if (reason === 'max_output_tokens') return 'length';
  if (reason === 'content_filter') return 'refusal';
  if (reason !== null) {
    throw new ModelError('cut', `the server stopped with reason ${JSON.stringify(reason.slice(0, 40))}`);
  }
  if (refused) return 'refusal';
  if (full) return 'length';
  return called ? 'tool' : 'end';
}

function usageOf(usage: ResponseUsage): Piece {
  return {
    kind: 'usage',
    input: usage.input_tokens,
    cachedInput: usage.input_tokens_details?.cached_tokens ?? 0,
    cacheWrite: usage.input_tokens_details?.cache_write_tokens ?? 0,
    output: usage.output_tokens,
  };
}
