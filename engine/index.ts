export type * from './seed/contract.ts';
export { grad, ops, primal } from './seed/engine.ts';
