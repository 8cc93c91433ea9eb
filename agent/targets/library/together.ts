import { drawReal } from '../../checks/draw.ts';
import { expected } from '../../checks/expect.ts';
import type { Operation } from '../../checks/operation.ts';
import { operationOf } from '../../checks/operations.ts';
import { reference } from '../../checks/program-reference.ts';
import type { Case, Goal, Together } from '../../checks/types.ts';
import { check, request } from '../engine/case.ts';
import { aloneProgram } from '../engine/op-cases.ts';
import { simplePoints } from '../engine/op-points.ts';
import { together as ofTheLadder } from '../engine/together.ts';
import { SIZE, sumCase, summed } from './array-sums.ts';

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

function arrayCase(op: Operation, points: readonly (readonly number[])[]): Case {
  return sumCase(
    `the gradient of the sum of ${op.name} over an array`,
    summed(op.arity, (b, ...x) => b.op(op.name, ...x)),
    points,
    points.map((at) => reference(request(aloneProgram(op), 'grad', at)).map((v) => expected(v.data[0]!))),
  );
}
