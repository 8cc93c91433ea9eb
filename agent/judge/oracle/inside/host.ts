import type vm from 'node:vm';

// Not imported: a built-in module that is imported gets all its exports looked at, which takes a quarter of the start.
const fs = process.getBuiltinModule('node:fs');
const { constants, createContext, Script, SourceTextModule } = process.getBuiltinModule('node:vm');

/**
 * The trusted script in the child. It runs as the main module without any right, reads one line at a time with
 * blocking calls, and never goes back to the event loop: no timer fires, no promise job runs and no rejection is
 * looked at between two answers. It hands strings to the driver and gets strings back; a value of the candidate's
 * realm is at most passed on to the driver, never read, printed or awaited.
 */

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports?: { readonly [specifier: string]: string };
}

interface Driver {
  adopt(namespace: unknown): void;
  describe(thrown: unknown): string;
  answer(line: string): string;
  evaluate(line: string): string;
  prepareTimed(line: string): string;
  repeatTimed(calls: number): string;
  printedText(): string;
}

/** An error of the judge's own making: its message may be read. */
class Refusal {
  readonly #message: string;
  constructor(message: string) {
    this.#message = message;
  }

  /** The message of a refusal, null for anything else; unlike `instanceof`, this asks no proxy for its prototype. */
  static messageOf(thrown: unknown): string | null {
    return typeof thrown === 'object' && thrown !== null && #message in thrown ? thrown.#message : null;
  }
}

/** A global object of its own, and the driver in it. */
interface Realm {
  readonly context: vm.Context;
  readonly driver: Driver;
  readonly driverModule: vm.SourceTextModule;
  readonly consoleModule: vm.SourceTextModule;
}

const makeContext = (): vm.Context =>
  createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
const makeError = new Script("((Failure) => () => new Failure('import() is not allowed'))(TypeError)");
const { exit } = process;

let pending = Buffer.alloc(0);
const chunk = Buffer.allocUnsafe(1 << 18);

/** The next line of standard input; null at its end. */
function readLine(): string | null {
  const parts: Buffer[] = [];
  for (;;) {
    const end = pending.indexOf(10);
    if (end >= 0) {
      parts.push(pending.subarray(0, end));
      pending = pending.subarray(end + 1);
      return Buffer.concat(parts).toString('utf8');
    }
    parts.push(pending);
    const read = fs.readSync(0, chunk);
    if (read === 0) return null;
    pending = Buffer.from(chunk.subarray(0, read));
  }
}

function writeLine(text: string): void {
  const bytes = Buffer.from(`${text}\n`, 'utf8');
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(1, bytes, at);
}

/** What a specifier may mean beside a relative path: a module of the judge's, or the path of a source. */
type Aliases = (specifier: string, from: string) => vm.Module | string | undefined;

/** Modules by path, compiled and linked as they are reached, not evaluated; sources may be added later. */
interface Linker {
  load(path: string): vm.SourceTextModule;
  add(path: string, text: string): void;
}

function linker(context: vm.Context, sources: readonly Source[], aliases: Aliases): Linker {
  const contextError = makeError.runInContext(context);
  const texts = new Map(sources.map((source) => [source.path, source.text]));
  const imports = new Map(
    sources.map((source) => [source.path, new Map(Object.entries(source.imports ?? {}))]),
  );
  const modules = new Map<string, vm.SourceTextModule>();
  const load = (path: string): vm.SourceTextModule => {
    const loaded = modules.get(path);
    if (loaded !== undefined) return loaded;
    const text = texts.get(path);
    if (text === undefined) throw new Refusal(`there is no module ${path}`);
    // Nothing can make code from strings, so every import() there will ever be stands in this text.
    if (DYNAMIC_IMPORT.test(text)) throw new Refusal(`${path}: import() and import.meta are not allowed`);
    const module = new SourceTextModule(text, {
      identifier: path,
      context,
      importModuleDynamically: () => {
        throw contextError();
      },
    });
    modules.set(path, module);
    module.linkRequests(
      module.moduleRequests.map(({ specifier, attributes, phase }) => {
        if (phase !== 'evaluation' || Object.keys(attributes).length > 0) {
          throw new Refusal(`${path}: the import of '${specifier}' asks for more than a module`);
        }
        const alias =
          aliases(specifier, path) ?? imports.get(path)?.get(specifier) ?? resolve(specifier, path);
        return typeof alias === 'string' ? load(alias) : alias;
      }),
    );
    return module;
  };
  return { load, add: (path, text) => void texts.set(path, text) };
}

