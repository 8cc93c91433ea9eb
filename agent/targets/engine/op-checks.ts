import { below, type Domain, drawFrom, drawReal, pick, type Spread } from '../../checks/draw.ts';
import { near } from '../../checks/expect.ts';
import type { Operation } from '../../checks/operation.ts';
import type { Case, Check, Draw } from '../../checks/types.ts';
import { program } from './build.ts';
import { check, inputText, request } from './case.ts';
import { generatedCase } from './generated.ts';
import { drawInputs, edgeCases, gradCase, outsideCase, valueCase } from './op-cases.ts';
import { bySize, delicatePoints, type FixedPoint, simplePoints, widePoints } from './op-points.ts';
import { structureCase, structureCases } from './structure.ts';

/** First-order checks of one operation: every family that an engine with nothing but `grad` can meet. */
export function opChecks(goal: string, op: Operation): readonly Check[] {
  const { name } = op;
  return [
    check(
      goal,
      'value',
      `the value of ${name}`,
      () => [...simplePoints(op), ...large(op), ...delicatePoints(op)].sort(bySize).map((p) => p.value),
      (draw, i) => valueCase(op, drawInputs(draw, op.domain, i % 2 === 0 ? 'plain' : 'scales')),
    ),
    check(
      goal,
      'grad',
      `the derivative of ${name}`,
      () => simplePoints(op).map((p) => p.grad),
      (draw) => gradCase(op, drawInputs(draw, op.domain, 'plain')),
    ),
    check(
      goal,
      'scales',
      `the derivative of ${name} from 1e-3 to 1e3 and at the edges of its domain`,
      () => [...widePoints(op), ...delicatePoints(op)].sort(bySize).map((p) => p.grad),
      (draw) => gradCase(op, drawInputs(draw, op.domain, 'scales')),
    ),
    ...(op.kinks ? [kinkCheck(goal, op, op.kinks)] : []),
    ...(op.edges.length > 0 ? [edgeCheck(goal, op)] : []),
    check(
      goal,
      'repeat',
      `${name} twice gives the same bits and leaves its inputs as they were`,
      () =>
        simplePoints(op)
          .slice(0, 2)
          .flatMap(({ value, grad }) => [value, grad]),
      (draw) => gradCase(op, drawInputs(draw, op.domain, 'plain')),
    ),
    check(
      goal,
      'structure',
      `${name} in programs that share, repeat, ignore or fix values`,
      () => structureCases(op),
      (draw, i) => structureCase(op, draw, i),
    ),
    check(
      goal,
      'generated',
      `${name} in generated programs`,
      () => {
        const draw = drawFrom(new Uint8Array(32), 'visible', `${goal}/generated`);
        return Array.from({ length: 4 }, () => generatedCase(draw, [op]));
      },
      (draw) => generatedCase(draw, [op]),
    ),
  ];
}

const large = (op: Operation): readonly FixedPoint[] => widePoints(op).slice(-2);

/** On the kink any subgradient is right, for each input; both ways together must add up where they share an input. */
function kinkCheck(goal: string, op: Operation, kinks: readonly (readonly number[])[]): Check {
  // max(x, x) is x: the two subgradients add up to 1, however a rule splits them.
  const both = program(1, (b, x) => b.op(op.name, x, x));
  const shared = (x: number): Case => ({
    label: `the derivative of ${op.name}(x, x) at ${inputText([x])}`,
    request: request(both, 'grad', [x]),
    expected: [near(1, 1)],
  });
  return check(
    goal,
    'kink',
    `on its kinks, ${op.name} gives a subgradient; beside them, the slope of that side`,
    () => [...kinks.map((at) => gradCase(op, at)), ...(op.arity === 2 ? [shared(1), shared(-3)] : [])],
    (draw, i) => {
      if (op.arity === 1) {
        const x = drawReal(draw, op.domain[0]!, 'scales') * 2 ** -(below(draw, 30) * 30);
        return gradCase(op, [i % 4 === 0 ? 0 * x : x]);
      }
      const x = drawReal(draw, op.domain[0]!, 'scales');
      return i % 2 === 0 ? gradCase(op, [x, x]) : shared(x);
    },
  );
}

function edgeCheck(goal: string, op: Operation): Check {
  let all: readonly Case[] | undefined;
  const pool = (): readonly Case[] => {
    all ??= op.edges.flatMap((edge) => edgeCases(op, edge));
    return all;
  };
  return check(
    goal,
    'nonfinite',
    `${op.name} at NaN, infinities, zeros and the edges of its domain`,
    pool,
    (draw, i) =>
      op.outside && i % 2 === 0
        ? outsideCase(op, drawOutside(draw, op, op.outside, i % 4 === 0 ? 'plain' : 'scales'))
        : pick(draw, pool()),
  );
}

/** Where the domain is as wide on both sides of 0, so is what lies outside. */
function drawOutside(
  draw: Draw,
  { domain }: Operation,
  outside: readonly Domain[],
  spread: Spread,
): number[] {
  const inputs = drawInputs(draw, outside, spread);
  const mirrored = domain.every(({ low, high }) => low === -high) && below(draw, 2) === 0;
  return mirrored ? inputs.map((x) => -x) : inputs;
}
