import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrap, INSIDE, wrapped } from '../../agent/judge/sandbox/bubblewrap.ts';
import { findProgram } from '../../agent/judge/sandbox/find.ts';
import { startChild } from '../../agent/judge/sandbox/index.ts';
import { limited } from '../../agent/judge/sandbox/limits.ts';
import { nodeLine } from '../../agent/judge/sandbox/node.ts';
import { DEFAULT_LIMITS, type Line } from '../../agent/judge/sandbox/types.ts';
import { INSTALL, skipWithoutBubblewrap } from '../judge/oracle-setup.ts';

/**
 * What each layer holds by itself, tried by a script that has the oracle's process and no other layer around it. The
 * answers are the table of SECURITY.md, which this test reads.
 */

const folder = mkdtempSync(join(tmpdir(), 'vibegrad-layers-'));
const secret = join(folder, 'secret');
writeFileSync(secret, 'hush');
const server = createServer((socket) => socket.destroy());
const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  victim.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const need = (name: string): string => `process.getBuiltinModule('node:${name}')`;
const quoted = (text: string): string => JSON.stringify(text);

/** By the row of the table; each is the body of an async function that throws where something holds it. */
const attempts: { readonly [row: string]: () => string } = {
  "read a file of the user's": () => `${need('fs')}.readFileSync(${quoted(secret)})`,
  'write a byte into a file': () => `${need('fs')}.writeFileSync(${quoted(join(folder, 'byte'))}, 'x')`,
  'make an empty file': () =>
    `${need('fs')}.closeSync(${need('fs')}.openSync(${quoted(join(folder, 'empty'))}, 'w'))`,
  'start a process': () =>
    `const c = ${need('child_process')}.spawnSync(process.execPath, ['--version']); if (c.error) throw c.error`,
  'connect to a server on this machine': () =>
    `await new Promise((ok, no) => ${need('net')}.connect(${(server.address() as { port: number }).port}, '127.0.0.1', ok).on('error', no))`,
  "signal a process of the user's": () => `process.kill(${victim.pid}, 0)`,
  'make code from strings': () => "new Function('return 1')()",
  'take 2 GiB of memory': () =>
    'const hoard = []; for (let i = 0; i < 32; i++) hoard.push(new Uint8Array(1 << 26).fill(1))',
  'take 3 s of processor time': () =>
    'const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; while (used() < 3e6);',
};

const LIMITS = { ...DEFAULT_LIMITS, cpuSeconds: 2, dataMiB: 1024 };
const node = realpathSync(process.execPath);
const bare = (binary: string, script: string): Line => ({
  command: binary,
  args: ['--no-warnings', '--input-type=module', '--eval', script],
});

const layers: { readonly [column: string]: (script: string) => Line } = {
  'Node’s flags': (script) => nodeLine(node, script, LIMITS, false),
  prlimit: (script) => limited(bare(node, script), LIMITS),
  bubblewrap: (script) => wrapped(bubblewrap()!, bare(INSIDE, script), { binary: node }),
};

/** Whether a line's process did it, or was held: by an error, by its end, or by its limits. */
function got(line: Line): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (through: boolean): void => {
      void child.kill().then(() => resolve(through));
    };
    const child = startChild(line, LIMITS, {
      onLine: (text) => settle(text === 'through'),
      onFailure: () => settle(false),
    });
    setTimeout(() => child.fail('timeout', 'too slow'), 60_000).unref();
  });
}

const documented = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const columns = documented.find(([first]) => first === 'alone, would it …')!.slice(1);

const skip =
  skipWithoutBubblewrap || (findProgram('prlimit') === null && process.env.VIBEGRAD_REQUIRE_ALL !== '1');

describe(`each layer by itself${skip ? ` (skipped: ${INSTALL} util-linux)` : ''}`, () => {
  test('is in the table', () => expect(columns).toEqual(Object.keys(layers)));

  test.skipIf(skip).each(Object.keys(attempts))(
    'a script that tries to %s',
    { timeout: 120_000 },
    async (row) => {
      const script = `try { ${attempts[row]!()}; process.stdout.write('through\\n'); } catch (error) { process.stdout.write('held\\n'); }`;
      const found = await Promise.all(
        Object.values(layers).map(async (layer) => ((await got(layer(script))) ? '**yes**' : 'no')),
      );
      expect(documented.find(([first]) => first === row)?.slice(1)).toEqual(found);
      for (const made of ['byte', 'empty']) rmSync(join(folder, made), { force: true });
      expect(existsSync(secret)).toBe(true);
    },
  );
});
