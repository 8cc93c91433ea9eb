import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import type { ReadModule } from '../../agent/judge/modules.ts';

const own = mkdtempSync(join(tmpdir(), 'vibegrad-kept-'));
enableCompileCache(own);
const folder = getCompileCacheDir()!;
const files = () => readdirSync(folder).filter((name) => name.startsWith('modules-'));

beforeEach(() => {
  for (const name of files()) rmSync(join(folder, name));
});
afterAll(() => rmSync(own, { recursive: true, force: true }));

/** As a new process opens it. */
async function opened() {
  vi.resetModules();
  const { openModuleLibrary } = await import('../../agent/judge/module-library.ts');
  return openModuleLibrary();
}

const module = (i: number): ReadModule => ({
  text: `export const x${i} = ${i};`,
  facts: { imports: [], free: [{ name: `y${i}`, line: i }], banned: [] },
});
const bytes = (i: number): Buffer => Buffer.from(`export const x${i}: number = ${i};`);
const never = () => {
  throw new Error('it was parsed again');
};

async function fill(count: number): Promise<void> {
  const library = await opened();
  for (let i = 0; i < count; i++) expect(library.read(bytes(i), () => module(i))).toEqual(module(i));
  library.save();
}

it('what one process read the next one knows, by its bytes alone', async () => {
  await fill(20);
  const library = await opened();
  for (let i = 0; i < 20; i++) expect(library.read(bytes(i), never)).toEqual(module(i));
  expect(library.read(bytes(99), () => module(99))).toEqual(module(99));
});

it('a few new modules are not written, and a module that does not parse is never kept', async () => {
  await fill(3);
  expect(files()).toEqual([]);
  await fill(20);
  const library = await opened();
  expect(library.read(Buffer.from('('), () => 'it does not parse')).toBe('it does not parse');
  expect(library.read(Buffer.from('('), () => 'it does not parse')).toBe('it does not parse');
});

it('a file with another byte in it counts for nothing', async () => {
  await fill(20);
  const [name = ''] = files();
  const text = readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, name), text.replace('x7', 'x8'));
  const library = await opened();
  expect(library.read(bytes(3), () => 'parsed')).toBe('parsed');
});
