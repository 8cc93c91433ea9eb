import type { Slope } from '../core/primitive.ts';
import type { Program } from '../core/program.ts';
import type { Value } from '../core/trace.ts';
import { instantiate } from '../structural/zeros.ts';
import { provide } from './higher/index.ts';
import { jvpProgram, linearizeFlat, splitProgram } from './jvp.ts';
import { pull } from './pull.ts';
import { restate, runProgram, stage } from './stage.ts';
import { batchFlat, batchProgram } from './vmap.ts';

/** The transpose of a program in some of its inputs: the others, then cotangents → cotangents of those. */
function transposeProgram(program: Program, linear: readonly boolean[]): Program {
  const avals = program.inputs.map(({ aval }) => aval);
  const known = avals.filter((_, i) => !linear[i]);
  return stage(
    (values) => {
      let at = 0;
      const fixed = avals.map((_, i) => (linear[i] ? null : values[at++]!));
      const pulled = pull(program, fixed, values.slice(known.length));
      return pulled.flatMap((ct, i) => (linear[i] ? [instantiate(ct, avals[i]!)] : []));
    },
    [...known, ...program.outputs.map(({ aval }) => aval)],
  );
}

function pullback(program: Program, inputs: readonly Value[]) {
  const { results, program: map, moves } = linearizeFlat((xs) => runProgram(program, xs), inputs);
  return {
    results,
    pull: (cotangents: readonly Slope[]): readonly Slope[] => {
      // Cotangents come for the floating-point results; those that do not move have no part in the map.
      let at = 0;
      const floating = program.outputs.map(
        ({ aval }) => aval.dtype === 'float64' || aval.dtype === 'float32',
      );
      const own = moves.flatMap((move, i) => {
        const ct = floating[i] ? cotangents[at++]! : null;
        return move ? [ct] : [];
      });
      return pull(
        map,
        map.inputs.map(() => null),
        own,
      );
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
