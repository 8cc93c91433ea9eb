import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import type { Goal } from '../../checks/types.ts';
import { goals as ladder } from '../engine/goals.ts';
import { positionIn, syntaxFault } from './position.ts';

/** The file in which a repository says what of it is judged, and how. */
export const CONFIG_FILE = 'vibegrad.config.json';

const Path = z
  .string()
  .regex(/^[\w.@-]+(?:\/[\w.@-]+)*\/?$/, 'is no plain path below the repository (letters, digits, . _ - @ /)')
  .refine((path) => !path.split('/').some((part) => /^\.\.?$/.test(part)), 'has a . or .. in it');
const File = Path.refine((path) => !path.endsWith('/'), 'names a folder, where a file is meant');

const known: ReadonlySet<string> = new Set(ladder.flatMap(({ id, rung }) => [id, `r${rung}`]));

const GoalName = z
  .string()
  .refine(
    (name) => known.has(name),
    'is no goal and no rung (`vibegrad goals` lists them; a rung is r0, r1 …)',
  );

/** What `vibegrad.config.json` may hold. Its JSON Schema is `schemas/vibegrad.config.schema.json`. */
export const ConfigSchema = z.strictObject({
  $schema: z.string().exactOptional().describe('where editors find this schema'),
  language: z
    .enum(['typescript', 'python'])
    .default('typescript')
    .describe('what the engine is written in; Python runs only inside bubblewrap'),
  adapter: File.describe(
    'the module that imports the engine and exports the contract (`ops`, `primal`, `grad`, what else there is); pinned',
  ),
  editable: z.array(Path).min(1).describe('what a proposal may change: files, or folders that end in /'),
  pinned: z
    .array(Path)
    .default([])
    .describe('what else is judged and must stay as it is: modules that are imported, tests, package.json'),
  goals: z
    .array(GoalName)
    .min(1)
    .exactOptional()
    .describe('goals and rungs in question (r0, r1/tanh); all where it is left out'),
  compiler: z
    .enum(['strip', 'esbuild'])
    .default('strip')
    .describe(
      "how TypeScript becomes JavaScript: Node's type stripping, or esbuild for what that cannot run",
    ),
  setup: z
    .strictObject({
      run: z.array(z.string().min(1)).min(1).describe('shell commands, run once on the base, with network'),
      from: z.array(File).min(1).describe('the files that they need: package.json, a lock file; pinned'),
    })
    .exactOptional()
    .describe('how the dependencies are installed'),
  tests: z
    .string()
    .min(1)
    .exactOptional()
    .describe(
      "a shell command: the repository's own tests, run in the sandbox; they can refuse and never accept",
    ),
});

export type Config = z.output<typeof ConfigSchema>;

/** The config's JSON Schema, for editors. */
export function configJsonSchema(): object {
  return z.toJSONSchema(ConfigSchema, { io: 'input' });
}

/** Reads a config. @throws UserError that names the line and column, and what stands there. */
export function parseConfig(text: string, file = CONFIG_FILE): Config {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const { line, column, what } = syntaxFault(text);
    const mend = 'It must be JSON: no comments, no comma before a closing bracket.';
    throw new UserError('usage', `${file}:${line}:${column}: ${what}.`, mend, { cause: error });
  }
  const parsed = ConfigSchema.safeParse(json);
  if (parsed.success) {
    const fault = mixed(parsed.data);
    if (fault === null) return parsed.data;
    const { line, column } = positionIn(text, fault.path);
    throw new UserError('usage', `${file}:${line}:${column}: ${fault.said}.`, fault.mend);
  }
  const [issue] = parsed.error.issues;
  const unknown = issue!.code === 'unrecognized_keys' ? issue!.keys[0]! : null;
  const path = unknown === null ? issue!.path : [...issue!.path, unknown];
  const { line, column } = positionIn(text, path, unknown !== null);
  throw new UserError(
    'usage',
    `${file}:${line}:${column}: ${said(path.map(String), issue!, json)}.`,
    unknown === null ? '' : `Known are ${Object.keys(ConfigSchema.shape).join(', ')}.`,
  );
}

/** What is wrong only together: an adapter of another language, or nothing left to ask. */
function mixed({ language, adapter, goals }: Config): {
  readonly path: readonly string[];
  readonly said: string;
  readonly mend: string;
} | null {
  const python = language === 'python';
  if (python !== adapter.endsWith('.py')) {
    return {
      path: ['adapter'],
      said: `\`adapter\` "${adapter}" is no ${python ? 'Python' : 'TypeScript or JavaScript'} module`,
      mend: python ? 'Its name ends in .py.' : '`"language": "python"` says that the engine is.',
    };
  }
  if (python && goals !== undefined && goalsOf(goals).every(({ speed }) => speed !== undefined)) {
    const mend = 'Name other goals, or none for all of them.';
    return { path: ['goals'], said: '`goals` names speed goals only, and Python is not timed', mend };
  }
  return null;
}

/** The goals that a config asks. */
export function goalsOf(named: readonly string[] | undefined): readonly Goal[] {
  const asked = new Set(named);
  return ladder.filter(({ id, rung }) => named === undefined || asked.has(id) || asked.has(`r${rung}`));
}

function said(path: readonly string[], issue: z.core.$ZodIssue, json: unknown): string {
  const name = path.length === 0 ? 'the config' : `\`${path.join('.')}\``;
  if (issue.code === 'unrecognized_keys') return `there is no setting ${name}`;
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], json);
  if (issue.code === 'invalid_type' && value === undefined) return `${name} is missing`;
  const shown = typeof value === 'string' ? ` ${JSON.stringify(value)}` : '';
  return `${name}${shown} ${issue.message.replace(/^Invalid input: /, 'is wrong: ').replace(/^Too small: /, 'is too small: ')}`;
}
