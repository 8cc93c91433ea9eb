import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What stands in every folder that Vibegrad made outside repositories: only such folders are ever removed. */
export const MARKER = '.vibegrad.json';

const Ownership = z.object({
  kind: z.enum(['worktrees', 'cache', 'environment']),
  /** The process that made or opened it last, and its start in ticks since boot (Linux; null elsewhere). */
  pid: z.number().int().nonnegative(),
  started: z.string().nullable(),
  session: z.string().optional(),
  /** The repository's git folder, for worktrees. */
  gitDir: z.string().optional(),
});

export type Ownership = z.infer<typeof Ownership>;

/** Marks a folder as Vibegrad's, in use by this process. */
export async function markOurs(
  folder: string,
  about: { kind: Ownership['kind']; session?: string; gitDir?: string },
): Promise<void> {
  const mark: Ownership = { ...about, pid: process.pid, started: await startOf(process.pid) };
  await writeFile(join(folder, MARKER), `${JSON.stringify(mark)}\n`);
}

/** The mark of a folder, or null where it has none of ours. */
export async function ownershipOf(folder: string): Promise<Ownership | null> {
  try {
    const parsed = Ownership.safeParse(JSON.parse(await readFile(join(folder, MARKER), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Whether the process that a mark names still runs (a later process with its number does not count). */
export async function isInUse(mark: Ownership): Promise<boolean> {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return mark.started === null || mark.started === (await startOf(mark.pid));
}

async function startOf(pid: number): Promise<string | null> {
  try {
    // proc(5): the name in parentheses may hold anything; `starttime` is the 20th field behind it.
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
