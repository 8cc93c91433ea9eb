export { type Child, type ChildEvents, startChild } from './child.ts';
export { type Launcher, openLauncher } from './launcher.ts';
export {
  bubblewrapLayer,
  pythonLayers,
  type SandboxOptions,
  sandboxLayers,
  startSandboxed,
} from './layers.ts';
export { requireNodeFlags } from './node.ts';
export { processorSeconds } from './processor-time.ts';
export {
  PYTHON_LIMITS,
  type PythonOptions,
  type PythonRun,
  pythonLine,
  pythonVersion,
  runPython,
} from './python.ts';
export {
  type ClaimPython,
  type ClaimPythonRun,
  openClaimPython,
  openPythonPool,
  type PythonPool,
} from './python-claims.ts';
export { runInCopy } from './repository.ts';
export { type Spawn, spawnHere } from './spawn.ts';
export { boxedTool } from './tool.ts';
export * from './types.ts';
