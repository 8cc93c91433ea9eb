import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import {
  bubblewrapLayer,
  DEFAULT_LIMITS,
  requireNodeFlags,
  sandboxLayers,
  startChild,
  startSandboxed,
} from '../../agent/judge/sandbox/index.ts';
import { INSTALL, skipWithoutBubblewrap, ways } from './oracle-setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'vibegrad-sandbox-'));
const secret = join(folder, 'secret');
writeFileSync(secret, 'hush');
const server = createServer((socket) => socket.end('hello'));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** What a script in the sandbox writes, as JSON: trusted text here, asking what a candidate that broke out could do. */
async function inSandbox(script: string, bubblewrap: boolean): Promise<unknown> {
  return startSandboxed(
    script,
    DEFAULT_LIMITS,
    { bubblewrap },
    (line) =>
      new Promise((resolve, reject) => {
        const child = startChild(line, DEFAULT_LIMITS, {
          onLine: (text) => resolve(JSON.parse(text)),
          onFailure: reject,
        });
        setTimeout(() => child.fail('timeout', 'too slow'), 20_000).unref();
      }),
  );
}

/** Runs each attempt and writes the names of those that got through. */
const attempts = (ways: Record<string, string>) => `
const got = []; const need = (name) => process.getBuiltinModule(name);
for (const [name, way] of Object.entries({ ${Object.entries(ways)
  .map(([name, way]) => `${JSON.stringify(name)}: async () => { ${way} }`)
  .join(', ')} }))
  try { await way(); got.push(name); } catch {}
process.stdout.write(JSON.stringify(got) + '\\n');`;

describe.each(ways)('a process in the sandbox $way', ({ bubblewrap, skip }) => {
  test.skipIf(skip)('can neither read nor write a file, nor start anything', async () => {
    const made = JSON.stringify(join(folder, 'made'));
    const got = await inSandbox(
      attempts({
        read: `need('fs').readFileSync(${JSON.stringify(secret)})`,
        'read the system': "need('fs').readFileSync('/etc/passwd')",
        list: "need('fs').readdirSync('/')",
        write: `need('fs').writeFileSync(${made}, 'x')`,
        'write a database': `new (need('sqlite').DatabaseSync)(${made}).exec('create table t (x); insert into t values (1)')`,
        import: `await import(${JSON.stringify(secret)})`,
        child: "need('child_process').execFileSync('/bin/true')",
        worker: "new (need('worker_threads').Worker)('', { eval: true })",
        addon: `process.dlopen({ exports: {} }, ${JSON.stringify(secret)})`,
        eval: "new Function('return 1')()",
      }),
      bubblewrap,
    );
    expect(got).toEqual([]);
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });

  test.skipIf(skip)('has nothing of the environment of its parent', async () => {
    process.env.VIBEGRAD_TEST_SECRET = 'hush';
    try {
      const names = await inSandbox(
        "process.stdout.write(JSON.stringify(Object.keys(process.env)) + '\\n')",
        bubblewrap,
      );
      // Bubblewrap says where it put the process.
      expect(names).toEqual(bubblewrap ? ['PWD'] : []);
    } finally {
      delete process.env.VIBEGRAD_TEST_SECRET;
    }
  });
});

describe(`bubblewrap adds to it${skipWithoutBubblewrap ? ` (skipped: ${INSTALL})` : ''}`, () => {
  test.skipIf(skipWithoutBubblewrap)('no network', async () => {
    const { port } = server.address() as { port: number };
    const connect = `await new Promise((resolve, reject) => need('net').connect(${port}, '127.0.0.1', resolve).on('error', reject))`;
    expect(await inSandbox(attempts({ connect }), true)).toEqual([]);
  });

  test.skipIf(skipWithoutBubblewrap)('no process to be seen but its own', async () => {
    const kill = `process.kill(${process.pid}, 0)`;
    expect(await inSandbox(attempts({ kill }), true)).toEqual([]);
  });
});

describe('layers', () => {
  test('each is reported, on or off, with the reason', async () => {
    const layers = await sandboxLayers({ bubblewrap: false });
    expect(layers.map(({ name }) => name)).toEqual([
      'process',
      'context',
      'permissions',
      'codegen',
      'environment',
      'limits',
      'bubblewrap',
    ]);
    for (const { why } of layers) expect(why).not.toBe('');
    expect(layers.at(-1)).toEqual({ name: 'bubblewrap', on: false, why: 'switched off by its caller' });
  });

  test('an environment variable switches bubblewrap off', async () => {
    const before = process.env.VIBEGRAD_NO_BWRAP;
    process.env.VIBEGRAD_NO_BWRAP = '1';
    try {
      expect(await bubblewrapLayer()).toMatchObject({
        on: false,
        why: expect.stringContaining('VIBEGRAD_NO_BWRAP'),
      });
    } finally {
      if (before === undefined) delete process.env.VIBEGRAD_NO_BWRAP;
      else process.env.VIBEGRAD_NO_BWRAP = before;
    }
  });

  test('a Node that lacks a flag is refused, with what to do', () => {
    expect(() => requireNodeFlags(new Set(['--permission']))).toThrow(UserError);
    expect(() => requireNodeFlags(new Set(['--permission']))).toThrow(/--disable-sigusr1/);
    expect(() => requireNodeFlags()).not.toThrow();
  });
});
