import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf } from '../base/errors.ts';

/** A child process that speaks JSON-RPC with `Content-Length` frames on its standard streams. */
export interface LanguageServer {
  /** @throws Error named `TimeoutError` when no answer came in time; Error with the server's words when it refused. */
  ask(method: string, params: unknown, seconds: number): Promise<unknown>;
  tell(method: string, params: unknown): void;
  kill(): void;
}

const Message = z.object({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** How a language server is started. */
interface Start {
  readonly cwd: string;
  /** All of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that it is told to work in, none if null. */
  readonly root: string | null;
}

/** Starts a language server and shakes hands with it. */
export async function startLanguageServer(
  file: string,
  args: readonly string[],
  { cwd, env = {}, root }: Start,
): Promise<LanguageServer> {
  const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let serial = 0;
  let received = Buffer.alloc(0);

  let over: Error | null = null;

  const fail = (error: Error): void => {
    over ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once('error', fail);
  child.once('exit', () => fail(new Error('the language server ended')));
  child.stdin.on('error', () => {}); // its end is told by `exit`
  const send = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    if (child.stdin.writable) child.stdin.write(Buffer.concat([frame(body.length), body]));
  };
  const receive = (text: string): void => {
    const { id, method, params, result, error } = Message.parse(JSON.parse(text));
    if (method !== undefined) {
      // Its questions (which settings, may I watch files) get the answer "nothing".
      if (id !== undefined)
        send({ id, result: method === 'workspace/configuration' ? nothings(params) : null });
      return;
    }
    const asked = typeof id === 'number' ? waiting.get(id) : undefined;
    if (typeof id !== 'number' || asked === undefined) return;
    waiting.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    try {
      takeFrames();
    } catch (error) {
      fail(new Error(`the language server said something that is none of its protocol: ${messageOf(error)}`));
      child.kill('SIGKILL');
    }
  });
  const takeFrames = (): void => {
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1]);
      const next = end + 4 + length;
      if (!(received.length >= next)) return;
      const text = received.toString('utf8', end + 4, next);
      received = received.subarray(next);
      receive(text);
    }
  };

  const server: LanguageServer = {
    ask(method, params, seconds) {
      if (over !== null) return Promise.reject(over);
      const id = ++serial;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new DOMException(`${method} took more than ${seconds} s`, 'TimeoutError'));
        }, seconds * 1000);
        waiting.set(id, {
          resolve: (value) => {
            clearTimeout(timer);
            resolve(value);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        });
        send({ id, method, params });
      });
    },
    tell: (method, params) => send({ method, params }),
    kill: () => void child.kill('SIGKILL'),
  };
  try {
    const rootUri = root === null ? null : pathToFileURL(root).href;
    await server.ask('initialize', { processId: process.pid, rootUri, capabilities: {} }, 20);
  } catch (error) {
    server.kill();
    throw error;
  }
  server.tell('initialized', {});
  // An idle compiler must not keep a finished command alive.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
  return server;
}

const frame = (length: number): Buffer => Buffer.from(`Content-Length: ${length}\r\n\r\n`);

function nothings(params: unknown): null[] {
  const items = (params as { items?: unknown } | undefined)?.items;
  return Array.isArray(items) ? items.map(() => null) : [];
}
