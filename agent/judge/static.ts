import type { Target } from '../checks/types.ts';
import type { JudgeLimits } from './limits.ts';
import { openModuleLibrary } from './module-library.ts';
import {
  compilerOf,
  complaints,
  decode,
  isModule,
  pythonText,
  readModule,
  readScript,
  resolveImport,
} from './modules.ts';
import type { ModuleText } from './oracle/index.ts';
import { fileMap, isUnder, sameBytes } from './tree.ts';
import type { FrozenFile, FrozenTree } from './types.ts';

/** What a person can do about TypeScript that is more than types. */
const ESBUILD = '`"compiler": "esbuild"` in vibegrad.config.json compiles it.';

/** Comments that would switch a later gate off. */
const GAG = /@ts-(?:nocheck|ignore|expect-error)|biome-ignore|^\s*\/\/\/\s*<|[#@]\s*sourceMappingURL/m;

/** Characters that show a reader something else than what runs: bidirectional controls, invisible ones, controls. */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** A tree of more files than this is one of many modules. */
const MANY = 32;

/** A module ready for an oracle: JavaScript, and what its imports mean where that is not their own path. */
export type LinkedModule = ModuleText;

/**
 * The static stage, as far as one tree goes: the modules that its entry reaches, parsed, with nothing in them that an
 * oracle would refuse, and the packages that a configured target was given. `reasons` is empty when all is well. `scripts`
 * has the JavaScript of paths where the caller knows it.
 */
export function linkModules(
  tree: FrozenTree,
  target: Target,
  scripts: ReadonlyMap<string, string> = new Map(),
): { readonly modules: readonly LinkedModule[]; readonly reasons: readonly string[] } {
  const files = fileMap(tree);
  if (target.own?.language === 'python') return linkPython(tree, target);
  const packages = target.own?.installed?.modules ?? [];
  const modules: LinkedModule[] = [...packages];
  const reasons: string[] = [];
  const library = files.size > MANY && target.own === undefined ? openModuleLibrary() : undefined;
  const open = [target.entry];
  const seen = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = files.get(path);
    if (file === undefined) {
      reasons.push(`${path}, the engine's main module, is missing.`);
      continue;
    }
    const script = scripts.get(path);
    const read =
      script === undefined ? readModule(file, compilerOf(target), library) : readScript(path, script);
    if (typeof read === 'string') {
      reasons.push(target.own && /strip-only/.test(read) ? `${read} ${ESBUILD}` : read);
      continue;
    }
    const imports: Record<string, string> = {};
    for (const specifier of read.facts.imports) {
      const given = packages.find((one) => one.specifier === specifier)?.path;
      const resolved = given ?? resolveImport(path, specifier, target, (other) => files.has(other));
      if (resolved === null) {
        reasons.push(strangeImport(path, specifier, target));
        continue;
      }
      imports[specifier] = resolved;
      if (given === undefined && !seen.has(resolved)) {
        seen.add(resolved);
        open.push(resolved);
      }
    }
    modules.push(target.own === undefined ? { path, text: read.text } : { path, text: read.text, imports });
    reasons.push(...complaints(path, read.facts));
  }
  library?.save();
  return { modules, reasons };
}

/** What an import means is settled when it runs, so that a Python candidate is all its modules that are judged. */
function linkPython(tree: FrozenTree, target: Target): ReturnType<typeof linkModules> {
  const modules: LinkedModule[] = [];
  const reasons: string[] = [];
  for (const file of tree.files) {
    if (!isModule(file.path, target) || !isUnder(file.path, [...target.editable, ...target.pinned])) continue;
    const read = pythonText(file);
    if (typeof read === 'string') reasons.push(read);
    else modules.push({ path: file.path, text: read.text });
  }
  if (!modules.some(({ path }) => path === target.entry)) {
    reasons.push(`${target.entry}, the engine's main module, is missing.`);
  }
  return { modules, reasons };
}

function strangeImport(path: string, specifier: string, { own }: Target): string {
  const allowed =
    own === undefined
      ? 'an engine imports only modules of its own, by relative path and with `.ts`'
      : /^\.\.?\//.test(specifier)
        ? 'no module of that name is judged: name it under `editable` or `pinned` in vibegrad.config.json'
        : 'the base does not import it, or its `setup` in vibegrad.config.json does not install it';
  return `${path} imports '${specifier}'; ${allowed}.`;
}

