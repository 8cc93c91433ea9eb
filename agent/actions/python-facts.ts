import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Config } from '../targets/index.ts';

type Read = (path: string) => { readonly bytes: Uint8Array } | undefined;

const MANIFESTS = ['pyproject.toml', 'setup.py', 'setup.cfg'];

/** Whether a folder is a Python project. */
export function isPythonProject(read: Read): boolean {
  return MANIFESTS.some((name) => read(name) !== undefined);
}

/** What holds no engine: what is built, installed or hidden, tests, and how the project is installed. */
const SKIPPED =
  /^(?:\.|__pycache__$|site-packages$|node_modules$|build$|dist$|docs?$|examples?$|tests?$|bench)|\.egg-info$/;
const NO_ENGINE = /^(?:setup|conftest|noxfile|tasks|test_.*|.*_test)\.py$/;

const FILES = 400;
const FILE_BYTES = 262_144;

/** The text of a project's Python modules by path. */
export function pythonSources(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (at: string): void => {
    for (const name of readdirSync(join(folder, at)).sort()) {
      if (SKIPPED.test(name) || Object.keys(found).length >= FILES) continue;
      const path = posix.join(at, name);
      const stat = lstatSync(join(folder, path));
      if (stat.isDirectory()) visit(path);
      else if (stat.isFile() && name.endsWith('.py') && !NO_ENGINE.test(name) && stat.size <= FILE_BYTES) {
        found[path] = readFileSync(join(folder, path), 'utf8');
      }
    }
  };
  visit('');
  return found;
}

const USUAL = ['__init__', 'engine', 'core', 'autograd', 'autodiff', 'grad', 'value', 'tensor', 'tape'];

/** Modules that may be an engine's main one, the likeliest first: a package before its parts, usual names before others. */
export function pythonEntries(paths: readonly string[]): string[] {
  const depth = (path: string): number => path.replace(/^src\//, '').split('/').length;
  const usual = (path: string): number => {
    const at = USUAL.indexOf(posix.basename(path, '.py'));
    return at < 0 ? USUAL.length : at;
  };
  return [...paths].sort((a, b) => depth(a) - depth(b) || usual(a) - usual(b) || (a < b ? -1 : 1));
}

/** The name by which a module's file is imported. */
export function pythonModule(path: string): string {
  return path
    .replace(/^src\//, '')
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');
}

const INSTALL = 'python3 -m pip install --no-compile --target site-packages';

/** A setup from what a project says that it needs; null where it says nothing that can be read without running it. */
export function pythonSetup(read: Read): NonNullable<Config['setup']> | null {
  if (read('requirements.txt') !== undefined) {
    return { run: [`${INSTALL} -r requirements.txt`], from: ['requirements.txt'] };
  }
  const manifest = Buffer.from(read('pyproject.toml')?.bytes ?? []).toString('utf8');
  const project = /^\[project\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(manifest)?.[1] ?? '';
  const listed = /^dependencies\s*=\s*\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]/m.exec(project)?.[1] ?? '';
  const needed = [...listed.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2]!);
  if (needed.length === 0) return null;
  return { run: [`${INSTALL} ${needed.map(quoted).join(' ')}`], from: ['pyproject.toml'] };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
