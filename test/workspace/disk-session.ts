import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../agent/base/errors.ts';
import { openWorkspace } from '../../agent/workspace/index.ts';

/** Run by a test inside a mount namespace: a session on a disk that refuses, and what it says. */
const [what, repo, cacheDir] = process.argv.slice(2) as [string, string, string];
const said: unknown[] = [];
const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    const result = await work();
    said.push(result);
    return result;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    said.push({ exit: error.exit, message: error.message, mend: error.mend });
    return null;
  }
};

const open = () =>
  openWorkspace({ repo, session: 'disk', cacheDir, target: { editable: ['engine.ts'], pinned: [] } });

if (what === 'open') {
  await attempt(async () => {
    await (await open()).close();
  });
} else {
  const workspace = await open();
  const filler = join(what === 'fill-cache' ? cacheDir : repo, 'filler');
  const session = async () => {
    const text = 'engine.ts\n```\n// All of it.\n```\n';
    const commit = workspace.base;
    const applied = await workspace.perform({ op: 'apply', commit, format: 'auto', text });
    if (!applied.ok) throw new Error(applied.failure.message);
    const { tree } = applied;
    return workspace.perform({ op: 'accept', commit, tree, subject: 'All', body: '', trailers: {} });
  };
  fill(filler);
  await attempt(session);
  rmSync(filler);
  await attempt(session);
  await workspace.close();
}
console.log(JSON.stringify(said));

function fill(path: string): void {
  let size = 2 ** 20;
  for (let text = ''; size >= 1; ) {
    try {
      writeFileSync(path, text + 'x'.repeat(size));
      text += 'x'.repeat(size);
    } catch {
      size = Math.floor(size / 2);
    }
  }
}