/** What a candidate may not do to a base, whatever its code says: paths, kinds, sizes, pinned bytes. */
export function changeReasons(
  base: FrozenTree,
  candidate: FrozenTree,
  target: Target,
  limits: JudgeLimits,
): string[] {
  const before = fileMap(base);
  const after = fileMap(candidate);
  const reasons: string[] = [];
  let bytes = 0;
  let added = 0;
  for (const file of candidate.files) {
    // Even where nothing changed: the files are written to a folder for the type check.
    if (!staysInside(file.path)) {
      reasons.push(`${JSON.stringify(file.path)} leads out of the tree.`);
      continue;
    }
    const old = before.get(file.path);
    if (isUnder(file.path, target.editable)) bytes += file.bytes.length;
    if (old !== undefined && old.mode === file.mode && sameBytes(old.bytes, file.bytes)) continue;
    if (old === undefined) added++;
    const reason = changedFileReason(file, old, target, limits);
    if (reason !== null) reasons.push(reason);
  }
  for (const path of before.keys()) {
    if (after.has(path)) continue;
    if (isUnder(path, target.pinned)) reasons.push(`${path} is pinned and may not be removed.`);
    else if (!isUnder(path, target.editable)) {
      reasons.push(`${path} was removed; only ${listPaths(target.editable)} may change.`);
    }
  }
  if (after.size !== candidate.files.length) reasons.push('One path occurs twice.');
  if (bytes > limits.totalBytes) {
    reasons.push(
      `The editable files hold ${bytes} bytes together; at most ${limits.totalBytes} are allowed.`,
    );
  }
  if (added > limits.addedFiles)
    reasons.push(`${added} files were added; at most ${limits.addedFiles} may be.`);
  reasons.push(...collisions(base, candidate));
  return reasons;
}

function changedFileReason(
  file: FrozenFile,
  old: FrozenFile | undefined,
  target: Target,
  limits: JudgeLimits,
): string | null {
  const { path, mode } = file;
  const shown = JSON.stringify(path);
  if (isUnder(path, target.pinned)) {
    return `${path} is pinned${old ? '; its bytes must stay as they are' : ', and the base does not hold it'}.`;
  }
  if (
    !/^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/.test(path) ||
    /\.(?:\/|$)/.test(path)
  ) {
    return `${shown} is not a plain path (letters, digits, \`.\`, \`_\`, \`-\`, and \`/\` between names).`;
  }
  if (!isUnder(path, target.editable)) {
    return `${path} was ${old ? 'changed' : 'added'}; only ${listPaths(target.editable)} may change.`;
  }
  if (mode === '120000') return `${path} is a link; only plain files may change.`;
  if (mode === '160000') return `${path} is a submodule; only plain files may change.`;
  if (old !== undefined && old.mode !== mode)
    return `The mode of ${path} changed from ${old.mode} to ${mode}.`;
  if (old === undefined && !isModule(path, target)) {
    // A package.json or tsconfig.json in the engine's folder would change how everybody but the judge reads it.
    return `${path} was added; an engine is made of ${target.own ? 'modules' : '.ts files'}.`;
  }
  if (mode !== '100644' && old === undefined) return `${path} has mode ${mode}; a new file has mode 100644.`;
  if (file.bytes.length > limits.fileBytes) {
    return `${path} holds ${file.bytes.length} bytes; at most ${limits.fileBytes} are allowed.`;
  }
  if (!isModule(path, target)) return null;
  const text = decode(file.bytes);
  if (text === null) return `${path} is not UTF-8.`;
  const gag = GAG.exec(text);
  // The gates that these switch off are ours.
  if (gag && target.own === undefined)
    return `${path} line ${lineAt(text, gag.index)} holds \`${gag[0].trim()}\`, which would switch a check off.`;
  // A byte order mark at the start stays where the base has one; carriage returns are line ends.
  const unseen = UNSEEN.exec(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
  if (unseen) {
    const code = unseen[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `${path} holds the invisible character U+${code}.`;
  }
  if (target.own?.language === 'python') return null;
  const read = readModule(file, compilerOf(target));
  if (typeof read === 'string') return read;
  return complaints(path, read.facts)[0] ?? null;
}

function staysInside(path: string): boolean {
  return (
    path !== '' && !/\\|\0/.test(path) && path.split('/').every((part) => !['', '.', '..'].includes(part))
  );
}

/** Names that some file system takes for one and the same. */
function collisions(base: FrozenTree, candidate: FrozenTree): string[] {
  const fold = (path: string): string => path.normalize('NFKC').toLowerCase();
  const old = new Set(base.files.map((f) => f.path));
  const seen = new Map<string, string>();
  const reasons: string[] = [];
  for (const { path } of candidate.files) {
    const twin = seen.get(fold(path));
    if (twin !== undefined && twin !== path && !(old.has(path) && old.has(twin))) {
      reasons.push(`${JSON.stringify(path)} and ${JSON.stringify(twin)} are one file on some systems.`);
    }
    seen.set(fold(path), path);
  }
  return reasons;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
const listPaths = (paths: readonly string[]): string => paths.join(', ') || 'nothing';