/**
 * `import(…)`, `import.meta` and their kin, with white space or comments between: no other spelling exists. Both
 * run host code, which at the end of the stack throws errors of the host's realm.
 */
const GAP = String.raw`(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*`;
const DYNAMIC_IMPORT = new RegExp(
  String.raw`(?<![\w$])import${GAP}(?:\(|\.${GAP}(?:meta|defer|source)\b)`,
  'u',
);

function resolve(specifier: string, from: string): string {
  if (!/^\.\.?\//.test(specifier)) {
    throw new Refusal(`${from} imports '${specifier}': only modules of the engine itself can be imported`);
  }
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.pop() !== undefined) continue;
      throw new Refusal(`${from} imports '${specifier}', which is outside the engine`);
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Runs a linked module; what it throws is thrown on. The promise of its evaluation is not looked at. */
function evaluate(module: vm.SourceTextModule): void {
  module.evaluate();
  if (module.status !== 'evaluated') throw module.error;
}

function instantiate(module: vm.SourceTextModule): void {
  module.instantiate();
  if (module.hasAsyncGraph()) throw new Refusal('top-level await is not allowed');
}

/**
 * Takes the ways out of the host's own realm, should one of its objects ever fall into a candidate's hands: what
 * `process` can do beyond this point, and every intrinsic that could be patched. Only the language's own are named:
 * to look at what Node adds to the global object is to load it, which costs more than all the rest of a start.
 */
function harden(): void {
  const doors = ['getBuiltinModule', 'binding', '_linkedBinding', 'dlopen', 'kill', '_kill', 'mainModule'];
  for (const name of doors) Reflect.deleteProperty(process, name);
  const open: unknown[] = [
    ...[Object, Function, Array, Number, Boolean, String, Symbol, BigInt, Date, RegExp],
    ...[Promise, Proxy, Reflect, JSON, Math, Atomics, Iterator],
    ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
    ...[Map, Set, WeakMap, WeakSet, WeakRef, FinalizationRegistry],
    ...[ArrayBuffer, SharedArrayBuffer, DataView, Int8Array, Uint8Array, Float64Array],
    ...[function* () {}, async () => {}, async function* () {}],
    ...[[].values(), ''[Symbol.iterator](), new Map().values(), new Set().values()],
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // Primitives count as frozen.
    if (Object.isFrozen(next)) continue;
    Object.freeze(next);
    open.push(Object.getPrototypeOf(next) ?? undefined);
    const own = Object.getOwnPropertyDescriptor(next, 'prototype')?.value as unknown;
    if (own !== undefined) open.push(own);
  }
}

/** The driver's modules, whose file names end in `extension`. */
let trusted: { readonly driver: readonly Source[]; readonly extension: string };

function openRealm(): Realm {
  const { driver, extension } = trusted;
  const context = makeContext();
  const { load } = linker(context, driver, () => undefined);
  const driverModule = load(`driver${extension}`);
  const consoleModule = load(`console${extension}`);
  instantiate(driverModule);
  evaluate(driverModule);
  return { context, driver: driverModule.namespace as unknown as Driver, driverModule, consoleModule };
}

/** The first realm: that of the candidate, or of the first engine that a claim is run on. */
let first: Realm;

function start(config: typeof trusted): void {
  trusted = config;
  first = openRealm();
  harden();
}

/** Paths that no import of a source resolves to. */
const BRIDGE = '/bridge';
const CLAIM = '/claim';

let defined = false;

