import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LIBRARIES, runCheckers } from '../../agent/audit/against/run.ts';
import { CLASSES } from '../../agent/audit/types.ts';
import { folder, librariesWanted } from '../engine/agreement/libraries.ts';

const { signal } = new AbortController();
afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(!librariesWanted())("the libraries' own checkers, really run", () => {
  test.each(LIBRARIES)('%s', { timeout: 180_000 }, async (library) => {
    vi.stubEnv('PATH', join(folder(), 'bin') + delimiter + process.env.PATH);
    const { version, rows } = await runCheckers(library, signal);
    expect(version).toMatch(/^\d+\.\d+/);
    const [right, ...wrong] = rows;
    // A rule that is right is no false alarm of theirs, and every other row is of a class of ours.
    expect(right).toMatchObject({ class: 'none' });
    expect(Object.values(right!.checkers)).toEqual([false, false]);
    expect(wrong.filter((row) => !(CLASSES as readonly string[]).includes(row.class))).toEqual([]);
    expect(wrong.length).toBeGreaterThan(20);
    const caught = (name: string) => Object.values(wrong.find((row) => row.class === name)!.checkers);
    expect(caught('sign')).toContain(true);
    expect(caught('wrong only for |x| > 4')).toEqual([false, false]);
  });
});

test('a library that is not there is named, with what installs it', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(runCheckers('torch', signal)).rejects.toThrow('There is no python3');
});
