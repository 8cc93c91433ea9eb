import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import type { Metric } from '../judge/types.ts';
import { CONFIG_FILE, targets } from '../targets/index.ts';
import { commitHolds, readAt } from '../workspace/index.ts';
import { requireTable } from './rule-place.ts';

/** @throws UserError where the commit that is checked out holds no engine in the folder, though the checkout may */
export async function requireCommitted(folder: string, head: string): Promise<void> {
  const named = [CONFIG_FILE, ...targets.map(({ entry }) => entry)];
  const held = await Promise.all(named.map((path) => commitHolds(folder, head, path)));
  // A config says which engine is meant, also beside one that is committed.
  const missing = named.find((path, i) => !held[i] && existsSync(join(folder, path)));
  if (held.includes(true) && missing !== CONFIG_FILE) return;
  if (missing === undefined) {
    throw new UserError(
      'usage',
      `${folder} holds no engine, nor does a folder above it in its repository.`,
      'Go to the folder that holds one. `vibegrad init DIR` makes a repository with one; `vibegrad init --here` describes one that is there.',
    );
  }
  throw new UserError(
    'usage',
    `${missing} is not committed, and a session works on what is.`,
    missing === CONFIG_FILE
      ? 'Commit it and the adapter that it names first.'
      : 'Commit it first: `git add -A && git commit`.',
  );
}

/** @throws UserError where a search is asked for what no rule of a goal is, or has no table to write a rule into */
export async function requireSearchable(
  target: Target,
  {
    folder,
    head,
    metric,
  }: { readonly folder: string; readonly head: string; readonly metric: Metric | undefined },
): Promise<void> {
  if (metric !== undefined) {
    throw new UserError(
      'usage',
      metric === 'size'
        ? 'embedded is a search for rules of goals: it cannot make an engine smaller'
        : 'embedded is a search for rules of goals: it cannot read a wish',
      'Choose another model with --model, or goals with --goal.',
    );
  }
  const table = await readAt(folder, head, target.table);
  requireTable(target, Buffer.from(table ?? []).toString('utf8'));
}
