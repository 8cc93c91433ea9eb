/**
 * A real model server for tests: llama.cpp's, with SmolLM2-135M-Instruct on one thread, on a free port of
 * loopback. It speaks OpenAI's Chat Completions and Responses and Anthropic's Messages.
 *
 * By hand: `node test/models/real-server.ts [PORT]` prints what to write after --model, and serves until
 * Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const INSTALL = 'test/models/install-real-server.sh';
export const REAL_MODEL = 'smollm2-135m';

export interface RealServer {
  /** `http://127.0.0.1:PORT`; the OpenAI wires are under `/v1`. */
  readonly origin: string;
  /** What to write after --model. */
  readonly id: string;
  stop(): Promise<void>;
}

/** Whether it is installed, or has to be: then the tests run and fail instead of being skipped. */
export function realServerWanted(): boolean {
  return existsSync(marker()) || process.env.VIBEGRAD_REQUIRE_ALL === '1';
}

/** Starts the server and waits until it answers. @throws when it is not installed or does not start */
export async function startRealServer(port = 0): Promise<RealServer> {
  if (!existsSync(marker())) throw new Error(`the real model server is not installed: run ${INSTALL}`);
  const script = fileURLToPath(new URL('./real-server.py', import.meta.url));
  const args = [script, modelFile(), String(port), '4096', REAL_MODEL];
  const server = spawn(join(venv(), 'bin', 'python'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const log: string[] = [];
  createInterface({ input: server.stderr }).on('line', (line) => log.push(line));
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve);
    server.once('error', reject);
    void ended.then(() => reject(new Error(`the model server ended:\n${log.slice(-20).join('\n')}`)));
  });
  return {
    origin,
    id: `${origin}/v1#${REAL_MODEL}`,
    async stop() {
      // It ends with its input, so that it also ends when the tests die.
      server.stdin.end();
      await ended;
    },
  };
}

function venv(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(process.env.VIBEGRAD_TEST_CACHE ?? join(cache, 'vibegrad-test'), 'real-server');
}

const marker = () => join(venv(), 'installed');

function modelFile(): string {
  const found = readdirSync(venv(), { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.gguf'),
  );
  if (found === undefined) throw new Error(`no model file under ${venv()}: delete it and run ${INSTALL}`);
  return join(venv(), found);
}

if (import.meta.main) {
  const server = await startRealServer(Number(process.argv[2] ?? '0'));
  console.log(server.id);
  process.once('SIGINT', () => void server.stop());
  process.once('SIGTERM', () => void server.stop());
}
