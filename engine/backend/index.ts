export { runProgram } from '../core/apply.ts';
export { compile, type Executable } from './compile.ts';
export { evaluator, numbersOf, stored } from './evaluate.ts';
export { machineOf } from './machine.ts';
