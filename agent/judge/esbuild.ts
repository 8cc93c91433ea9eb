import { createRequire } from 'node:module';
import type * as Esbuild from 'esbuild';
import { messageOf, UserError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Dependency } from '../checks/types.ts';
import { atLine, type Stripped } from './oracle/index.ts';

let loaded: typeof Esbuild | undefined;

/** esbuild, loaded when it is first needed: few targets do. @throws UserError where it is not installed */
export function esbuild(): typeof Esbuild {
  try {
    loaded ??= createRequire(import.meta.url)('esbuild') as typeof Esbuild;
    return loaded;
  } catch (error) {
    throw new UserError(
      'missing',
      'esbuild is not installed, and this target needs it.',
      'Install it beside vibegrad: `npm install --save-dev esbuild`.',
      { cause: error },
    );
  }
}

/** TypeScript that type stripping cannot run (enums, parameter properties, decorators, JSX) as JavaScript. */
export function compiled(path: string, source: string): Stripped {
  const { transformSync } = esbuild();
  const loader = /\.([jt]sx?)$/.exec(path.replace(/\.[cm]([jt]s)$/, '.$1'))?.[1] as Esbuild.Loader;
  try {
    const { code } = transformSync(source, { loader, target: 'es2024', format: 'esm', logLevel: 'silent' });
    return { ok: true, text: code };
  } catch (error) {
    const fault = (error as Partial<Esbuild.TransformFailure>).errors?.[0];
    return { ok: false, error: atLine(fault?.location?.line, fault?.text ?? messageOf(error)) };
  }
}

/** What no package in an oracle has: it runs neither in Node nor in a browser. */
const DEFINED = { 'process.env.NODE_ENV': '"production"' };

/**
 * The packages that modules import, each as one module that holds all it needs; what two of them share becomes a chunk.
 * @throws UserError for a package that is not there, or needs Node
 */
export async function bundled(specifiers: readonly string[], folder: string): Promise<Dependency[]> {
  const names = new Map(specifiers.map((specifier, i) => [`d${i}`, specifier]));
  try {
    const { outputFiles = [] } = await esbuild().build({
      entryPoints: Object.fromEntries(names),
      absWorkingDir: folder,
      bundle: true,
      splitting: true,
      write: false,
      outdir: folder,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2024',
      define: DEFINED,
      legalComments: 'none',
      logLevel: 'silent',
    });
    return outputFiles
      .map(({ path, text }) => {
        const name = path.slice(folder.length + 1);
        return { specifier: names.get(name.replace(/\.js$/, '')) ?? null, path: `npm:/${name}`, text };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    throw new UserError(
      'usage',
      `The packages that the engine imports (${specifiers.join(', ')}) cannot be made into modules: ${oneLine(messageOf(error), 300)}`,
      'Does `setup` in vibegrad.config.json install them?',
      { cause: error },
    );
  }
}
