export { type Child, type ChildEvents, startChild } from './child.ts';
export { bubblewrapLayer, type SandboxOptions, sandboxLayers, startSandboxed } from './layers.ts';
export { requireNodeFlags } from './node.ts';
export { type PythonRun, runPython } from './python.ts';
export * from './types.ts';
