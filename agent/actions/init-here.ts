import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError } from '../base/errors.ts';
import { count, oneLine } from '../base/text.ts';
import { type Explored, explore } from '../judge/exports.ts';
import { plainFile } from '../judge/files.ts';
import { explorePython } from '../judge/python-exports.ts';
import type { FrozenFile } from '../judge/types.ts';
import { fitted, type Style } from '../review/style.ts';
import {
  adapterText,
  CONFIG_FILE,
  type ConfigSchema,
  pythonAdapterText,
  recognise,
  type Shape,
  unused,
} from '../targets/index.ts';
import { checkPath, checkSchema, checkText } from './check.ts';
import { writeNew } from './output-file.ts';
import { isPythonProject, pythonEntries, pythonModule, pythonSetup, pythonSources } from './python-facts.ts';
import { dependenciesAt, entriesAt, testsAt, workspacesAt } from './repository-facts.ts';

/** What `vibegrad init --here --json` prints. */
export const initHereSchema = z.object({
  folder: z.string(),
  /** The module that the engine is imported from. */
  entry: z.string(),
  shape: z.enum(['contract', 'methods', 'tape', 'functions', 'unknown']),
  ops: z.array(z.string()),
  /** Functions and classes that the module exports and the adapter has no use for. */
  unused: z.array(z.string()),
  /** Files that were written. */
  written: z.array(z.string()),
  /** What a person has to look at, one sentence each. */
  open: z.array(z.string()),
  /** Null where nothing could be judged; `open` says why. */
  check: checkSchema.nullable(),
});

export type InitHereDocument = z.infer<typeof initHereSchema>;

/** The config's schema where this package is installed in the folder; an editor could not resolve it elsewhere. */
const SCHEMA = 'node_modules/vibegrad/schemas/vibegrad.config.schema.json';

/**
 * Describes the engine that a folder holds: finds its main module, looks at what that exports, writes a config and an
 * adapter, and checks. Writes over nothing. @throws UserError where there is a config already, or no module is found
 */
export async function initHere(path: string): Promise<InitHereDocument> {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError('usage', `${path} is no folder.`, 'Give the folder of the engine to be described.');
  }
  const read = (name: string): FrozenFile | undefined => fileIn(folder, name);
  if (read(CONFIG_FILE) !== undefined) {
    throw new UserError(
      'usage',
      `${join(folder, CONFIG_FILE)} is there already.`,
      '`vibegrad check` judges by it.',
    );
  }
  // Much that is written in Python has a package.json, too.
  const python =
    isPythonProject(read) && (read('package.json') === undefined || entriesAt(read).length === 0);
  const { entry, explored, shape, compiler } = python ? await pythonMain(folder) : mainModule(folder, read);
  const typed = /\.[cm]?tsx?$/.test(entry);
  const adapter = python ? 'vibegrad_adapter.py' : `vibegrad.adapter.${typed ? 'ts' : 'mjs'}`;
  const open = [...explored.unread];
  const setup = python ? pythonSetup(read) : dependenciesAt(read);
  if (explored.packages.length > 0 && setup === null) {
    open.push(
      `It imports ${explored.packages.join(', ')}; no ${python ? 'requirements.txt' : 'lock file'} tells how they are installed, so \`setup\` is yours to write.`,
    );
  }
  const tests = python ? null : testsAt(folder, read);
  const needed = explored.packages.length > 0 || tests?.installed === true;
  const config: z.input<typeof ConfigSchema> = {
    ...(existsSync(join(folder, SCHEMA)) ? { $schema: `./${SCHEMA}` } : {}),
    ...(python ? { language: 'python' as const } : {}),
    adapter,
    editable: [...explored.modules].sort(),
    ...(tests === null ? {} : { pinned: tests.files }),
    ...(compiler === 'esbuild' ? { compiler } : {}),
    ...(needed && setup !== null ? { setup } : {}),
    ...(tests === null ? {} : { tests: tests.command }),
  };
  const recognised = shape.kind !== 'unknown' && !(python && shape.kind === 'tape');
  if (!recognised) {
    open.push(
      `Its API was not recognised: ${adapter} says what to fill in. It exports ${listed(explored.exports.map(({ name }) => name)) || 'nothing'}.`,
    );
  } else if (shape.kind === 'functions' && shape.primal === null) {
    open.push(
      `How a number lies under a value was not recognised: \`primal\` in ${adapter} is yours to fill in.`,
    );
  }
  const text = python
    ? pythonAdapterText(shape, pythonModule(entry))
    : adapterText(shape, { from: `./${entry}`, typed });
  writeNew(join(folder, adapter), text);
  writeNew(join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
  let check: InitHereDocument['check'] = null;
  if (recognised) {
    try {
      check = await checkPath(folder, {});
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      open.push(oneLine(`${messageOf(error)} ${error.mend}`));
    }
  }
  return {
    ...{ folder, entry, shape: shape.kind },
    ops: shape.ops.map(({ name }) => name),
    unused: unused(shape, explored.exports),
    ...{ written: [CONFIG_FILE, adapter], open, check },
  };
}

