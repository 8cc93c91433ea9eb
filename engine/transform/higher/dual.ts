import type { Moved, Transforms } from '../../core/higher.ts';
import { cut } from '../../core/lists.ts';
import type { Slope } from '../../core/primitive.ts';
import type { Aval, Program } from '../../core/program.ts';
import type { Value } from '../../core/trace.ts';
import { avalsOf, floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

// Values in groups (constants, a state, …), each with the tangents of its floating-point values right behind it. Lengths are
// those of all groups but the last.

export function dualValues(
  primals: readonly Value[],
  tangents: readonly Slope[],
  ...lengths: readonly number[]
): Value[] {
  const moved = cut(tangents, ...lengths);
  return cut(primals, ...lengths).flatMap((group, i) => [...group, ...floatTangents(group, moved[i]!)]);
}

export function dualAvals(avals: readonly Aval[], ...lengths: readonly number[]): Aval[] {
  return cut(avals, ...lengths).flatMap((group) => [...group, ...floats(group)]);
}

/** Primals and tangents of groups of these shapes and types, apart again. */
export function undual<T>(avals: readonly Aval[], values: readonly T[], ...lengths: readonly number[]) {
  const groups = cut(avals, ...lengths);
  const pieces = cut(values, ...groups.flatMap((group) => [group.length, floats(group).length]));
  return {
    primals: groups.flatMap((_, i) => pieces[2 * i]!),
    tangents: groups.flatMap((_, i) => pieces[2 * i + 1]!),
  };
}

/** What a primitive gives whose results come in such groups. */
export function moved(
  avals: readonly Aval[],
  values: readonly Value[],
  ...lengths: readonly number[]
): Moved {
  const { primals, tangents } = undual(avals, values, ...lengths);
  return { results: primals, slopes: spreadSlopes(avals, tangents) };
}

/** The program of forward mode, from groups of inputs to groups of results. */
export function dualProgram(
  use: Transforms,
  program: Program,
  inputs: readonly number[],
  outputs: readonly number[],
): Program {
  const both = use.jvp(program);
  const [avals, results] = [avalsOf(program.inputs), outputAvals(program)];
  return use.stage(
    (values) => {
      const { primals, tangents } = undual(avals, values, ...inputs);
      const [ys, slopes] = cut(use.run(both, [...primals, ...tangents]), results.length);
      const moved = cut(slopes!, ...cut(results, ...outputs).map((group) => floats(group).length));
      return cut(ys!, ...outputs).flatMap((group, i) => [...group, ...moved[i]!]);
    },
    dualAvals(avals, ...inputs),
  );
}
