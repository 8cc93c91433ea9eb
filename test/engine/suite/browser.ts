import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';

const root = resolve(import.meta.dirname, '..', '..', '..');
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Nothing but modules of this server; no code from strings, no inline scripts, no other machine. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** The Chromium of this machine: $CHROMIUM, or the first of the usual names on the PATH; null where there is none. */
export function findChromium(): string | null {
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM] : NAMES;
  return candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}

/**
 * Opens a page whose one script is a module of this repository, its types stripped, and gives what the page posts; or
 * `{ failed }` for a module that cannot be had.
 *
 * @throws Error where the browser ends before the page has posted anything, or the signal comes first
 */
export async function runInPage(
  chromium: string,
  script: string,
  profile: string,
  signal: AbortSignal,
): Promise<unknown> {
  let posted = (_: unknown) => {};
  const answer = new Promise<unknown>((resolve) => {
    posted = resolve;
  });
  const server = await serve(script, posted);
  const { port } = server.address() as AddressInfo;
  const browser = open(chromium, profile, `http://127.0.0.1:${port}/`);
  try {
    return await Promise.race([answer, ended(browser, signal)]);
  } finally {
    // A browser that shuts down by itself would still be writing its profile.
    if (browser.exitCode === null && browser.signalCode === null) {
      process.kill(-browser.pid!, 'SIGKILL');
      await once(browser, 'exit');
    }
    server.closeAllConnections();
    server.close();
  }
}

function open(chromium: string, profile: string, url: string): ChildProcess {
  const flags = [
    '--headless',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-breakpad',
  ];
  // Root may not start Chromium's own sandbox; the page is ours.
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  return spawn(chromium, [...flags, `--user-data-dir=${profile}`, url], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Fails with what the browser has said, once it ends or has had its time. */
async function ended(browser: ChildProcess, signal: AbortSignal): Promise<never> {
  let said = '';
  browser.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const why = await Promise.race([
    once(browser, 'exit').then(([code]) => `ended with ${code}`),
    once(signal, 'abort').then(() => 'had its time'),
  ]);
  throw new Error(`the browser ${why} before the page had an answer: ${said.slice(-2000)}`);
}

async function serve(script: string, posted: (answer: unknown) => void): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const reply =
      request.method === 'POST'
        ? text(request).then((body) => {
            posted(JSON.parse(body));
            response.end();
          })
        : send(path, script, response);
    reply.catch((error) => {
      response.writeHead(404).end();
      if (path.endsWith('.ts')) posted({ failed: String(error) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function send(path: string, script: string, response: ServerResponse): Promise<void> {
  response.setHeader('Content-Security-Policy', POLICY);
  if (path === '/') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>engine</title><script type="module" src="/${script}"></script>`);
    return;
  }
  const file = join(root, path);
  if (!file.startsWith(root + sep) || !file.endsWith('.ts')) throw new Error(`no module ${path}`);
  const source = await readFile(file, 'utf8');
  response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
  response.end(stripTypeScriptTypes(source));
}
