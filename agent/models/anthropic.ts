import type {
  MessageCreateParamsStreaming,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { Piece } from './reply.ts';
import { type Opened, type Server, streamedModel, type WireCall } from './streamed.ts';
import { isClosed, outputInstruction } from './structured.ts';
import { type Model, ModelError, type ModelRequest, type StopReason } from './types.ts';

/** A model behind Anthropic's Messages, always streamed. The system prompt and the tools are cached. */
export function createAnthropic(server: Server): Model {
  return streamedModel(server, open);
}

async function open(server: Server, request: ModelRequest, call: WireCall): Promise<Opened> {
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const client = new Anthropic({
    baseURL: server.baseURL,
    // The SDK insists on a key; where there is none the header is taken out again.
    apiKey: server.key ?? 'none',
    ...(server.key === null ? { defaultHeaders: { 'x-api-key': null, Authorization: null } } : {}),
    authToken: null,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: call.fetch,
  });
  const sent = client.messages.create(body(server.name, request, call), { signal: call.signal });
  const { data, request_id } = await sent.withResponse();
  return { requestId: request_id ?? null, pieces: piecesOf(data) };
}

function body(model: string, request: ModelRequest, call: WireCall): MessageCreateParamsStreaming {
  const { output, tools } = request;
  const native = output !== undefined && isClosed(output.schema) && !call.without.has('format');
  const words = output === undefined || native ? [] : [outputInstruction(output)];
  const system = [request.system, ...words].filter((part) => part !== '').join('\n\n');
  return {
    model,
    stream: true,
    max_tokens: request.maxTokens,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    // The cache covers everything up to the mark: the tools, then the system prompt.
    ...(system === ''
      ? {}
      : { system: [{ type: 'text' as const, text: system, cache_control: { type: 'ephemeral' as const } }] }),
    ...(request.temperature === undefined || call.without.has('temperature')
      ? {}
      : { temperature: request.temperature }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            name,
            description,
            input_schema: schema as { type: 'object'; [key: string]: unknown },
          })),
        }),
    ...(native
      ? {
          output_config: {
            format: { type: 'json_schema' as const, schema: output.schema as { [key: string]: unknown } },
          },
        }
      : {}),
  };
}

async function* piecesOf(events: AsyncIterable<RawMessageStreamEvent>): AsyncGenerator<Piece> {
  let reason: string | null = null;
  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        yield { kind: 'model', name: event.message.model };
        yield usageOf(event.message.usage);
        break;
      case 'content_block_start': {
        const block = event.content_block;
        if (block.type === 'text' && block.text !== '') yield { kind: 'text', delta: block.text };
        if (block.type === 'tool_use') {
          yield { kind: 'tool', index: event.index, id: block.id, name: block.name };
        }
        break;
      }
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') yield { kind: 'text', delta: event.delta.text };
        if (event.delta.type === 'input_json_delta') {
          yield { kind: 'tool', index: event.index, args: event.delta.partial_json };
        }
        break;
      case 'message_delta':
        reason = event.delta.stop_reason;
        yield usageOf(event.usage);
        break;
      case 'message_stop':
        // Only here is the reply whole: a stream may break between its stop reason and its end.
        if (reason !== null) yield { kind: 'stop', reason: stopOf(reason) };
        break;
      case 'content_block_stop':
        break;
    }
  }
}

interface Counts {
  readonly input_tokens: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly output_tokens: number;
}

/** Anthropic's `input_tokens` leaves out what was read from or written to the cache. */
function usageOf(counts: Counts): Piece {
  const cachedInput = counts.cache_read_input_tokens ?? 0;
  const cacheWrite = counts.cache_creation_input_tokens ?? 0;
  const output = { kind: 'usage', output: counts.output_tokens } as const;
  // The last event may count the output alone.
  if (typeof counts.input_tokens !== 'number') return output;
  return { ...output, input: counts.input_tokens + cachedInput + cacheWrite, cachedInput, cacheWrite };
}

function stopOf(reason: string): StopReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'end';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool';
    case 'refusal':
      return 'refusal';
    default:
      throw new ModelError(
        'cut',
        `the server stopped with stop_reason ${JSON.stringify(reason.slice(0, 40))}`,
      );
  }
}
