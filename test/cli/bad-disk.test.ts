import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Desk,
  desk,
  expectPlainFailure,
  fingerprint,
  newestSession,
  type Ran,
  vibegrad,
  workspaceOn,
} from './vibegrad.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'vibegrad.mjs');
const patient = { timeout: 120_000 };
const learnNeg = 'improve --auto --model embedded --goal r1/neg';

const there = spawnSync('unshare', ['-rm', 'true']).status === 0;
const needed = process.env.VIBEGRAD_REQUIRE_ALL === '1';
const mend = 'needs root or user namespaces: `sysctl -w kernel.unprivileged_userns_clone=1`';
const name = (text: string): string => (there ? text : `${text} (${mend})`);
const onMounts = it.skipIf(!there && !needed);

/** Runs a shell script with mounts of its own, in which `vibegrad` is the command. */
function inMounts(at: Desk, cwd: string, script: readonly string[]): Ran {
  const command = `vibegrad() { '${process.execPath}' '${bin}' "$@"; }`;
  const { status, signal, stdout, stderr } = spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', [command, ...script].join('\n')],
    { cwd, env: { ...at.env }, encoding: 'utf8' },
  );
  return { code: status, signal, stdout, stderr };
}

const readOnly = (path: string): string =>
  `mount --bind '${path}' '${path}' && mount -o remount,ro,bind '${path}'`;

describe('a read-only folder', () => {
  onMounts(
    name('that holds the repository: no session is begun; judging and trying work'),
    patient,
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      const before = fingerprint(repo);
      const improved = inMounts(at, repo, [readOnly(repo), `cd '${repo}'`, `vibegrad ${learnNeg}`]);
      expectPlainFailure(improved, 2, /cannot be written\.\n {2}.*make both writable, or work on a copy/);
      const sessions = join(at.home, 'sessions');
      expect(existsSync(sessions) ? readdirSync(sessions) : []).toEqual([]);
      for (const command of ['check', 'check --diff HEAD', "try neg '-1'"]) {
        const ran = inMounts(at, repo, [readOnly(repo), `cd '${repo}'`, `vibegrad ${command}`]);
        expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' });
      }
      const receipt = inMounts(at, repo, [
        readOnly(repo),
        `cd '${repo}'`,
        'vibegrad check --receipt receipt.json',
      ]);
      expectPlainFailure(receipt, 2, /receipt\.json cannot be written/);
      expectPlainFailure(
        inMounts(at, repo, [readOnly(repo), `cd '${repo}'`, 'vibegrad init inside']),
        2,
        /cannot be written/,
      );
      expect(fingerprint(repo)).toEqual(before);
    },
  );

  onMounts(
    name('that would keep the sessions: what only reads works, the rest says where to'),
    patient,
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      writeFileSync(join(repo, 'chat.md'), '## Q\n\nWhy?\n\n## A\n\nSo.\n');
      mkdirSync(at.home, { recursive: true });
      const mount = `mount -t tmpfs -o ro none '${at.home}'`;
      for (const command of [learnNeg, 'import chat.md']) {
        const ran = inMounts(at, repo, [mount, `vibegrad ${command}`]);
        expectPlainFailure(ran, 5, /cannot be made: its file system is read-only\n {2}.*VIBEGRAD_HOME/);
      }
      for (const command of [
        'list',
        'check',
        "try neg '-1'",
        'show manual',
        'replay --level render manual',
        'clean',
      ]) {
        const ran = inMounts(at, repo, [mount, `vibegrad ${command}`]);
        expect(ran, `${command}: ${ran.stderr}`).toMatchObject({ code: 0, stderr: '' });
      }
    },
  );
});

describe('a full disk', () => {
  const again = [
    'if ls "$VIBEGRAD_HOME"/sessions/*/journal.jsonl >/dev/null 2>&1',
    `then vibegrad resume; else vibegrad ${learnNeg}; fi`,
    'echo "second $?"',
  ];

  onMounts(name('under the sessions: it says so, and goes on when there is room'), patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    mkdirSync(at.home, { recursive: true });
    const ran = inMounts(at, repo, [
      `mount -t tmpfs -o size=64k none '${at.home}'`,
      `vibegrad ${learnNeg}; echo "first $?"`,
      `mount -o remount,size=64m '${at.home}'`,
      ...again,
    ]);
    expect(ran.stdout).toMatch(/^first 5$/m);
    expect(ran.stderr).toMatch(/^vibegrad: .*(full|room|space)/im);
    expect(ran.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
    expect(ran.stdout, ran.stderr).toMatch(/^second 0$/m);
  });

  onMounts(
    name('under a new workspace: nothing is left of it, and the same command works when there is room'),
    patient,
    () => {
      const at = desk();
      const small = join(at.dir, 'small');
      mkdirSync(small);
      const ran = inMounts(at, at.dir, [
        `mount -t tmpfs -o size=40k none '${small}'`,
        `cd '${small}'; vibegrad init engine; echo "first $?"; ls -A; mkdir own; vibegrad init own; ls -A own`,
        `mount -o remount,size=4m '${small}'`,
        'vibegrad init engine && vibegrad init own; echo "second $?"',
      ]);
      expect(ran.stdout, ran.stderr).toMatch(/^first 5\nA seed engine lies in /);
      expect(ran.stderr).toMatch(/^vibegrad: .*(full|room|space)/im);
      expect(ran.stdout).toMatch(/^second 0$/m);
    },
  );

  onMounts(name('under the repository: it says so, and goes on when there is room'), patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const small = join(at.dir, 'small');
    mkdirSync(small);
    const ran = inMounts(at, repo, [
      `mount -t tmpfs -o size=2m none '${small}'`,
      `cp -r '${repo}' '${small}/engine' && cd '${small}/engine'`,
      // Whatever is left, to the last byte.
      `cat /dev/zero > '${small}/filler' 2>/dev/null`,
      `vibegrad ${learnNeg}; echo "first $?"`,
      `rm '${small}/filler'`,
      ...again,
      'git fsck --no-dangling >/dev/null 2>&1; echo "fsck $?"',
    ]);
    expect(ran.stdout).toMatch(/^first 5$/m);
    expect(ran.stderr).toMatch(/^vibegrad: .*(full|room|space)/im);
    expect(ran.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
    expect(ran.stdout, ran.stderr).toMatch(/^second 0$/m);
    expect(ran.stdout).toMatch(/^fsck 0$/m);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'when only the transcript is left to write: what was accepted is told, and resuming writes it',
    patient,
    async () => {
      const at = desk();
      const repo = await workspaceOn(at);
      expect(await vibegrad(at, learnNeg.split(' '), { cwd: repo })).toMatchObject({ code: 0 });
      const { dir } = newestSession(at);
      const [transcript, half] = ['transcript.md', 'transcript.md.new'].map((file) => join(dir, file));
      rmSync(transcript!);
      symlinkSync('/dev/full', half!);
      const full = await vibegrad(at, ['resume', 'last']);
      expectPlainFailure(full, 5, /No space is left for the session in .* \(ENOSPC\)/);
      expect(full.stdout).toContain('Accepted commits are on vibegrad/');
      rmSync(half!);
      expect(await vibegrad(at, ['resume', 'last'])).toMatchObject({ code: 0 });
      expect(existsSync(transcript!)).toBe(true);
    },
  );
});
