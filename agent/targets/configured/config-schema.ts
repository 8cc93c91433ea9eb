import { z } from 'zod';
import { goals as ladder } from '../engine/goals.ts';

const Path = z
  .string()
  .regex(/^[\w.@-]+(?:\/[\w.@-]+)*\/?$/, 'is no plain path below the repository (letters, digits, . _ - @ /)')
  .refine(
    (path) => !path.split('/').some((part) => /^\.\.?$/.test(part)),
    'has a . or .. in it: paths begin at the folder of the config',
  );
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
    .describe(
      'what the engine is written in, JavaScript counting as TypeScript; Python runs only inside bubblewrap',
    ),
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
