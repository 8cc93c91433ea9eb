import { tryGit } from './git.ts';

/** A commit that says a judged tree landed with it, and a file before and after it. */
export interface CommitClaim {
  readonly commit: string;
  readonly session: string;
  readonly receipt: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The commits behind HEAD that changed a file and name a receipt in their trailers, oldest first; null where there is no
 * history. Anyone can write such a line: it says where to look, not that it is so.
 */
export async function commitsWithReceipts(
  folder: string,
  path: string,
): Promise<readonly CommitClaim[] | null> {
  const value = (name: string): string => `%(trailers:key=${name},valueonly,separator=%x2C)`;
  const format = `--format=%H%x09${value('Vibegrad-Session')}%x09${value('Vibegrad-Receipt')}`;
  const asked = ['log', '--reverse', '--no-color', format, '--', path];
  const { code, stdout } = await tryGit(asked, { cwd: folder });
  if (code !== 0) return null;
  const named = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , receipt = '']) => /^[0-9a-f]{64}$/.test(receipt));
  const textAt = async (revision: string): Promise<string | null> => {
    const shown = await tryGit(['show', `${revision}:./${path}`], { cwd: folder });
    return shown.code === 0 ? shown.stdout.toString('utf8') : null;
  };
  const claims: CommitClaim[] = [];
  for (const [commit = '', session = '', receipt = ''] of named) {
    const [before, after] = [await textAt(`${commit}^`), await textAt(commit)];
    claims.push({ commit, session, receipt, before, after });
  }
  return claims;
}
