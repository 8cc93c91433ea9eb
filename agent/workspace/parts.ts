import type { Identity } from './detect.ts';
import type { EditRules } from './edits/index.ts';
import type { GitObject, ObjectStore } from './objects.ts';
import type { Refs } from './refs.ts';
import type { Worktrees } from './worktrees.ts';

/** What the operations of an open workspace work with. */
export interface Parts {
  readonly identity: Identity;
  readonly objects: ObjectStore;
  readonly refs: Refs;
  readonly worktrees: Worktrees;
  readonly rules: EditRules;
  readonly ref: string;
  readonly base: string;
}

/** The commit that the session's branch stands at; null where nothing was accepted yet. */
export async function branchHead({ objects, ref }: Parts): Promise<GitObject | null> {
  return objects.find(ref);
}
