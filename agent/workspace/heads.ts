import { placeOf } from './detect.ts';
import { tryGit } from './git.ts';

/** A line of a session's journal that a commit vouches for. */
export interface NamedHead {
  readonly commit: string;
  /** The hash of what was the journal's last line when the commit was made. */
  readonly head: string;
}

/** The journal lines that a session's commits name in their trailers; none where its repository or branch is not here. */
export async function namedHeads(repo: string, session: string): Promise<readonly NamedHead[]> {
  const trailer = (name: string): string => `%(trailers:key=${name},valueonly,separator=)`;
  const { code, stdout } = await tryGit(
    [
      'log',
      '--fixed-strings',
      `--grep=Vibegrad-Session: ${session}`,
      `--format=%H ${trailer('Vibegrad-Session')} ${trailer('Vibegrad-Journal')}`,
      '--end-of-options',
      `refs/heads/vibegrad/${session}`,
    ],
    { cwd: placeOf(repo).cwd },
  );
  if (code !== 0) return [];
  const rows = stdout.toString('utf8').trim().split('\n');
  return rows.flatMap((row) => {
    const [commit, of, head] = row.split(' ');
    return commit && of === session && head ? [{ commit, head }] : [];
  });
}

/** Whether a folder is a repository that holds a branch. */
export async function hasBranch(repo: string, branch: string): Promise<boolean> {
  const asked = ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`];
  const { code } = await tryGit(asked, { cwd: placeOf(repo).cwd });
  return code === 0;
}
