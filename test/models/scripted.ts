/** A scripted HTTP server on loopback: each request meets the next step of the script, byte by byte. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../agent/base/json.ts';

export interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a request body of any provider, read by assertions
  readonly body: any;
}

export type Step = (response: ServerResponse) => void | Promise<void>;

export interface Scripted {
  readonly origin: string;
  readonly heard: readonly Heard[];
  /** Adds steps; a request beyond the script gets status 418. */
  script(...steps: readonly Step[]): void;
  close(): Promise<void>;
}

export async function scripted(): Promise<Scripted> {
  const heard: Heard[] = [];
  const steps: Step[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    heard.push({
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? null : (JSON.parse(text) as Json),
    });
    const step = steps.shift();
    if (step === undefined) response.writeHead(418).end();
    else await step(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    script: (...more) => {
      steps.push(...more);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A whole event stream, properly ended. */
export function stream(bytes: Uint8Array | string, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(200, { ...SSE, ...headers }).end(bytes);
  };
}

/** The bytes, and then the connection is destroyed. */
export function torn(bytes: Uint8Array | string): Step {
  return async (response) => {
    response.writeHead(200, SSE);
    await new Promise((resolve) => response.write(bytes, resolve));
    response.destroy();
  };
}

/** The bytes, and then nothing, with the connection open. `reached` is called once they are out. */
export function silent(bytes: Uint8Array | string | null, reached: () => void = () => undefined): Step {
  return async (response) => {
    if (bytes !== null) {
      response.writeHead(200, SSE);
      await new Promise((resolve) => response.write(bytes, resolve));
    }
    reached();
  };
}

export function status(code: number, body: Json | string, headers: Record<string, string> = {}): Step {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  return (response) => {
    response.writeHead(code, { 'content-type': type, ...headers }).end(text);
  };
}
