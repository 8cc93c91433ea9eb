import type { Dependency, Installed, OwnRepository, Target } from '../checks/types.ts';
import { bundled, esbuild } from './esbuild.ts';
import { compilerOf, readModule, resolveImport } from './modules.ts';
import { pythonVersion } from './sandbox/index.ts';
import { install } from './setup.ts';
import { fileMap, treeDigest, treeEntries } from './tree.ts';
import type { FrozenTree } from './types.ts';

const known = new Map<string, Promise<Target>>();

/**
 * A target ready to be judged: of a configured one, its setup has run on the base, and the packages that the base's
 * modules import are modules. The base is trusted, so this may run its commands. Once for each base.
 * @throws UserError
 */
export async function prepared(target: Target, base: FrozenTree): Promise<Target> {
  if (target.own === undefined || target.own.installed !== null) return target;
  const key = treeDigest(treeEntries(base.files));
  const ready = known.get(key) ?? makeReady(target, base);
  known.set(key, ready);
  ready.catch(() => known.delete(key));
  return ready;
}

async function makeReady(target: Target, base: FrozenTree): Promise<Target> {
  const own = target.own!;
  if (own.language === 'python') return pythonReady(target, own, base);
  if (own.compiler === 'esbuild') esbuild();
  const { folder, digest } =
    own.setup === null ? { folder: null, digest: null } : await install(own.setup, base);
  const packages = packagesOf(base, target);
  const modules: Dependency[] =
    packages.length === 0 || folder === null ? [] : await bundled(packages, folder);
  return withInstalled(target, { folder, digest, python: null, modules, tested: null });
}

/** Of Python, what the setup left stays files: packages may be compiled code. */
async function pythonReady(target: Target, { setup }: OwnRepository, base: FrozenTree): Promise<Target> {
  const python = await pythonVersion();
  const { folder, digest } =
    setup === null ? { folder: null, digest: null } : await install(setup, base, [`Python ${python}`]);
  return withInstalled(target, { folder, digest, python, modules: [], tested: null });
}

/** The same target with dependencies that are known already. */
export function withInstalled(target: Target, installed: Installed): Target {
  return { ...target, own: { ...target.own!, installed } };
}

/** The packages that the modules which a base's entry reaches import. */
function packagesOf(base: FrozenTree, target: Target): string[] {
  const files = fileMap(base);
  const packages = new Set<string>();
  const open = [target.entry];
  const seen = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = files.get(path);
    const read = file && readModule(file, compilerOf(target));
    if (read === undefined || typeof read === 'string') continue;
    for (const specifier of read.facts.imports) {
      const found = resolveImport(path, specifier, target, (other) => files.has(other));
      if (found !== null && !seen.has(found)) open.push(found);
      if (found !== null) seen.add(found);
      else if (/^[@\w]/.test(specifier)) packages.add(specifier);
    }
  }
  return [...packages].sort();
}
