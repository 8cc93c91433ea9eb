import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdsSecret, openCanaries } from '../../agent/redteam/canaries.ts';
import { differences, snapshot } from '../../agent/redteam/folder.ts';
import { categories, chosen } from '../../agent/redteam/index.ts';
import { bearers, commandOf, leftOver, marked, newMark } from '../../agent/redteam/marked.ts';

const folder = mkdtempSync(join(tmpdir(), 'vibegrad-observer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the observer sees', () => {
  test('every change below a folder: bytes, modes, links, what is new and what is gone', () => {
    const root = join(folder, 'watched');
    mkdirSync(join(root, 'below'), { recursive: true });
    for (const name of ['a', 'b', 'c', 'below/d']) writeFileSync(join(root, name), name);
    const before = snapshot(root);
    expect(differences(before, snapshot(root), () => false)).toEqual([]);
    appendFileSync(join(root, 'a'), 'x');
    chmodSync(join(root, 'b'), 0o755);
    rmSync(join(root, 'c'));
    symlinkSync('/nowhere', join(root, 'e'));
    mkdirSync(join(root, 'f'));
    writeFileSync(join(root, 'ours'), '');
    const seen = differences(before, snapshot(root), (path) => path === 'ours');
    expect(seen.toSorted()).toEqual([
      'a was changed',
      'b was changed',
      'c was removed',
      'e was made',
      'f was made',
    ]);
  });

  const mark = newMark();
  test.skipIf(mark === null && process.env.VIBEGRAD_REQUIRE_ALL !== '1')(
    `a process that has left its group, its session and its parent${mark === null ? ' (skipped: Linux, apt install util-linux)' : ''}`,
    async () => {
      const line = marked(
        { command: 'setsid', args: ['sh', '-c', 'exec sleep 600 >/dev/null 2>&1 &'] },
        mark,
      );
      const parent = spawn(line.command, [...line.args], { stdio: 'ignore' });
      await once(parent, 'exit');
      // The shells on the way may be a moment longer about it.
      await expect.poll(() => bearers(mark!).map(commandOf)).toEqual(['sleep 600']);
      const found = bearers(mark!);
      expect(await leftOver(mark!, new Set(found), 0)).toEqual([]);
      expect(await leftOver(mark!, new Set(), 0)).toEqual(found);
      process.kill(found[0]!, 'SIGKILL');
      expect(await leftOver(mark!, new Set(), 5)).toEqual([]);
    },
  );

  test('whoever reaches its servers, and the secret in any usual spelling', async () => {
    const canaries = await openCanaries(join(folder, 'socket'));
    expect(canaries.heard()).toEqual([]);
    for (const to of [{ port: canaries.tcp, host: '127.0.0.1' }, { path: join(folder, 'socket') }]) {
      const socket = createConnection(to);
      await once(socket, 'close');
    }
    expect(canaries.heard()).toEqual([
      'a connection reached the loopback interface',
      'a connection reached a socket of the user',
    ]);
    expect(canaries.heard()).toEqual([]);
    await canaries.close();
    const { secret } = canaries;
    expect(holdsSecret(`it is ${secret}.`, secret)).toBe(true);
    expect(holdsSecret(Buffer.from(secret).toString('base64'), secret)).toBe(true);
    expect(holdsSecret([...secret].reverse().join(''), secret)).toBe(true);
    expect(holdsSecret('nothing', secret)).toBe(false);
  });
});

describe('the corpus', () => {
  const all = categories.flatMap(({ candidates }) => candidates);

  test('names each candidate once', () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('expects of each something that not every refusal says', () => {
    const lax = all.filter(({ because }) => ['', 'any reason at all'].some((text) => because.test(text)));
    expect(lax.map(({ id }) => id)).toEqual([]);
  });

  test('is chosen from by category and by candidate, and a wrong name says what there is', () => {
    expect(chosen(['text/enum', 'claim']).map(({ id }) => id)).toEqual([
      'text/enum',
      ...all.filter(({ id }) => id.startsWith('claim/')).map(({ id }) => id),
    ]);
    expect(() => chosen(['nothing'])).toThrow('There is no category nothing.');
  });
});
