import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One call as the server heard it. */
export interface Heard {
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly authorization: string | null;
}

/** What it answers: text that ends as a reply does, or bytes of its own. */
export type Said =
  | string
  | { readonly text: string; readonly finish: 'stop' | 'length' | 'content_filter' }
  | { readonly status: number; readonly error: { readonly [name: string]: string } }
  | { readonly raw: (response: ServerResponse) => void };

export interface ChatServer {
  /** Ready to write after --model. */
  readonly model: string;
  readonly heard: readonly Heard[];
}

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted-chat',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

/** A server on loopback that speaks Chat Completions as a stream, and answers by what it is asked. */
export async function chatServer(answer: (heard: Heard) => Said): Promise<ChatServer> {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const piece of request) chunks.push(piece as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { messages: Heard['messages'] };
    const call: Heard = {
      system: body.messages.find(({ role }) => role === 'system')?.content ?? '',
      messages: body.messages.filter(({ role }) => role !== 'system'),
      authorization: request.headers.authorization ?? null,
    };
    heard.push(call);
    say(response, answer(call));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { model: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#scripted`, heard };
}

function say(response: ServerResponse, said: Said): void {
  if (typeof said === 'object' && 'raw' in said) {
    said.raw(response);
    return;
  }
  if (typeof said === 'object' && 'status' in said) {
    response
      .writeHead(said.status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: said.error }));
    return;
  }
  const { text, finish } = typeof said === 'string' ? { text: said, finish: 'stop' } : said;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(chunk({ role: 'assistant', content: '' }));
  // In small pieces, as a model speaks.
  const piece = Math.max(40, Math.ceil(text.length / 1000));
  for (let at = 0; at < text.length; at += piece)
    response.write(chunk({ content: text.slice(at, at + piece) }));
  response.write(chunk({}, finish));
  response.write(
    event({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'scripted-chat',
      choices: [],
      usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
    }),
  );
  response.end('data: [DONE]\n\n');
}
