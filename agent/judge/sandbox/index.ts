export { type Child, type ChildEvents, startChild } from './child.ts';
export { bubblewrapLayer, type SandboxOptions, sandboxedNode, sandboxLayers } from './layers.ts';
export { requireNodeFlags } from './node.ts';
export { type PythonRun, runPython } from './python.ts';
export * from './types.ts';
