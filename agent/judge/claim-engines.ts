import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { targetWhere } from '../targets/index.ts';
import { type ModuleText, stripTypes } from './oracle/index.ts';
import { prepared } from './prepare.ts';
import { linkModules } from './static.ts';
import { isUnder, readerOf } from './tree.ts';
import type { FrozenTree } from './types.ts';

/** An engine as an oracle loads it: JavaScript modules by path, and the one that a claim imports. */
export interface ClaimEngine {
  readonly modules: readonly ModuleText[];
  readonly entry: string;
  /** `vibegrad/engine`; else an engine of a session, of which only its contract is known. */
  readonly library: boolean;
  /** Stands before the claim's own text, on its first line. */
  readonly preface?: string;
}

/** The engine that a claim runs on; null where the tree holds no `engine.ts`. */
export async function claimEngine(engine: FrozenTree | 'library'): Promise<ClaimEngine | null> {
  if (engine === 'library') {
    library ??= readLibrary();
    return library;
  }
  const known = ofTrees.get(engine) ?? treeEngine(engine);
  ofTrees.set(engine, known);
  known.catch(() => ofTrees.delete(engine));
  return known;
}

/** One tree's engine is one object: an oracle that holds it is known to. */
const ofTrees = new WeakMap<FrozenTree, Promise<ClaimEngine | null>>();

let library: ClaimEngine | undefined;

/** The modules of `vibegrad/engine` of this installation: TypeScript in a checkout, JavaScript in a build. */
function readLibrary(): ClaimEngine {
  const folder = fileURLToPath(new URL('../../engine/', import.meta.url));
  const extension = extname(import.meta.url);
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(extension) && !/^(visualise|known-good)\/|^seed\/engine/.test(path))
    .map((path) => ({ path, text: loadable(path, readFileSync(join(folder, path), 'utf8')) }));
  return { modules, entry: `index${extension}`, library: true };
}

function loadable(path: string, text: string): string {
  if (path.endsWith('.d.ts')) return '';
  // Where an error came from is no mathematics, and an oracle refuses to load what asks for its own path.
  const placeless = /^core\/errors\./.test(path)
    ? text.replace(/^const here = import\.meta\.url.*$/m, "const here = '';")
    : text;
  if (path.endsWith('.js')) return placeless;
  const stripped = stripTypes(placeless);
  if (!stripped.ok) throw new Error(`the engine's ${path} does not parse: ${stripped.error}`);
  return stripped.text;
}

/** The modules of a tree's engine as JavaScript. */
async function treeEngine(tree: FrozenTree): Promise<ClaimEngine | null> {
  const read = readerOf(tree);
  const found = targetWhere(read);
  if (found === undefined) return null;
  const target = await prepared(found, tree);
  const { entry } = target;
  if (target.own) return { modules: linkModules(tree, target).modules, entry, library: false };
  const own = [...target.editable, ...target.pinned];
  const modules = tree.files.flatMap(({ path, bytes }): ModuleText[] => {
    if (!path.endsWith('.ts') || read(path) === undefined || !isUnder(path, own)) return [];
    const stripped = stripTypes(Buffer.from(bytes).toString('utf8'));
    // A file that the engine does not import does no harm by not being a module; one that it does is missed by name.
    return stripped.ok ? [{ path, text: stripped.text }] : [];
  });
  return { modules, entry, library: false };
}
