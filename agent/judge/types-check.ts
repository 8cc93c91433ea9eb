import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import { typescriptBinary } from './binaries.ts';
import { type LanguageServer, startLanguageServer } from './language-server.ts';

/** The compiler options that an accepted engine type-checks under: those a new workspace is made with. */
export const ENGINE_COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024'],
  module: 'nodenext',
  types: [],
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

interface Module {
  readonly path: string;
  readonly text: string;
}

export interface TypeChecker {
  /** The type errors of a set of modules, as sentences; empty when there are none. */
  check(modules: readonly Module[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

const Diagnostics = z.object({
  items: z.array(
    z.object({
      range: z.object({ start: z.object({ line: z.number() }) }),
      severity: z.number().optional(),
      code: z.union([z.number(), z.string()]).optional(),
      message: z.string(),
    }),
  ),
});

/**
 * A resident TypeScript compiler, asked over the Language Server Protocol: a check takes about 10 ms where a fresh
 * compiler takes 150. Each tree gets a folder of its own with our compiler options; nothing of the tree's
 * own configuration is read. The compiler starts at the first check and again after one that ran out of time.
 */
export function createTypeChecker(seconds: number): TypeChecker {
  let running: Promise<{ server: LanguageServer; root: string }> | null = null;
  let serial = 0;
  let closed = false;

  const start = async (): Promise<{ server: LanguageServer; root: string }> => {
    const root = await mkdtemp(join(tmpdir(), 'vibegrad-types-'));
    try {
      const started = { cwd: root, root: null };
      return { server: await startLanguageServer(typescriptBinary(), ['--lsp', '--stdio'], started), root };
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  };
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = null;
    const session = await stopping?.catch(() => null);
    if (!session) return;
    session.server.kill();
    await rm(session.root, { recursive: true, force: true });
  };

  const checkOnce = async (modules: readonly Module[]): Promise<readonly string[]> => {
    if (closed) throw new Error('the type checker is closed');
    running ??= start();
    const mine = running;
    const { server, root } = await mine.catch((error: unknown) => {
      if (running === mine) running = null;
      throw error;
    });
    const folder = join(root, String(serial++));
    writeModules(folder, modules);
    const uri = (path: string): string => pathToFileURL(join(folder, path)).href;
    try {
      for (const { path, text } of modules) {
        const textDocument = { uri: uri(path), languageId: 'typescript', version: 1, text };
        server.tell('textDocument/didOpen', { textDocument });
      }
      const errors: string[] = [];
      for (const { path } of modules) {
        const asked = { textDocument: { uri: uri(path) } };
        const answer = await server.ask('textDocument/diagnostic', asked, seconds);
        errors.push(...errorsOf(path, Diagnostics.parse(answer)));
      }
      return errors;
    } catch (error) {
      if (running === mine) await stop();
      throw error;
    } finally {
      for (const { path } of modules) {
        server.tell('textDocument/didClose', { textDocument: { uri: uri(path) } });
      }
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    async check(modules) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await checkOnce(modules);
        } catch (error) {
          if (isTimeout(error)) return [`The type check did not end within ${seconds} seconds.`];
          // Another check may have run out of time and taken the compiler with it.
          if (attempt === 3 || closed || error instanceof UserError) throw error;
        }
      }
    },
    close: async () => {
      closed = true;
      await stop();
    },
  };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

/**
 * A folder of a tree's own, with our options. Paths have passed the static stage, so none leads out of it. Written at once:
 * nothing appears in the compiler's folder while that is taken away.
 */
function writeModules(folder: string, modules: readonly Module[]): void {
  const config = { compilerOptions: ENGINE_COMPILER_OPTIONS, files: modules.map((m) => m.path) };
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  for (const { path, text } of modules) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function errorsOf(path: string, { items }: z.infer<typeof Diagnostics>): string[] {
  return items
    .filter((item) => (item.severity ?? 1) === 1)
    .map(({ range, code, message }) => {
      const number = code === undefined ? '' : ` (TS${code})`;
      return `${path} line ${range.start.line + 1}: ${oneLine(message.split('\n')[0]!, 300)}${number}`;
    });
}
