import { z } from 'zod';
import { cacheDir } from '../host/paths.ts';
import { columns, type Style } from '../review/style.ts';
import { cleanWorkspaces } from '../workspace/index.ts';

const remainsSchema = z.object({
  kind: z.enum(['worktrees', 'cache', 'environment']),
  path: z.string(),
  /** On disk. */
  bytes: z.int(),
  /** What worktrees belong to; null for what serves every session. */
  session: z.string().nullable(),
  gitDir: z.string().nullable(),
  /** By a running process: it is never removed. */
  inUse: z.boolean(),
});

/** What `vibegrad clean --json` prints. */
export const cleanSchema = z.object({
  /** The folder that was looked through. */
  folder: z.string(),
  found: z.array(remainsSchema),
  removed: z.array(remainsSchema),
  /** What was to go and could not. */
  failed: z.array(z.object({ path: z.string(), why: z.string() })),
});

export type CleanDocument = z.infer<typeof cleanSchema>;

/** Worktrees, caches and environments that Vibegrad made; removes those that nothing uses where it is asked to. */
export async function clean(remove: boolean): Promise<CleanDocument> {
  const folder = cacheDir();
  const { found, removed, failed } = await cleanWorkspaces({ cacheDir: folder, remove: () => remove });
  return { folder, found: [...found], removed: [...removed], failed: [...failed] };
}

export function cleanText({ folder, found, removed, failed }: CleanDocument, style: Style): string {
  if (found.length === 0) return `Nothing in ${folder}.`;
  const gone = new Set(removed.map(({ path }) => path));
  const state = ({ path, inUse }: CleanDocument['found'][number]): string => {
    if (gone.has(path)) return style.red('removed');
    return inUse ? style.yellow('in use') : 'there';
  };
  const left = found.some(({ path, inUse }) => !inUse && !gone.has(path));
  return [
    columns(
      found.map((one) => [state(one), one.kind, `${(one.bytes / 1e6).toFixed(1)} MB`, one.path]),
      [2],
    ),
    ...failed.map(({ path, why }) => `${style.red('not removed')} ${path}: ${why}`),
    ...(left && failed.length === 0 ? ['', 'vibegrad clean --remove removes them. Sessions stay.'] : []),
  ].join('\n');
}
