export { markOurs } from '../base/ours.ts';
export { type CommitClaim, commitsWithReceipts } from './claims.ts';
export { type Cleaned, cleanWorkspaces, type Remains } from './clean.ts';
export { commitHolds, type DetectedWorkspace, detectWorkspace, readAt } from './detect.ts';
export { applyEdits, type EditRules, renderDiff } from './edits/index.ts';
export { type InitializedWorkspace, initWorkspace } from './init.ts';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './open.ts';
export { type BranchOf, chainCommits, moveBranch, type RebuiltCommit } from './rebuild.ts';
export { readRevision } from './revision.ts';
