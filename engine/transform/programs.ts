import { runProgram as restate } from '../core/apply.ts';
import { cut, spread } from '../core/lists.ts';
import type { Slope } from '../core/primitive.ts';
import type { Program } from '../core/program.ts';
import type { Value } from '../core/trace.ts';
import { instantiate } from '../structural/zeros.ts';
import { provide } from './higher/index.ts';
import { avalsOf, outputAvals, spreadSlopes } from './higher/slopes.ts';
import { jvpProgram, linearizeFlat, splitProgram } from './jvp.ts';
import { pull } from './pull.ts';
import { runProgram, stage } from './stage.ts';
import { batchFlat, batchProgram } from './vmap.ts';

/** The transpose of a program in some of its inputs: the others, then cotangents → cotangents of those. */
function transposeProgram(program: Program, linear: readonly boolean[]): Program {
  const avals = avalsOf(program.inputs);
  const known = avals.filter((_, i) => !linear[i]);
  return stage(
    (values) => {
      const [fixed, cotangents] = cut(values, known.length);
      const notLinear = linear.map((is) => !is);
      const pulled = pull(program, cotangents!, spread(notLinear, fixed!));
      return pulled.flatMap((ct, i) => (linear[i] ? [instantiate(ct, avals[i]!)] : []));
    },
    [...known, ...outputAvals(program)],
  );
}

function pullback(program: Program, inputs: readonly Value[]) {
  const { results, program: map, moves } = linearizeFlat((xs) => runProgram(program, xs), inputs);
  return {
    results,
    pull: (cotangents: readonly Slope[]): readonly Slope[] => {
      // Cotangents come for the floating-point results; those that do not move have no part in the map.
      const own = spreadSlopes(outputAvals(program), cotangents).filter((_, i) => moves[i]);
      return pull(map, own);
    },
  };
}

provide({
  stage,
  run: runProgram,
  restate,
  jvp: jvpProgram,
  split: splitProgram,
  pullback,
  transpose: transposeProgram,
  batch: batchProgram,
  batchFunction: batchFlat,
});
