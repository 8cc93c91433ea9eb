export { bubblewrap, INSIDE, wrapped } from './bubblewrap.ts';
export { type Child, type ChildEvents, startChild } from './child.ts';
export { findProgram } from './find.ts';
export { bubblewrapLayer, type SandboxOptions, sandboxedNode, sandboxLayers } from './layers.ts';
export { limited } from './limits.ts';
export { requireNodeFlags } from './node.ts';
export * from './types.ts';
