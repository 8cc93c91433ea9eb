import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import type { Goal } from '../../checks/types.ts';
import { goals as ladder } from '../engine/goals.ts';
import type { Config, ConfigSchema } from './config-schema.ts';
import { positionIn, syntaxFault } from './position.ts';

/** The file in which a repository says what of it is judged, and how. */
export const CONFIG_FILE = 'vibegrad.config.json';

/** The schema, loaded with the first config: most folders hold none, and loading zod takes a third as long as judging a rule. */
function schema(): typeof ConfigSchema {
  const load = createRequire(import.meta.url);
  const file = `./config-schema${extname(import.meta.url)}`;
  return (load(file) as { ConfigSchema: typeof ConfigSchema }).ConfigSchema;
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
  const Known = schema();
  const parsed = Known.safeParse(json);
  if (parsed.success) {
    const fault = mixed(parsed.data);
    if (fault === null) return parsed.data;
    throw configFault(text, fault.path, fault.said, fault.mend, file);
  }
  // A name that is misspelt is missing, too.
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0]! : null;
  const path = unknown === null ? issue.path : [...issue.path, unknown];
  const { line, column } = positionIn(text, path, unknown !== null);
  throw new UserError(
    'usage',
    `${file}:${line}:${column}: ${said(path.map(String), issue, json)}.`,
    unknown === null ? '' : `Known are ${Object.keys(Known.shape).join(', ')}.`,
  );
}

/** What is wrong with a value of a config, and where that stands. */
export function configFault(
  text: string,
  path: readonly PropertyKey[],
  said: string,
  mend: string,
  file = CONFIG_FILE,
): UserError {
  const { line, column } = positionIn(text, path);
  return new UserError('usage', `${file}:${line}:${column}: ${said}.`, mend);
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
  const why = issue.message
    .replace(/^Invalid (?:input|option): /, 'is wrong: ')
    .replace(/^Too small: expected \w+ to have >=1 .*/, 'is empty');
  return `${name}${shown} ${why}`;
}
