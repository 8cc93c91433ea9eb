/** The three wires, each as its provider documents the bytes. */
import type { Json } from '../../agent/base/json.ts';
import { createAnthropic } from '../../agent/models/anthropic.ts';
import { createChat } from '../../agent/models/chat.ts';
import { createOpenAI } from '../../agent/models/openai.ts';
import type { Model } from '../../agent/models/types.ts';

export const KEY = 'sk-test-0123456789abcdef';

export interface Wire {
  readonly name: string;
  open(origin: string, key?: string | null): Model;
  /** A text reply of these deltas, ended as `end` says. */
  text(deltas: readonly string[], end?: 'end' | 'length' | 'refusal'): string;
  /** A call of the tool `set` whose arguments come in these pieces. */
  tool(pieces: readonly string[]): string;
  /** An error in mid-stream, after some text. */
  overloaded(): string;
  /** The error body of a status. */
  error(type: string, message: string): Json;
  /** From this length on, a stream that ends has said that the reply is whole. */
  wholeFrom(stream: string): number;
  /** Where the key goes. */
  readonly keyHeader: string;
  readonly requestIdHeader: string;
  /** What the reply of `text` counts: 30 input tokens of which 10 were cached, 5 output tokens. */
  readonly usage: {
    readonly input: number;
    readonly cachedInput: number;
    readonly cacheWrite?: number;
    readonly output: number;
  };
}

const named = (event: { readonly type: string; readonly [key: string]: Json }) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const bare = (event: Json) => `data: ${JSON.stringify(event)}\n\n`;

const reasons = { end: 'end_turn', length: 'max_tokens', refusal: 'refusal' } as const;

const start = named({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'claude-test-1',
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 15,
      cache_read_input_tokens: 10,
      cache_creation_input_tokens: 5,
      output_tokens: 1,
    },
  },
});

const anthropic: Wire = {
  name: 'Anthropic Messages',
  open: (origin, key = KEY) =>
    createAnthropic({
      id: 'anthropic:claude-test',
      baseURL: origin,
      name: 'claude-test',
      key,
      keyVariable: 'ANTHROPIC_API_KEY',
    }),
  text: (deltas, end = 'end') =>
    [
      start,
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      named({ type: 'ping' }),
      ...deltas.map((text) =>
        named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
      ),
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: reasons[end], stop_sequence: null },
        usage: { output_tokens: 5 },
      }),
      named({ type: 'message_stop' }),
    ].join(''),
  tool: (pieces) =>
    [
      start,
      named({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'call_1', name: 'set', input: {} },
      }),
      ...pieces.map((partial_json) =>
        named({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json } }),
      ),
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { output_tokens: 5 },
      }),
      named({ type: 'message_stop' }),
    ].join(''),
  overloaded: () =>
    start +
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Half' } }) +
    named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  error: (type, message) => ({ type: 'error', error: { type, message }, request_id: 'req_1' }),
  wholeFrom: (stream) => stream.indexOf('event: message_stop'),
  keyHeader: 'authorization',
  requestIdHeader: 'request-id',
  usage: { input: 30, cachedInput: 10, cacheWrite: 5, output: 5 },
};

const response = (
  status: string,
  more: { readonly [key: string]: Json } = {},
): { readonly [key: string]: Json } => ({
  id: 'resp_1',
  object: 'response',
  model: 'gpt-test-1',
  status,
  output: [],
  ...more,
});

const responseUsage = {
  input_tokens: 30,
  input_tokens_details: { cached_tokens: 10 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 35,
};

const openai: Wire = {
  name: 'OpenAI Responses',
  open: (origin, key = KEY) =>
    createOpenAI({
      id: 'openai:gpt-test',
      baseURL: `${origin}/v1`,
      name: 'gpt-test',
      key,
      keyVariable: 'OPENAI_API_KEY',
    }),
  text: (deltas, end = 'end') =>
    [
      named({ type: 'response.created', sequence_number: 0, response: response('in_progress') }),
      ...deltas.map((delta) =>
        named({
          type: end === 'refusal' ? 'response.refusal.delta' : 'response.output_text.delta',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          delta,
        }),
      ),
      end === 'length'
        ? named({
            type: 'response.incomplete',
            response: response('incomplete', {
              incomplete_details: { reason: 'max_output_tokens' },
              usage: responseUsage,
            }),
          })
        : named({ type: 'response.completed', response: response('completed', { usage: responseUsage }) }),
    ].join(''),
  tool: (pieces) =>
    [
      named({ type: 'response.created', sequence_number: 0, response: response('in_progress') }),
      named({
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'set', arguments: '' },
      }),
      ...pieces.map((delta) =>
        named({ type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta }),
      ),
      named({
        type: 'response.output_item.done',
        output_index: 0,
        item: {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'call_1',
          name: 'set',
          arguments: pieces.join(''),
        },
      }),
      named({ type: 'response.completed', response: response('completed', { usage: responseUsage }) }),
    ].join(''),
  overloaded: () =>
    named({ type: 'response.created', sequence_number: 0, response: response('in_progress') }) +
    named({
      type: 'response.output_text.delta',
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: 'Half',
    }) +
    named({
      type: 'response.failed',
      response: response('failed', { error: { code: 'overloaded_error', message: 'Overloaded' } }),
    }),
  error: (type, message) => ({ error: { type, message, code: null, param: null } }),
  wholeFrom: (stream) => stream.indexOf('event: response.completed'),
  keyHeader: 'authorization',
  requestIdHeader: 'x-request-id',
  usage: { input: 30, cachedInput: 10, output: 5 },
};

const finish = { end: 'stop', length: 'length', refusal: 'stop' } as const;
const chunk = (delta: Json, finish_reason: string | null = null) =>
  bare({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'chat-test-1',
    choices: [{ index: 0, delta, finish_reason }],
  });
const tail = (reason: string) =>
  chunk({}, reason) +
  bare({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'chat-test-1',
    choices: [],
    usage: {
      prompt_tokens: 30,
      completion_tokens: 5,
      total_tokens: 35,
      prompt_tokens_details: { cached_tokens: 10 },
    },
  }) +
  'data: [DONE]\n\n';

const chat: Wire = {
  name: 'Chat Completions',
  open: (origin, key = KEY) =>
    createChat({
      id: `${origin}/v1#chat-test`,
      baseURL: `${origin}/v1`,
      name: 'chat-test',
      key,
      keyVariable: 'VIBEGRAD_API_KEY',
    }),
  text: (deltas, end = 'end') =>
    chunk({ role: 'assistant', content: '' }) +
    deltas.map((text) => chunk(end === 'refusal' ? { refusal: text } : { content: text })).join('') +
    tail(finish[end]),
  tool: (pieces) =>
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'set', arguments: '' } }],
    }) +
    pieces.map((args) => chunk({ tool_calls: [{ index: 0, function: { arguments: args } }] })).join('') +
    tail('tool_calls'),
  overloaded: () =>
    chunk({ content: 'Half' }) + bare({ error: { type: 'overloaded_error', message: 'Overloaded' } }),
  error: (type, message) => ({ error: { type, message, code: null, param: null } }),
  wholeFrom: (stream) => stream.indexOf('"finish_reason":"stop"'),
  keyHeader: 'authorization',
  requestIdHeader: 'x-request-id',
  usage: { input: 30, cachedInput: 10, output: 5 },
};

export const wires: readonly Wire[] = [anthropic, openai, chat];
