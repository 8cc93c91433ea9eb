import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import type { Piece } from './reply.ts';
import { type Opened, type Server, streamedModel, type WireCall } from './streamed.ts';
import { outputInstruction } from './structured.ts';
import { type Model, ModelError, type ModelRequest, type StopReason } from './types.ts';

/** A model behind any server that speaks OpenAI's Chat Completions. */
export function createChat(server: Server): Model {
  return streamedModel(server, open);
}

async function open(server: Server, request: ModelRequest, call: WireCall): Promise<Opened> {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({
    baseURL: server.baseURL,
    // The SDK insists on a key; the header below is what is sent.
    apiKey: server.key ?? 'none',
    defaultHeaders: headers(server.key),
    adminAPIKey: null,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: call.fetch,
  });
  const sent = client.chat.completions.create(body(server.name, request, call), { signal: call.signal });
  const { data, request_id } = await sent.withResponse();
  return { requestId: request_id, pieces: piecesOf(data) };
}

/**
 * This server is not OpenAI: it gets its own key or none, and nothing of what the SDK would add for OpenAI
 * from the environment (organization, project, and the headers in OPENAI_CUSTOM_HEADERS).
 */
function headers(key: string | null): { [name: string]: string | null } {
  const lines = process.env.OPENAI_CUSTOM_HEADERS?.split('\n') ?? [];
  const custom = lines.map((line) => [line.slice(0, Math.max(0, line.indexOf(':'))).trim(), null] as const);
  return {
    ...Object.fromEntries(custom.filter(([name]) => name !== '' && name.toLowerCase() !== 'authorization')),
    Authorization: key === null ? null : `Bearer ${key}`,
  };
}

function body(model: string, request: ModelRequest, call: WireCall): ChatCompletionCreateParamsStreaming {
  const { output } = request;
  // Said in words as well: a server may ignore the format, and a small model fills fields it was told of better.
  const words = output === undefined ? [] : [outputInstruction(output)];
  const system = [request.system, ...words].filter((part) => part !== '').join('\n\n');
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    // Compatible servers know the old name, and some gateways insist on the new one.
    ...(call.without.has('max_tokens')
      ? { max_completion_tokens: request.maxTokens }
      : { max_tokens: request.maxTokens }),
    messages: [...(system === '' ? [] : [{ role: 'system' as const, content: system }]), ...request.messages],
    ...(request.temperature === undefined || call.without.has('temperature')
      ? {}
      : { temperature: request.temperature }),
    ...(request.tools === undefined || request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, schema }) => ({
            type: 'function' as const,
            function: { name, description, parameters: schema as { [key: string]: unknown } },
          })),
        }),
    ...(output === undefined || call.without.has('format')
      ? {}
      : {
          response_format: {
            type: 'json_schema' as const,
            json_schema: { name: output.name, schema: output.schema as { [key: string]: unknown } },
          },
        }),
  };
}

async function* piecesOf(chunks: AsyncIterable<ChatCompletionChunk>): AsyncGenerator<Piece> {
  let refused = false;
  let called = false;
  for await (const chunk of chunks) {
    yield { kind: 'model', name: chunk.model };
    if (chunk.usage) {
      const { prompt_tokens, completion_tokens, prompt_tokens_details } = chunk.usage;
      yield {
        kind: 'usage',
        input: prompt_tokens,
        output: completion_tokens,
        cachedInput: prompt_tokens_details?.cached_tokens ?? 0,
      };
    }
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    const { content, refusal, tool_calls } = choice.delta ?? {};
    if (content) yield { kind: 'text', delta: content };
    if (refusal) {
      refused = true;
      yield { kind: 'text', delta: refusal };
    }
    for (const part of tool_calls ?? []) {
      called = true;
      yield {
        kind: 'tool',
        index: part.index ?? 0,
        ...(part.id ? { id: part.id } : {}),
        ...(part.function?.name ? { name: part.function.name } : {}),
        ...(part.function?.arguments ? { args: part.function.arguments } : {}),
      };
    }
    if (choice.finish_reason) {
      const reason = stopOf(choice.finish_reason);
      yield { kind: 'stop', reason: refused ? 'refusal' : called && reason === 'end' ? 'tool' : reason };
    }
  }
}

function stopOf(reason: string): StopReason {
  switch (reason) {
    case 'stop':
    case 'eos':
    case 'end_turn':
      return 'end';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool';
    case 'content_filter':
    case 'refusal':
      return 'refusal';
    default:
      // vLLM's `abort`, a server's `error`: whatever it means, the answer is not whole.
      throw new ModelError(
        'cut',
        `the server stopped with finish_reason ${JSON.stringify(reason.slice(0, 40))}`,
      );
  }
}
