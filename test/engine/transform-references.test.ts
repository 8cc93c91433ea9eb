import { describe, expect, it } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { expected } from '../../agent/checks/expect.ts';
import type { Operation } from '../../agent/checks/operation.ts';
import { operations } from '../../agent/checks/operations.ts';
import { reference } from '../../agent/checks/program-reference.ts';
import type { Case, Expected } from '../../agent/checks/types.ts';
import { compareNumber } from '../../agent/judge/compare.ts';
import { request } from '../../agent/targets/engine/case.ts';
import {
  aloneProgram,
  drawInputs,
  edgeCases,
  gradCase,
  outsideCase,
  valueCase,
} from '../../agent/targets/engine/op-cases.ts';
import { delicatePoints, simplePoints, widePoints } from '../../agent/targets/engine/op-points.ts';
import type { Value } from '../../engine/core/trace.ts';
import type { ElementwiseName } from '../../engine/elementwise/table.ts';
import {
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  ops,
  valueAndGrad,
  vjp,
  vmap,
} from '../../engine/index.ts';
import { bind } from './support/primitives.ts';
import { array, numbersOf } from './support/values.ts';

/** One point, and what must come out there, number by number. */
interface Wanted {
  readonly at: readonly number[];
  readonly expected: readonly Expected[];
}

const DRAWS = 20;

const drawn = (op: Operation) => {
  const draw = drawFrom(new Uint8Array(32).fill(7), 'transform', op.name);
  const some = (spread: 'plain' | 'scales') =>
    Array.from({ length: DRAWS }, () => drawInputs(draw, op.domain, spread));
  return { plain: some('plain'), all: [...some('plain'), ...some('scales')] };
};

/** Fixed points, kinks, edges, delicate points and drawn ones, with a case for each. */
function points(op: Operation, pick: 'value' | 'partials'): readonly Wanted[] {
  const make = pick === 'value' ? valueCase : gradCase;
  const wanted = (at: readonly number[], { expected }: Case): Wanted => ({ at, expected });
  const fixed = [...simplePoints(op), ...widePoints(op), ...delicatePoints(op)].map(({ at }) => at);
  const inside = [...fixed, ...(op.kinks ?? []), ...drawn(op).all].map((at) => wanted(at, make(op, at)));
  const edges = op.edges.flatMap((edge) => {
    const [value, partials] = edgeCases(op, edge);
    const own = pick === 'value' ? value : partials;
    return own ? [wanted(edge.at, own)] : [];
  });
  const beyond =
    pick === 'value' && op.outside
      ? Array.from({ length: 3 }, () =>
          op.outside!.map(({ low }) => (Number.isFinite(low) ? low + 0.25 : -2)),
        )
      : [];
  return [...inside, ...edges, ...beyond.map((at) => wanted(at, outsideCase(op, at)))];
}

type Fn = (...xs: Value[]) => Value;
type Rows = readonly (readonly number[])[];

/** The points as arrays, one for each input. */
const columns = (rows: Rows): Value[] => rows[0]!.map((_, i) => array(rows.map((row) => row[i]!)));
/** Numbers point by point, from one array for each number of a point. */
const byPoint = (values: readonly Value[]): number[][] => {
  const lists = values.map(numbersOf);
  return lists[0]!.map((_, i) => lists.map((list) => list[i]!));
};

const flat = (tree: unknown): Value[] => (Array.isArray(tree) ? tree.flatMap(flat) : [tree as Value]);
const total =
  (f: Fn): Fn =>
  (...xs) =>
    ops.sum(f(...xs));

/** All ways to ask for values: point by point. */
const valueWays: Readonly<Record<string, (f: Fn, rows: Rows) => number[][]>> = {
  'of numbers': (f, rows) => rows.map((row) => numbersOf(f(...row))),
  'of arrays': (f, rows) => byPoint([f(...columns(rows))]),
  vmap: (f, rows) => byPoint([vmap(f)(...columns(rows)) as Value]),
  jit: (f, rows) => byPoint([jit(f)(...columns(rows))]),
  'beside jvp': (f, rows) => byPoint([jvp(f, columns(rows), columns(rows))[0] as Value]),
  'beside grad': (f, rows) => rows.map((row) => numbersOf(valueAndGrad(f)(...row)[0])),
};

/** Each argument alone moves: what is infinite along another does not meet its zero. */
const onlyMoving = (f: Fn, xs: readonly Value[], i: number) => (x: Value) => f(...xs.with(i, x));
const ones = (rows: Rows) => array(rows.map(() => 1));

