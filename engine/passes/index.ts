export { type Lifetime, type Placement, planBuffers } from './buffers.ts';
export { deadCode } from './dead.ts';
export { printProgram } from './print.ts';

import type { Program } from '../core/program.ts';
import { deadCode } from './dead.ts';

/** All passes, in the order that lets each see what the one before it left. */
export function optimise(program: Program): Program {
  return deadCode(program);
}
