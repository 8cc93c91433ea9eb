import { evaluator } from './backend/index.ts';
import { install } from './core/trace.ts';

install(evaluator);

export type { DType } from './core/dtype.ts';
export { EngineError } from './core/errors.ts';
export { NDArray, type Nested } from './core/ndarray.ts';
export type { Aval, Program, Step } from './core/program.ts';
export type { Shape } from './core/shape.ts';
export type { Value } from './core/trace.ts';
export type { Tree } from './core/tree.ts';
export * from './ops/index.ts';
export { optimise, printProgram } from './passes/index.ts';
export type * from './seed/contract.ts';
export * from './transform/index.ts';
export { stopGradient } from './transform/index.ts';