const partialWays: Readonly<Record<string, (f: Fn, rows: Rows) => number[][]>> = {
  'grad of numbers': (f, rows) => rows.map((row) => grad(f)(...row).flatMap(numbersOf)),
  'grad of a sum': (f, rows) => byPoint(grad(total(f))(...columns(rows))),
  'vmap of grad': (f, rows) => byPoint(vmap((...xs: Value[]) => grad(f)(...xs))(...columns(rows)) as Value[]),
  'jit of vmap of grad': (f, rows) =>
    byPoint(
      jit((...xs: Value[]) => vmap((...ys: Value[]) => grad(f)(...ys))(...xs) as Value[])(...columns(rows)),
    ),
  'grad of jit': (f, rows) => byPoint(grad(total(jit(f)))(...columns(rows))),
  vjp: (f, rows) => byPoint(vjp(f, ...columns(rows))[1](ones(rows)) as Value[]),
  jvp: (f, rows) => {
    const xs = columns(rows);
    return byPoint(xs.map((x, i) => jvp(onlyMoving(f, xs, i), [x], [ones(rows)])[1] as Value));
  },
  linearize: (f, rows) => {
    const xs = columns(rows);
    return byPoint(xs.map((x, i) => linearize(onlyMoving(f, xs, i), x)[1](ones(rows)) as Value));
  },
  'jacfwd of numbers': (f, rows) =>
    rows.map((row) => row.flatMap((x, i) => flat(jacfwd(onlyMoving(f, row, i))(x)).flatMap(numbersOf))),
  'jacrev of numbers': (f, rows) => rows.map((row) => flat(jacrev(f)(...row)).flatMap(numbersOf)),
};

const hessianWays: Readonly<Record<string, (f: Fn, rows: Rows) => number[][]>> = {
  'hessian of numbers': (f, rows) => rows.map((row) => flat(hessian(f)(...row)).flatMap(numbersOf)),
  'reverse over reverse': (f, rows) => rows.map((row) => flat(jacrev(grad(f))(...row)).flatMap(numbersOf)),
  'reverse over forward': (f, rows) =>
    rows.map((row) =>
      row.flatMap((_, i) => {
        const slope: Fn = (...xs) =>
          jvp(
            f,
            xs,
            row.map((__, k) => Number(k === i)),
          )[1] as Value;
        return grad(slope)(...row).flatMap(numbersOf);
      }),
    ),
  'jit of vmap of hessian': (f, rows) =>
    byPoint(
      flat(jit((...xs: Value[]) => vmap((...ys: Value[]) => hessian(f)(...ys))(...xs))(...columns(rows))),
    ),
};

/** Where a way gives what it must not. */
function wrong(
  ways: Readonly<Record<string, (f: Fn, rows: Rows) => number[][]>>,
  f: Fn,
  wanted: readonly Wanted[],
): string[] {
  const rows = wanted.map(({ at }) => at);
  return Object.entries(ways).flatMap(([way, ask]) =>
    ask(f, rows).flatMap((got, i) => {
      const { at, expected: allowed } = wanted[i]!;
      const bad = allowed.findIndex((one, k) => !compareNumber(one, got[k]!).pass);
      return bad < 0 ? [] : [`${way} at (${at.join(', ')}): number ${bad} is ${got[bad]}`];
    }),
  );
}

const functionOf =
  (name: string): Fn =>
  (...xs) =>
    xs.every((x) => typeof x === 'number')
      ? (ops as unknown as Record<string, Fn>)[name]!(...xs)
      : bind(name as ElementwiseName, xs, {});

describe('elementwise functions and the references of the judge', () => {
  for (const op of operations.values()) {
    const f = functionOf(op.name);
    it(`${op.name}: values, edges included, however they are asked for`, () => {
      expect(wrong(valueWays, f, points(op, 'value'))).toEqual([]);
    });
    it(`${op.name}: partial derivatives, on kinks and edges too, in every mode`, () => {
      expect(wrong(partialWays, f, points(op, 'partials'))).toEqual([]);
    });
    it(`${op.name}: second derivatives in every order of modes`, () => {
      const wanted = drawn(op).plain.map((at): Wanted => {
        const answer = reference(request(aloneProgram(op), 'hessian', at));
        return { at, expected: answer.flatMap(({ data }) => data.map(expected)) };
      });
      expect(wrong(hessianWays, f, wanted)).toEqual([]);
    });
  }
});