/** Links an engine and runs it. What it gives links a claim to it. */
function define(
  { context, driverModule, consoleModule }: Realm,
  entry: string,
  sources: readonly Source[],
): Linker {
  const linked = linker(context, sources, (specifier, from) => {
    if (from === BRIDGE) return specifier === 'engine' ? entry : driverModule;
    if (from === CLAIM && specifier === 'console') return consoleModule;
    if (from === CLAIM && specifier === 'vibegrad/engine') return entry;
    return undefined;
  });
  linked.add(BRIDGE, "import * as engine from 'engine'; import { adopt } from 'driver'; adopt(engine);");
  const bridge = linked.load(BRIDGE);
  instantiate(bridge);
  evaluate(bridge);
  return linked;
}

/**
 * Engines that one claim is run on, in their order, each in a realm of its own: nothing of one reaches another, and nothing
 * of a realm runs on once it has answered. Null once a claim was run there.
 */
const engines: ({
  readonly realm: Realm;
  readonly linked: Linker | null;
  readonly error: string | null;
} | null)[] = [];

/** The sources of the first engine; those of a later one are told by their differences. */
let engineSources: readonly Source[] = [];

function addEngine(entry: string, sources: readonly Source[]): void {
  const changed = new Set(sources.map(({ path }) => path));
  const all = [...engineSources.filter(({ path }) => !changed.has(path)), ...sources];
  if (engines.length === 0) engineSources = sources;
  const realm = engines.length === 0 ? first : openRealm();
  let linked: Linker | null = null;
  const error = attempt(realm, () => {
    if (defined) throw new Refusal('an oracle that holds a candidate runs no claim');
    linked = define(realm, entry, all);
  });
  engines.push({ realm, linked, error });
}

/** Runs a claim on an engine: what was printed, and what was thrown, as the text of a response. */
function claimOn(id: number, number: number, code: string): string {
  const engine = engines[number];
  engines[number] = null;
  if (engine === null || engine === undefined) throw new Error('no such engine');
  const { realm, linked } = engine;
  const error =
    engine.error ??
    attempt(realm, () => {
      linked!.add(CLAIM, `import { console } from 'console';${code}`);
      const claim = linked!.load(CLAIM);
      instantiate(claim);
      evaluate(claim);
    });
  return `{"id":${id},"error":${JSON.stringify(error)},${realm.driver.printedText()}}`;
}

/** Runs code that may be a candidate's; the text of what it threw, or null. */
function attempt({ driver }: Realm, work: () => void): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return Refusal.messageOf(thrown) ?? driver.describe(thrown);
  }
}

function reply(line: string): string {
  // Long, and the driver parses it: the host only looks at how it begins.
  if (/^\{"id":\d+,"kind":"program"/.test(line)) return first.driver.answer(line);
  const message = JSON.parse(line);
  const { id } = message;
  switch (message.kind) {
    case 'start':
      start(message.config);
      return JSON.stringify({ id, tool: 'vibegrad', config: { node: process.version } });
    case 'define': {
      const error = attempt(first, () => {
        if (defined || engines.length > 0) throw new Refusal('an oracle holds one candidate in its life');
        defined = true;
        define(first, message.module, message.sources);
      });
      return JSON.stringify(error === null ? { id, success: true } : { id, success: false, error });
    }
    case 'engine':
      addEngine(message.module, message.sources);
      return JSON.stringify({ id });
    case 'claim':
      return claimOn(id, message.engine, message.code);
    case 'evaluate':
      return first.driver.evaluate(line);
    case 'time': {
      let error = first.driver.prepareTimed(line);
      writeLine(JSON.stringify({ id, phase: 'begin' }));
      if (error === '') error = first.driver.repeatTimed(message.calls);
      return JSON.stringify({ id, phase: 'end', ...(error === '' ? {} : { error }) });
    }
    default:
      // `analysis`, and whatever else the protocol may come to know, asks for no more than its id.
      return JSON.stringify({ id });
  }
}

try {
  for (let line = readLine(); line !== null; line = readLine()) writeLine(reply(line));
  exit(0);
} catch {
  // Not bound, so not looked at: it may be the candidate's.
  exit(70);
}
