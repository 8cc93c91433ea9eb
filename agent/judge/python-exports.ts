import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import type { Explored } from './exports.ts';
import { runPython } from './sandbox/index.ts';

/** Python's own word for any number of arguments is null. */
const Params = z
  .int()
  .nullable()
  .transform((count) => count ?? Number.POSITIVE_INFINITY);
const Exported = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('function'), name: z.string(), params: Params }),
  z.object({
    kind: z.literal('class'),
    name: z.string(),
    params: Params,
    methods: z.array(z.object({ name: z.string(), params: Params })),
    fields: z.array(z.string()),
  }),
  z.object({ kind: z.literal('other'), name: z.string() }),
]);
const ExploredSchema = z.object({
  entry: z.string(),
  exports: z.array(Exported),
  modules: z.array(z.string()),
  packages: z.array(z.string()),
  unread: z.array(z.string()),
});

const SECONDS = 60;
const LINE = 2 ** 20;

/**
 * Looks at Python modules and at all that they reach, without running any of them: Python's own parser does, inside
 * bubblewrap, since a stranger's text may be made to break it. @throws UserError where that cannot be
 */
export async function explorePython(
  sources: Readonly<Record<string, string>>,
  entries: readonly string[],
): Promise<(Explored & { readonly entry: string })[]> {
  const script = readFileSync(join(packageRoot, 'python', 'vibegrad', 'oracle', 'exports.py'), 'utf8');
  const given = JSON.stringify(JSON.stringify({ sources, entries }));
  const { signal } = new AbortController();
  const limits = { lineChars: LINE, outputBytes: 16 * LINE };
  const run = await runPython(`${script}\n\nmain(${given})\n`, { seconds: SECONDS, signal, limits });
  if (run.ran && run.error === null) return run.printed.map((line) => ExploredSchema.parse(JSON.parse(line)));
  const why = run.ran ? `cannot be read: ${run.error}` : run.why;
  throw new UserError('missing', `A Python engine ${why}.`, '`vibegrad doctor` says which layers work.');
}