interface Main {
  readonly entry: string;
  readonly explored: Explored;
  readonly shape: Shape;
  readonly compiler: 'strip' | 'esbuild';
}

/** The first candidate whose API is recognised, else the first that is there. */
function mainModule(folder: string, read: (path: string) => FrozenFile | undefined): Main {
  let first: Main | undefined;
  for (const entry of entriesAt(read)) {
    for (const compiler of ['strip', 'esbuild'] as const) {
      const own = { language: 'typescript', compiler, setup: null, tests: null, installed: null } as const;
      const explored = explore(entry, { own }, read);
      // What is no more than types needs no compiler.
      if (compiler === 'strip' && explored.unread.some((said) => said.includes('strip-only'))) continue;
      const main = { entry, explored, shape: recognise(explored.exports), compiler };
      first ??= main;
      if (main.shape.kind !== 'unknown') return main;
      break;
    }
  }
  if (first !== undefined) return first;
  const packages = workspacesAt(folder, read);
  throw new UserError(
    'usage',
    `${folder} has no module that an engine could be: package.json names none, and there is no src/index.ts or index.ts.`,
    `Name the main module under \`exports\` in package.json, or run \`vibegrad init --here\` in the folder that holds it${packages.length === 0 ? '.' : `: ${listed(packages)}.`}`,
  );
}

/**
 * The module of a Python project with the most operations, of those whose API is recognised: functions often lie beside the
 * module that defines their values. Else the first that defines anything.
 */
async function pythonMain(folder: string): Promise<Main> {
  const sources = pythonSources(folder);
  const found = await explorePython(sources, pythonEntries(Object.keys(sources)));
  const mains = found.map((explored) => ({
    ...{ entry: explored.entry, explored, shape: recognise(explored.exports), compiler: 'strip' as const },
  }));
  const recognised = mains.filter(({ shape }) => shape.kind !== 'unknown');
  const weight = ({ kind, ops }: Shape): number =>
    kind === 'contract' ? Number.POSITIVE_INFINITY : ops.length;
  const most = Math.max(...recognised.map(({ shape }) => weight(shape)));
  const main =
    recognised.find(({ shape }) => weight(shape) === most) ??
    mains.find(({ explored }) => explored.exports.length > 0);
  if (main !== undefined) return main;
  throw new UserError(
    'usage',
    `${folder} has no Python module that an engine could be.`,
    'Run `vibegrad init --here` in the folder that holds its package.',
  );
}

function fileIn(folder: string, name: string): FrozenFile | undefined {
  const bytes = plainFile(join(folder, name));
  return bytes && { path: name, mode: '100644', bytes };
}

/** Names told at most. */
const MOST_NAMES = 12;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

const SHAPES: Readonly<Record<Shape['kind'], string>> = {
  contract: 'exports the contract itself',
  methods: 'values with operations, and `backward` leaves gradients in them',
  tape: 'variables of a tape that is walked backwards',
  functions: 'operations are functions, and `grad` takes one',
  unknown: 'an API that was not recognised',
};

export function initHereText(document: InitHereDocument, style: Style): string {
  const { entry, shape, ops, unused, written, open, check } = document;
  const next =
    check === null
      ? shape === 'unknown'
        ? `Fill in ${written.at(-1)}; then: vibegrad check`
        : 'Then: vibegrad check'
      : check.ok
        ? 'Commit both files; then vibegrad goals tells what it could learn, and vibegrad improve lets a model propose.'
        : 'What is wrong above is in the engine, or in how the adapter calls it.';
  return [
    ...[
      `${style.bold(entry)}: ${SHAPES[shape]}${ops.length === 0 ? '' : ` (${count(ops.length, 'operation')}: ${ops.join(', ')})`}`,
      ...(unused.length === 0
        ? []
        : [
            style.dim(
              `Not used: ${oneLine(listed(unused), 1000)} (no operation by that name and number of arguments)`,
            ),
          ]),
      `Written: ${written.join(', ')}`,
      ...open.map((said) => style.yellow(oneLine(said, 400))),
    ].map((line) => fitted(line, style)),
    ...(check === null ? [] : ['', checkText(check, style)]),
    '',
    fitted(next, style),
  ].join('\n');
}
