import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../targets/index.ts';

type Read = (path: string) => { readonly bytes: Uint8Array } | undefined;

const manifestSchema = z.object({
  exports: z.unknown().optional(),
  module: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  source: z.string().optional().catch(undefined),
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()) }).transform((w) => w.packages)])
    .catch([]),
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: z.record(z.string(), z.string()).catch({}),
  devDependencies: z.record(z.string(), z.string()).catch({}),
});

function manifestAt(read: Read): z.infer<typeof manifestSchema> | null {
  const bytes = read('package.json')?.bytes;
  if (bytes === undefined) return null;
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    // A manifest that cannot be read names nothing.
    return null;
  }
}

const USUAL = ['index', 'main', 'engine', 'autograd', 'autodiff', 'grad', 'value', 'tape'];

/** Modules that may be an engine's main one, the likeliest first: what package.json names, then the usual names. */
export function entriesAt(read: Read): string[] {
  const manifest = manifestAt(read);
  const named = [
    manifest?.source,
    ...stringsIn((manifest?.exports as Record<string, unknown>)?.['.'] ?? manifest?.exports),
    manifest?.module,
    manifest?.main,
  ].filter((path) => path !== undefined);
  const sources = named.flatMap((path) => {
    const plain = path.replace(/^\.\//, '');
    // What is built lies elsewhere than what it was built from.
    const stem = plain.replace(/\.d\.[cm]?ts$|\.[cm]?js$/, '').replace(/^(?:dist|build|lib|out)\//, '');
    return [plain, `src/${stem}.ts`, `${stem}.ts`, `src/${stem}.js`];
  });
  const usual = ['src/', '', 'lib/'].flatMap((at) =>
    USUAL.flatMap((name) => ['ts', 'mts', 'js', 'mjs'].map((end) => `${at}${name}.${end}`)),
  );
  return [...new Set([...sources, ...usual])].filter((path) => isSource(path, read));
}

const isSource = (path: string, read: Read): boolean =>
  /^[\w@][\w./@-]*\.[cm]?[jt]sx?$/.test(path) &&
  !path.endsWith('.d.ts') &&
  !/^(?:dist|build|out|node_modules)\//.test(path) &&
  read(path) !== undefined;

function stringsIn(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports];
  if (typeof exports !== 'object' || exports === null) return [];
  return Object.values(exports).flatMap(stringsIn);
}

/** The packages of a repository that holds several. */
export function workspacesAt(folder: string, read: Read): string[] {
  const inside = (path: string): boolean => !/^\/|(?:^|\/)\.\.(?:\/|$)/.test(path);
  const listed = (manifestAt(read)?.workspaces ?? [])
    .map((path) => path.replace(/^\.\/|\/$/g, ''))
    .filter(inside);
  const folders = listed.flatMap((path) => {
    if (!path.endsWith('/*')) return [path];
    const within = path.slice(0, -2);
    const isFolder = statSync(join(folder, within), { throwIfNoEntry: false })?.isDirectory() === true;
    const names = isFolder ? readdirSync(join(folder, within)).sort() : [];
    return names.map((name) => `${within}/${name}`);
  });
  return folders.filter((path) => read(`${path}/package.json`) !== undefined);
}

/** How each package manager installs what its lock file says, without running a package's scripts. */
const INSTALLS: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm ci --ignore-scripts',
  'pnpm-lock.yaml': 'pnpm install --frozen-lockfile --ignore-scripts',
  'yarn.lock': 'yarn install --frozen-lockfile --ignore-scripts',
};

/** A setup from the lock file; null where there is none. */
export function dependenciesAt(read: Read): NonNullable<Config['setup']> | null {
  const lock = Object.keys(INSTALLS).find((name) => read(name) !== undefined);
  if (lock === undefined || read('package.json') === undefined) return null;
  return { run: [INSTALLS[lock]!], from: ['package.json', lock] };
}

const TEST_FOLDERS = ['test/', 'tests/', '__tests__/', 'spec/'];
const SETTINGS = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'vite.config.ts', 'jest.config.js'];

/** The repository's own tests, where they lie in a folder of their own: else proposals could change them. */
export function testsAt(
  folder: string,
  read: Read,
): { readonly command: string; readonly files: string[]; readonly installed: boolean } | null {
  const manifest = manifestAt(read);
  const command = manifest?.scripts.test;
  const folders = TEST_FOLDERS.filter((name) => existsSync(join(folder, name)));
  if (command === undefined || /no test specified/.test(command) || folders.length === 0) return null;
  const files = [...folders, ...SETTINGS.filter((name) => read(name) !== undefined)];
  const { dependencies = {}, devDependencies = {} } = manifest ?? {};
  return { command, files, installed: Object.keys({ ...dependencies, ...devDependencies }).length > 0 };
}
