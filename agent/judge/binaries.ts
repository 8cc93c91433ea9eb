import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../base/errors.ts';

/**
 * The native executable inside one of several platform packages, found from the package that depends on them. Starting it
 * directly saves a Node process and leaves its environment and its end to us.
 * @throws UserError when the platform's package was not installed.
 */
function nativeBinary(owner: string, candidates: readonly { pkg: string; file: string }[]): string {
  const here = createRequire(import.meta.url);
  const fromOwner = createRequire(here.resolve(`${owner}/package.json`));
  for (const { pkg, file } of candidates) {
    try {
      const path = join(dirname(fromOwner.resolve(`${pkg}/package.json`)), file);
      if (existsSync(path)) return path;
    } catch {
      // The package of another platform, or of another C library.
    }
  }
  throw new UserError(
    'missing',
    `The native part of ${owner} for ${process.platform} on ${process.arch} is not installed.`,
    'Install again with optional dependencies: npm ci --include=optional.',
  );
}

const platform = `${process.platform}-${process.arch}`;

export function typescriptBinary(): string {
  return nativeBinary('typescript', [{ pkg: `@typescript/typescript-${platform}`, file: 'lib/tsc' }]);
}

export function biomeBinary(): string {
  return nativeBinary('@biomejs/biome', [
    { pkg: `@biomejs/cli-${platform}`, file: 'biome' },
    { pkg: `@biomejs/cli-${platform}-musl`, file: 'biome' },
  ]);
}
