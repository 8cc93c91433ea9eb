import fc from 'fast-check';
import {
  CONSTANTS,
  type Comparison,
  type ConstantName,
  type Expression,
  STANDARD,
  show,
  type Variable,
} from '../../agent/targets/engine/rule.ts';

const number: fc.Arbitrary<Expression> = fc
  .oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0.5, -0.5, 1e21, 1e-9, -0),
  )
  .map((value) => ({ kind: 'number', value }));

const constant: fc.Arbitrary<Expression> = fc
  .constantFrom(...(Object.keys(CONSTANTS) as ConstantName[]))
  .map((name) => ({ kind: 'constant', name }));

const comparison = fc.constantFrom<Comparison[]>('<', '<=', '>', '>=', '==', '!=');

/** Any expression of the grammar over the given variables, with the ops that have a standard meaning. */
export function expressions(variables: readonly Variable[]): fc.Arbitrary<Expression> {
  const ops = [...STANDARD].map(([op, { arity }]) => ({ op, arity }));
  const extra = [
    { op: 'step', arity: 1 },
    { op: 'sign', arity: 1 },
  ];
  const arithmetic = ops.filter(({ op }) => ['add', 'sub', 'mul', 'div', 'neg'].includes(op));
  const variable: fc.Arbitrary<Expression> = fc
    .constantFrom(...variables)
    .map((name) => ({ kind: 'variable', name }));
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => {
    const sub = tie('tree');
    const call = fc
      .tuple(
        fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...arithmetic) },
          { weight: 2, arbitrary: fc.constantFrom(...ops, ...extra) },
        ),
        sub,
        sub,
      )
      .map(([{ op, arity }, a, b]): Expression => ({ kind: 'call', op, args: arity === 1 ? [a] : [a, b] }));
    const where = fc
      .record({ left: sub, comparison, right: sub, yes: sub, no: sub })
      .filter(({ left, right }) => !/where|step/.test(show(left) + show(right)))
      .map((parts): Expression => ({ kind: 'where', ...parts }));
    return {
      tree: fc.oneof(
        { maxDepth: 5, depthSize: 'medium' },
        { weight: 3, arbitrary: variable },
        { weight: 1, arbitrary: number },
        { weight: 1, arbitrary: constant },
        { weight: 6, arbitrary: call },
        { weight: 1, arbitrary: where },
      ),
    };
  });
  return tree;
}
