import type { Program } from '../core/program.ts';
import { commonSubexpressions } from './common.ts';
import { deadCode } from './dead.ts';
import { simplify } from './simplify.ts';

export { FOREVER, type Lifetime, type Placement, planBuffers } from './buffers.ts';
export { commonSubexpressions } from './common.ts';
export { deadCode } from './dead.ts';
export { printProgram } from './print.ts';
export { simplify } from './simplify.ts';

/**
 * All passes, each on what the one before it left. Takes time linear in the number of steps. Results keep their bits, except
 * where a simplification rounds better.
 */
export function optimise(program: Program): Program {
  return deadCode(commonSubexpressions(simplify(program)));
}
