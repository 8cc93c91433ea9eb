import { expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { libraryTarget } from '../../agent/targets/index.ts';
import * as library from '../../engine/index.ts';
import type { Engine, Op, Value } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

const engine = library as unknown as Engine;
const ends = libraryTarget.goals.find((goal) => goal.id === 'r6/ends')!;
const draw = () => drawFrom(new Uint8Array(32).fill(5), 'library', 'ends');
type Of = (...inputs: Value[]) => Value;
const ops = engine.ops as Readonly<Record<string, Of>>;
const { abs, add, cube, div, exp, log, log1p, max, min, mul, neg, reciprocal, sigmoid, sub } =
  ops as Readonly<Record<string, Of>>;

test('the library keeps to them', () => {
  for (const check of ends.checks) {
    expect(wrongIn(engine, [...check.visible(), ...check.heldOut(draw(), 200)]), check.id).toEqual([]);
  }
});

/** An operation with other partials. */
const withPartials =
  (name: string, ...partials: readonly Of[]): Op =>
  (...inputs) =>
    (
      library.customJvp(
        ops[name] as never,
        ((args: Value[], tangents: Value[]): [Value, Value] => [
          ops[name]!(...args),
          partials.map((partial, i) => mul!(tangents[i]!, partial(...args))).reduce((a, b) => add!(a, b)),
        ]) as never,
      ) as unknown as Of
    )(...inputs);

const halfSum = (x: Value, sign: Of): Value => mul!(0.5, sign(exp!(x), exp!(neg!(x))));

/** Formulas that are right on paper, and wherever rungs 1 to 3 ask. */
const naive: Readonly<Record<string, Op>> = {
  'sinh-derivative': withPartials('sinh', (x) => halfSum(x!, add!)),
  'cosh-derivative': withPartials('cosh', (x) => halfSum(x!, sub!)),
  'silu-value': (x) => mul!(x!, sigmoid!(x!)),
  'gelu-value': (x) => mul!(x!, sigmoid!(mul!(1.5957691216057308, add!(x!, mul!(0.044715, cube!(x!)))))),
  'mish-value': (x) => mul!(x!, ops.tanh!(ops.softplus!(x!))),
  'logaddexp-value': (a, b) => add!(max!(a!, b!), log1p!(exp!(neg!(abs!(sub!(a!, b!)))))),
  'logit-value': (x) => sub!(log!(x!), log1p!(neg!(x!))),
  'acosh-value': (x) => ops.asinh!(ops.sqrt!(sub!(ops.square!(x!), 1))),
  'pow-derivative': withPartials(
    'pow',
    (a, b) => mul!(b!, ops.pow!(a!, sub!(b!, 1))),
    (a, b) => mul!(ops.pow!(a!, b!), log!(a!)),
  ),
  'pow-second-derivative': withPartials(
    'pow',
    (a, b) => mul!(b!, ops.pow!(ops.select!(ops.equal!(b!, 0), 1, a!), sub!(b!, 1))),
    (a, b) => mul!(ops.pow!(a!, b!), log!(a!)),
  ),
  'sinc-second-derivative': withPartials('sinc', (x) =>
    div!(sub!(mul!(x!, ops.cos!(x!)), ops.sin!(x!)), ops.square!(x!)),
  ),
  'atan-second-derivative': withPartials('atan', (x) => div!(x!, add!(x!, cube!(x!)))),
  'asinh-second-derivative': withPartials('asinh', (x) => div!(x!, mul!(x!, ops.hypot!(1, x!)))),
  'mish-second-derivative': withPartials('mish', (x) => {
    const t = min!(x!, 350);
    const w = exp!(t);
    const n = mul!(w, add!(w, 2));
    const u = reciprocal!(add!(n, 2));
    return mul!(u, add!(n, mul!(mul!(mul!(4, t), u), sub!(n, w))));
  }),
};

test('each has a formula that is right on paper and fails', () => {
  const ids = ends.checks.map(({ id }) => id.replace('r6/ends/', ''));
  expect(ids.sort()).toEqual(Object.keys(naive).sort());
});

test.each(Object.entries(naive))('%s, by the book, fails', (id, op) => {
  const name = id.split('-')[0]!;
  const check = ends.checks.find((one) => one.id === `r6/ends/${id}`)!;
  const wrong: Engine = { ...engine, ops: { ...engine.ops, [name]: op } };
  expect(wrongIn(wrong, check.visible()), 'visible').not.toEqual([]);
  expect(wrongIn(wrong, check.heldOut(draw(), 40)), 'held out').not.toEqual([]);
});
