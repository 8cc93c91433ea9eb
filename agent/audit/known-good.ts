import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import { looseTree } from '../judge/index.ts';
import type { FrozenFile, FrozenTree } from '../judge/types.ts';

const file = (path: string, text: string): FrozenFile => ({ path, mode: '100644', bytes: Buffer.from(text) });
const read = (...path: readonly string[]): string =>
  readFileSync(join(packageRoot, 'engine', ...path), 'utf8');

/** The text with one place of it replaced. @throws Error where it does not stand there exactly once. */
export function edited(text: string, from: string, to: string): string {
  const at = text.indexOf(from);
  if (at < 0 || text.indexOf(from, at + 1) >= 0) {
    throw new Error(`${at < 0 ? 'nowhere' : 'more than once'} in the engine: ${from}`);
  }
  return text.slice(0, at) + to + text.slice(at + from.length);
}

/** The known-good engine in the seed's style: one module. */
export function knownGoodText(): string {
  return edited(read('known-good', 'engine.ts'), "'../seed/contract.ts'", "'./contract.ts'");
}

/** A tree of the contract and an engine of one module. */
export function treeOf(engine: string): FrozenTree {
  return looseTree([file('contract.ts', read('seed', 'contract.ts')), file('engine.ts', engine)]);
}

/**
 * `vibegrad/engine` as a candidate: its modules under `engine/`, by path.
 * @throws UserError where the sources are not there.
 */
export function libraryFiles(): Map<string, string> {
  if (!existsSync(join(packageRoot, 'engine', 'index.ts'))) {
    throw new UserError(
      'missing',
      "The engine's sources are not part of the installed package, so its rules cannot be mutated.",
      'Run it in a checkout of the repository.',
    );
  }
  const paths = readdirSync(join(packageRoot, 'engine'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(
      (path) =>
        path.endsWith('.ts') && !/^(?:visualise|known-good)\//.test(path) && path !== 'seed/engine.ts',
    )
    .sort();
  const files = new Map(paths.map((path) => [path, read(path)]));
  // Where an error came from is no mathematics, and a judge refuses to load what asks for its own path.
  const errors = 'core/errors.ts';
  const place = /^const here = import\.meta\.url.*$/m.exec(files.get(errors)!)?.[0];
  if (place !== undefined) files.set(errors, edited(files.get(errors)!, place, "const here: string = '';"));
  return files;
}

/** A tree of the library's modules. */
export function libraryTree(files: ReadonlyMap<string, string>): FrozenTree {
  return looseTree([
    file('contract.ts', read('seed', 'contract.ts')),
    file('engine.ts', "export * from './engine/index.ts';\n"),
    ...[...files].map(([path, text]) => file(`engine/${path}`, text)),
  ]);
}
