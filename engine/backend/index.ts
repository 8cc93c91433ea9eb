export { compile, type Executable } from './compile.ts';
export { evaluator } from './evaluate.ts';
export { runProgram } from './run.ts';
