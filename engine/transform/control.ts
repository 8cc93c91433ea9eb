import { EngineError, wants } from '../core/errors.ts';
import { cut } from '../core/lists.ts';
import { NDArray, plainOf } from '../core/ndarray.ts';
import { type Aval, avalText, sameAval, shaped } from '../core/program.ts';
import { avalOf, bindMany, describe, type Value } from '../core/trace.ts';
import { checkNesting, flatten, leavesOf, type TreeDef, treeText, unflatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';
import { complete, countFor, listOf, misfit } from '../ops/arguments.ts';
import { arange } from '../ops/make.ts';
import { closed } from './closure.ts';
import * as higher from './higher/index.ts';
import { outputAvals } from './higher/slopes.ts';
import type { Like } from './reverse.ts';
import { type Staged, stageTree } from './stage.ts';

/** A truth value for a decision: one, not an array of them. */
function decision(op: string, value: Value): Value {
  const aval = avalOf(value, op);
  if (aval.shape.length === 0) return convert(value, 'bool');
  wants(op, 'one truth value (`where` chooses element by element)', avalText(aval));
}

/**
 * `onTrue(…operands)` where the predicate holds, else `onFalse(…operands)`. Both are written down, one is computed, also
 * backward. They give trees of the same nesting, shapes and types. Under `vmap` over the predicate both are computed.
 *
 *     cond(less(x, 0), (x) => neg(x), (x) => x, x);
 *
 * @throws EngineError where the predicate is no single truth value, or the branches give different things
 */
export function cond<const A extends readonly unknown[], R>(
  predicate: Value,
  onTrue: (...operands: Like<A>) => R,
  onFalse: (...operands: Like<A>) => Like<R>,
  ...operands: A
): Like<R> {
  const branch = (f: (...operands: never[]) => unknown) => stageTree(f, operands, 'cond');
  const [taken, other] = [branch(onTrue), branch(onFalse)];
  checkSame('cond', 'onTrue', described(taken), 'onFalse', described(other));
  const { programs, captured } = closed([taken.program, other.program] as const);
  const [yes, no] = programs;
  const inputs = [decision('cond', predicate), ...taken.leaves, ...captured];
  return unflatten(taken.nesting, bindMany(higher.cond, inputs, { onTrue: yes, onFalse: no })) as Like<R>;
}

/** What a tree is: nesting, shapes and types. */
interface Described {
  readonly nesting: TreeDef;
  readonly avals: readonly Aval[];
}

const described = ({ program, nesting }: Staged): Described => ({ nesting, avals: outputAvals(program) });

function checkSame(op: string, one: string, a: Described, other: string, b: Described): void {
  checkNesting(op, one, a.nesting, other, b.nesting);
  const wrong = a.avals.findIndex((aval, i) => !sameAval(aval, b.avals[i]!));
  if (wrong < 0) return;
  const where = a.avals.length > 1 ? ` (value ${wrong} of ${treeText(a.nesting)})` : '';
  const both = `${one} has ${avalText(a.avals[wrong]!)}, ${other} ${avalText(b.avals[wrong]!)}`;
  throw new EngineError(op, `${both}${where}: shape and type must agree`);
}

export interface WhileSettings {
  /**
   * The most steps that are allowed; more is an error. Reverse mode needs it only where the loop is traced, so that its steps
   * cannot be counted: under `jit`, and in `cond`, `scan` and loops.
   */
  readonly most?: number;
}

/**
 * Applies `body` to a state as long as `predicate` holds of it. The state is a tree that keeps its nesting, shapes and
 * types.
 *
 *     whileLoop((x) => less(x, 100), (x) => mul(x, 2), 1);
 *
 * @throws EngineError where the predicate gives no single truth value, where the body changes what the state is, and after
 * `most` steps
 */
export function whileLoop<const S>(
  predicate: (state: Like<S>) => Value,
  body: (state: Like<S>) => Like<S>,
  init: S,
  settings: WhileSettings = {},
): Like<S> {
  const op = 'whileLoop';
  const { most } = complete(op, settings, { most: undefined });
  if (most !== undefined) countFor(op, most, 'most');
  const test = stageTree((state: Like<S>) => decision(op, predicate(state)), [init], op);
  const step = stageTree(body, [init], op);
  const start = flatten(init, op);
  const state = { nesting: start.def, avals: start.leaves.map((leaf) => avalOf(leaf)) };
  checkSame(op, 'the state', state, 'the body', described(step));
  const {
    programs: [goesOn, next],
    captured,
  } = closed([test.program, step.program] as const, 0);
  const results = bindMany(higher.whileLoop, [...captured, ...start.leaves], {
    predicate: goesOn,
    body: next,
    consts: captured.length,
    ...(most === undefined ? {} : { most }),
  });
  return unflatten(start.def, results) as Like<S>;
}

export interface ScanSettings {
  /** How many steps; needed where `xs` is null. */
  readonly length?: number;
  /** Whether it walks from the end. */
  readonly reverse?: boolean;
}

/**
 * Walks the first axis of `xs`, a tree of arrays: `body(carry, x)` gives `[carry, y]`. The result is the last carry and
 * the ys stacked along a new first axis. `xs` may be null, and so may y. The carry keeps its nesting, shapes and types.
 * Its gradient is a scan again, the other way.
 *
 *     const [total, sums] = scan((s, x) => [add(s, x), add(s, x)], 0, array([1, 2, 3]));   // 6, [1, 3, 6]
 *
 * @throws EngineError where arrays differ in length, or the body changes what the carry is
 */
export function scan<const C, const X, Y>(
  body: (carry: Like<C>, x: Like<X>) => readonly [Like<C>, Y],
  init: C,
  xs: X,
  settings: ScanSettings = {},
): [Like<C>, Like<Y>] {
  return walk('scan', body, init, xs, settings);
}

function walk<C, X, Y>(
  op: string,
  body: (carry: Like<C>, x: Like<X>) => readonly [Like<C>, Y],
  init: C,
  xs: X,
  settings: ScanSettings,
): [Like<C>, Like<Y>] {
  const { reverse, ...given } = complete(op, settings, { length: undefined, reverse: false });
  const start = flatten(init, op);
  const silentXs = xs === null || xs === undefined;
  const items = silentXs ? [] : flatten(xs, op).leaves;
  const length = lengthOf(op, items, given.length);
  const carried = start.leaves.map((leaf) => avalOf(leaf, op));
  const rows = items.map((item) => avalOf(item, op)).map(({ shape, dtype }) => shaped(shape.slice(1), dtype));
  let silent = false;
  const turn = (state: Like<C>, x: Like<X>) => {
    const result: unknown = body(state, silentXs ? (xs as Like<X>) : x);
    if (!Array.isArray(result) || result.length !== 2)
      wants(op, '[carry, y] from the body', describe(result));
    silent = result[1] === null || result[1] === undefined;
    return silent ? [result[0], []] : result;
  };
  const step = stageTree(turn, [init, silentXs ? [] : xs], op, [...carried, ...rows]);
  const [last, ys] = step.nesting.children as [TreeDef, TreeDef];
  const next = { nesting: last, avals: outputAvals(step.program).slice(0, leavesOf(last)) };
  checkSame(op, 'the state', { nesting: start.def, avals: carried }, 'the body', next);
  const { programs, captured } = closed([step.program] as const, 0);
  const results = bindMany(higher.scan, [...captured, ...step.leaves], {
    body: programs[0],
    consts: captured.length,
    carry: carried.length,
    length,
    reverse,
  });
  const [end, stacked] = cut(results, carried.length);
  return [unflatten(last, end!) as Like<C>, (silent ? null : unflatten(ys, stacked!)) as Like<Y>];
}

/** The joint length of the arrays that a scan walks. */
function lengthOf(op: string, items: readonly Value[], given: number | undefined): number {
  let length = given;
  for (const item of items) {
    const aval = avalOf(item, op);
    length ??= aval.shape[0];
    if (aval.shape[0] === undefined || aval.shape[0] !== length) misfit(op, 'length', length, aval);
  }
  return countFor(op, length as number, 'length');
}

/**
 * `body(i, state)` for each i from `from` up to but without `to`, as int32. The state is a tree that keeps its nesting,
 * shapes and types; where it began as plain numbers it ends as such.
 *
 * @throws EngineError for bounds that are not whole, or where the body changes what the state is
 */
export function forLoop<const S>(
  from: number,
  to: number,
  body: (i: Value, state: Like<S>) => Like<S>,
  init: S,
): Like<S> {
  listOf('forLoop', [from, to], 'from, to');
  const steps = arange(from, Math.max(from, to), { dtype: 'int32' });
  const turn = (state: Like<S>, i: Value) => [body(i, state), null] as const;
  const { leaves, def } = flatten(walk('forLoop', turn, init, steps, {})[0], 'forLoop');
  const began = flatten(init, 'forLoop').leaves;
  const ends = leaves.map((x, i) =>
    x instanceof NDArray && typeof began[i] !== 'object' ? (plainOf(x) as Value) : x,
  );
  return unflatten(def, ends) as Like<S>;
}
