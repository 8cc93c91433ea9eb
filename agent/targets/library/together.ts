import { drawReal } from '../../checks/draw.ts';
import { expected } from '../../checks/expect.ts';
import type { Operation } from '../../checks/operation.ts';
import { operationOf } from '../../checks/operations.ts';
import { reference } from '../../checks/program-reference.ts';
import type { Case, Goal, Together } from '../../checks/types.ts';
import { array, program } from '../engine/build.ts';
import { check, request } from '../engine/case.ts';
import { aloneProgram } from '../engine/op-cases.ts';
import { simplePoints } from '../engine/op-points.ts';
import { together as ofTheLadder } from '../engine/together.ts';

/**
 * What goals ask only together. Beside what the ladder asks: each operation on arrays, once there are sums to make a number
 * of them. A partial that looks at plain numbers is right in every scalar program and wrong there.
 */
export function together(kept: readonly Goal[], fresh: readonly Goal[]): readonly Together[] {
  const all = [...kept, ...fresh];
  const sums = all.some((goal) => goal.id === 'r4/sum');
  const arrays = all.flatMap((goal): Together[] => {
    const op = operationOf(goal);
    return op && sums ? [{ goal, check: arrayCheck(goal, op), fresh: fresh.includes(goal) }] : [];
  });
  return [...ofTheLadder(kept, fresh), ...arrays];
}

const SHAPE = [2, 2];
const SIZE = 4;

const known = new WeakMap<Goal, Together['check']>();

function arrayCheck(goal: Goal, op: Operation): Together['check'] {
  let own = known.get(goal);
  if (own === undefined) {
    const points = (): readonly (readonly number[])[] => simplePoints(op).map(({ at }) => at);
    own = check(
      goal.id,
      'broadcast',
      `${op.name} on arrays`,
      () => [
        arrayCase(
          op,
          Array.from({ length: SIZE }, (_, i) => points()[i % points().length]!),
        ),
      ],
      (draw) =>
        arrayCase(
          op,
          Array.from({ length: SIZE }, () => op.domain.map((domain) => drawReal(draw, domain, 'plain'))),
        ),
      'arrays',
    );
    known.set(goal, own);
  }
  return own;
}

/** The gradient of the sum over an array: element by element what it is of numbers. */
function arrayCase(op: Operation, points: readonly (readonly number[])[]): Case {
  const summed = program(op.arity, (b, ...x) =>
    b.arrayOp('sum', [b.op(op.name, ...x)], { axes: [0, 1], keepdims: false }),
  );
  const slopes = points.map((at) => reference(request(aloneProgram(op), 'grad', at)).map((v) => v.data[0]!));
  const inputs = op.domain.map((_, i) =>
    array(
      SHAPE,
      points.map((at) => at[i]!),
    ),
  );
  return {
    label: `the gradient of the sum of ${op.name} over an array`,
    request: request(summed, 'grad', inputs),
    expected: inputs.flatMap((_, i) => slopes.map((slope) => expected(slope[i]!))),
    shapes: inputs.map(() => SHAPE),
  };
}
