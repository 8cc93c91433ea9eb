export { type FailureReason, type Layer, OracleFailure, sandboxLayers } from '../sandbox/index.ts';
export {
  type ClaimRun,
  type Defined,
  LONGEST_LINE,
  type Oracle,
  type OracleOptions,
  openOracle,
} from './oracle.ts';
export { type OraclePool, openPool } from './pool.ts';
export type { ModuleText } from './protocol.ts';
export { programText, questionText } from './request-text.ts';
export { atLine, type Stripped, stripTypes } from './strip.ts';
