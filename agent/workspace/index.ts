export { type DetectedWorkspace, detectWorkspace } from './detect.ts';
export { applyEdits, type EditRules, renderDiff } from './edits/index.ts';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './open.ts';
export { markOurs } from './ours.ts';
