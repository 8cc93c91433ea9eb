import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import type { Metric } from '../judge/types.ts';
import { CONFIG_FILE, targets } from '../targets/index.ts';
import { commitHolds, readAt } from '../workspace/index.ts';
import { requireTable } from './rule-place.ts';

/**
 * @throws UserError where the commit that is checked out holds no engine, though the checkout does, or a folder of it
 * (`from`, where the person is)
 */
export async function requireCommitted(root: string, head: string, from: string): Promise<void> {
  const named = [CONFIG_FILE, ...targets.map(({ entry }) => entry)];
  const held = await Promise.all(named.map((path) => commitHolds(root, head, path)));
  // A config says which engine is meant, also beside one that is committed.
  const missing = named.find((path, i) => !held[i] && existsSync(join(root, path)));
  if (held.includes(true) && missing !== CONFIG_FILE) return;
  if (missing === undefined) {
    const inside = resolve(from) !== root && existsSync(join(from, CONFIG_FILE));
    throw new UserError(
      'usage',
      `${root} holds no engine, and a session works on a repository's root.`,
      inside
        ? `${CONFIG_FILE} and its adapter lie in ${relative(root, resolve(from))}/: \`vibegrad check\` judges there. For sessions put them at the root, with paths that begin there.`
        : '`vibegrad init DIR` makes a repository with one; `vibegrad init --here` describes one that is there.',
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
    root,
    head,
    metric,
  }: { readonly root: string; readonly head: string; readonly metric: Metric | undefined },
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
  const table = await readAt(root, head, target.table);
  requireTable(target, Buffer.from(table ?? []).toString('utf8'));
}
