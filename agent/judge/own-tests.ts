import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { oneLine } from '../base/text.ts';
import type { Tested } from '../checks/types.ts';
import type { Bench } from './bench.ts';
import { runInCopy } from './sandbox/index.ts';
import { isUnder } from './tree.ts';
import type { FrozenTree } from './types.ts';

/** Seconds that a repository's own tests may take. */
const SECONDS = 300;

/**
 * What a configured target's own tests say of a tree; undefined where it names none. They run on what is judged of the
 * tree, with the base's dependencies. They are a gate: the candidate's code runs in their process and can make them
 * say anything, so they refuse and never accept.
 */
export async function ownTests(
  { target }: Bench,
  tree: FrozenTree,
  signal: AbortSignal,
): Promise<Tested | undefined> {
  const { own } = target;
  if (!own?.tests) return undefined;
  const recorded = own.installed?.tested;
  if (recorded) return recorded.get(tree.id) ?? { tree: tree.id, result: 'not run', why: 'not recorded' };
  const base = await mkdtemp(join(tmpdir(), 'vibegrad-tests-'));
  try {
    for (const { path, mode, bytes } of tree.files) {
      if (!mode.startsWith('100') || !isUnder(path, [...target.editable, ...target.pinned])) continue;
      await mkdir(dirname(join(base, path)), { recursive: true });
      await writeFile(join(base, path), bytes, { mode: mode === '100755' ? 0o755 : 0o644 });
    }
    const setup = own.installed?.folder ?? null;
    const ran = await runInCopy(
      own.tests,
      { base, setup, python: own.language === 'python' },
      { seconds: SECONDS, signal },
    );
    if (!ran.ran) return { tree: tree.id, result: 'not run', why: ran.why };
    if (ran.code === 0) return { tree: tree.id, result: 'passed', why: '' };
    const why = oneLine(ran.said, 300) || `exit code ${ran.code}`;
    return { tree: tree.id, result: 'failed', why };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Why a tree is refused for what its own tests said. */
export function testReasons(tested: Tested | undefined): string[] {
  return tested?.result === 'failed' ? [`The repository's own tests fail: ${tested.why}.`] : [];
}
