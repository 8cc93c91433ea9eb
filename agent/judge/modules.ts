import { posix } from 'node:path';
import type { Target } from '../checks/types.ts';
import { compiled } from './esbuild.ts';
import type { ModuleLibrary } from './module-library.ts';
import { atLine, type Stripped, stripTypes } from './oracle/index.ts';
import { type ModuleFacts, moduleFacts } from './scope.ts';
import type { FrozenFile } from './types.ts';

/** Everything an engine may name without declaring it: values and pure functions of the language itself. */
const PURE_GLOBALS = new Set(
  (
    'undefined NaN Infinity Math Number Object Array String Boolean Symbol BigInt Map Set WeakMap WeakSet JSON ' +
    'Reflect Proxy Iterator Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError ' +
    'ArrayBuffer DataView Float16Array Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array ' +
    'Uint8ClampedArray Uint16Array Uint32Array BigInt64Array BigUint64Array RegExp isNaN isFinite parseFloat ' +
    'parseInt'
  ).split(' '),
);

/** How the text of a target's modules becomes JavaScript. */
type Compiler = 'strip' | 'esbuild';

export const compilerOf = ({ own }: Target): Compiler => own?.compiler ?? 'strip';

/** Whether a path is that of a module: TypeScript, and in a repository with settings of its own also JavaScript, or Python. */
export function isModule(path: string, { own }: Target): boolean {
  if (own?.language === 'python') return path.endsWith('.py');
  return own === undefined ? path.endsWith('.ts') : /\.(?:[cm]?ts|tsx|m?js|jsx)$/.test(path);
}

export interface ReadModule {
  readonly text: string;
  readonly facts: ModuleFacts;
}

// Judging meets the same bytes several times: as a changed file, as a module of the candidate, as the next base.
const known: Readonly<Record<Compiler, WeakMap<Uint8Array, ReadModule | string>>> = {
  strip: new WeakMap(),
  esbuild: new WeakMap(),
};

/**
 * A module as JavaScript, and what it asks of its surroundings; a sentence where it does not parse. `library` remembers what
 * earlier processes read.
 */
export function readModule(
  file: FrozenFile,
  compiler: Compiler,
  library?: ModuleLibrary,
): ReadModule | string {
  let result = known[compiler].get(file.bytes);
  if (result === undefined) {
    const parse = (): ReadModule | string => parseModule(file, compiler);
    result = library === undefined ? parse() : library.read(file.bytes, parse);
    known[compiler].set(file.bytes, result);
  }
  return result;
}

function parseModule({ path, mode, bytes }: FrozenFile, compiler: Compiler): ReadModule | string {
  if (mode !== '100644' && mode !== '100755') return `${path} is not a plain file.`;
  const source = decode(bytes);
  if (source === null) return `${path} is not UTF-8.`;
  const script = javaScript(path, source, compiler);
  return script.ok ? readScript(path, script.text) : `${path} does not parse: ${script.error}.`;
}

/** As `readModule`, of a module whose JavaScript is known. */
export function readScript(path: string, text: string): ReadModule | string {
  try {
    return { text, facts: moduleFacts(text) };
  } catch (error) {
    return `${path} does not parse: ${parseFault(error)}.`;
  }
}

/** What the parser found wrong: the syntax, or text nested so deep that it ran out of stack. */
export function parseFault(error: unknown): string {
  const { loc, message } = error as Error & { loc?: { line: number } };
  return atLine(loc?.line, message.replace(/ \(\d+:\d+\)$/, ''));
}

/** The JavaScript that a module's text stands for. */
export function javaScript(path: string, source: string, compiler: Compiler): Stripped {
  if (compiler === 'esbuild') return compiled(path, source);
  return /\.m?js$/.test(path) ? { ok: true, text: source } : stripTypes(source);
}

/** One sentence for each thing that an oracle would refuse, or that no engine needs. */
export function complaints(path: string, facts: ModuleFacts): string[] {
  return [
    ...facts.banned.map((b) => `${path} line ${b.line} uses ${b.what}.`),
    ...facts.free
      .filter(({ name }) => !PURE_GLOBALS.has(name))
      .map(
        ({ name, line }) =>
          `${path} line ${line} uses \`${name}\`, which it neither declares nor imports and which is no pure global.`,
      ),
  ];
}

/**
 * What an import means: the path of a module; null where it is none. An engine of ours names its modules as they are; in a
 * repository with settings of its own the endings are found as compilers and bundlers find them.
 */
export function resolveImport(
  from: string,
  specifier: string,
  target: Target,
  holds: (path: string) => boolean,
): string | null {
  if (!/^\.\.?\//.test(specifier)) return null;
  const path = posix.join(posix.dirname(from), specifier);
  if (target.own === undefined) return path.endsWith('.ts') && holds(path) ? path : null;
  const stem = path.replace(/\.([cm]?)jsx?$/, '');
  const ends = ['.ts', '.tsx', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];
  const asked = [path, ...(stem === path ? [] : [`${stem}.ts`, `${stem}.mts`, `${stem}.tsx`])];
  return [...asked, ...ends.map((end) => path + end)].find((p) => isModule(p, target) && holds(p)) ?? null;
}

/** The text of a Python module; a sentence where it has none. Whether it parses is for Python to say. */
export function pythonText({ path, mode, bytes }: FrozenFile): { readonly text: string } | string {
  if (mode !== '100644' && mode !== '100755') return `${path} is not a plain file.`;
  const text = decode(bytes);
  return text === null ? `${path} is not UTF-8.` : { text: text.replace(/^\ufeff/, '') };
}

export function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
