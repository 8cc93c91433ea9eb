import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row, row } from './measure.ts';

export const name = 'chat';

const QUESTIONS = 11;
const bin = join(import.meta.dirname, '..', 'bin', 'vibegrad.mjs');

/** From a provider's first token to the first that is seen at a terminal, in `vibegrad chat` at a pseudo-terminal. */
export async function run(): Promise<readonly Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'vibegrad-bench-'));
  const sent: number[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method !== 'POST') {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      // The first token comes alone, as a model's does.
      setTimeout(() => {
        sent.push(performance.now());
        response.write(chunk(`{"prose": "token${sent.length}`));
        setTimeout(() => {
          response.write(chunk(' and the rest.", "claims": [], "offers": ["A?", "B?"]}'));
          response.end(`${chunk('', 'stop')}data: [DONE]\n\n`);
        }, 100);
      }, 100);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#bench`;
  const command = [process.execPath, bin, 'chat', '--model', model].map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    env: { ...process.env, VIBEGRAD_HOME: home, TERM: 'xterm' },
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const seen: number[] = [];
    let screen = '';
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', () => resolve());
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
        if (screen.includes(`token${seen.length + 1}`)) seen.push(performance.now());
        if (!/› $/.test(screen.replace(/\u001b\[[\d;]*[A-Za-z]/g, ''))) return;
        screen = '';
        child.stdin.write(seen.length < QUESTIONS ? 'And then?\r' : '/quit\r');
      });
    });
    if (seen.length < QUESTIONS) throw new Error(`only ${seen.length} answers were seen`);
    // The first one also loads what later ones find loaded.
    const waits = sent.slice(0, QUESTIONS).map((at, i) => seen[i]! - at);
    return [
      row(name, 'first token of a provider to the first that is seen, median', median(waits.slice(1)), 'ms', {
        most: 50,
      }),
      row(name, 'the same of the first answer', waits[0]!, 'ms', { most: 50 }),
    ];
  } finally {
    child.kill();
    server.close();
    server.closeAllConnections();
    rmSync(home, { recursive: true, force: true });
  }
}

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
