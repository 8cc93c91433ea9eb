export { evaluator } from './evaluate.ts';
export { runProgram } from './run.ts';
