import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'bin', 'vibegrad.mjs');
const folder = mkdtempSync(join(tmpdir(), 'vibegrad-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the launcher as a Node that says it is an old one. */
function underOldNode(script: string, cwd: string) {
  const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });`;
  const old = `data:text/javascript,${encodeURIComponent(versions)}`;
  return spawnSync(process.execPath, ['--import', old, script, '--version'], { cwd, encoding: 'utf8' });
}

describe('an old Node is told', () => {
  it('in the checkout, of npx and npm start', () => {
    const { status, stderr } = underOldNode(bin, join(root, 'examples'));
    expect([status, stderr]).toEqual([
      5,
      expect.stringMatching(/^vibegrad needs Node 26 .*npx vibegrad.*npm start.*\n$/),
    ]);
  });

  it('in another repository, linked or not, of a line that makes the same command work', () => {
    const linked = join(folder, 'node_modules', 'vibegrad');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, linked);
    for (const script of [bin, join(linked, 'bin', 'vibegrad.mjs')]) {
      const { status, stderr } = underOldNode(script, folder);
      expect(status).toBe(5);
      const mend = /`(export PATH=.*?)`/.exec(stderr)?.[1];
      const again = spawnSync('sh', ['-c', `${mend}; node '${script}' --version`], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect([again.status, again.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    }
  });
});

it('in a clone in which nothing is installed, a new enough Node is told of npm ci', () => {
  const clone = join(folder, 'clone');
  for (const name of ['bin', 'agent', 'package.json']) {
    cpSync(join(root, name), join(clone, name), { recursive: true });
  }
  const { status, stderr } = spawnSync(process.execPath, [join(clone, 'bin', 'vibegrad.mjs'), 'demo'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    5,
    expect.stringMatching(
      /^vibegrad: The package \S+ is not installed in \S+: run `npm ci` there first\.\n$/,
    ),
  ]);
});

it.skipIf(!existsSync('/dev/full'))('output that cannot be written is told in one sentence', () => {
  const command = `'${process.execPath}' '${bin}' goals --rung 0 > /dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    5,
    expect.stringMatching(/^vibegrad: The output cannot be written \(ENOSPC\).*\n$/),
  ]);
});

it('`help` and `--help` say the same, within 80 columns', () => {
  const said = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  for (const of of [[], ['replay']]) {
    const { status, stdout } = said('help', ...of);
    expect([status, stdout]).toEqual([0, said(...of, '--help').stdout]);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

it('without a command, or an experiment, the help is what was asked for', () => {
  for (const args of [[], ['control']]) {
    const { status, stdout } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Usage: vibegrad/)]);
  }
});
