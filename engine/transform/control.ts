import { EngineError, wants } from '../core/errors.ts';
import { type Aval, avalText, idsOf, type Program, sameAval, shaped } from '../core/program.ts';
import { avalOf, bindMany, describe, type Value } from '../core/trace.ts';
import { type Flat, flatten, leavesOf, sameTree, type TreeDef, treeText, unflatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';
import { complete, countFor, listOf, misfit } from '../ops/arguments.ts';
import { arange } from '../ops/make.ts';
import { closed } from './closure.ts';
import * as higher from './higher/index.ts';
import type { Like } from './reverse.ts';
import { stage } from './stage.ts';

/** A function of trees written down, with the nesting of what it gives. */
interface Written {
  readonly program: Program;
  readonly def: TreeDef;
}

/** Writes down a function of flat values that gives a tree. */
function written(op: string, f: (inputs: readonly Value[]) => unknown, avals: readonly Aval[]): Written {
  let def: TreeDef | undefined;
  const program = stage((inputs) => {
    const flat = flatten(f(inputs), op);
    def = flat.def;
    return flat.leaves;
  }, avals);
  return { program, def: def! };
}

const avalsOf = (values: readonly Value[], op: string): Aval[] => values.map((value) => avalOf(value, op));
const outputsOf = (program: Program): Aval[] => program.outputs.map(({ aval }) => aval);

/** A program whose captured values are inputs in front of its own. */
function capturedFirst(program: Program): { readonly program: Program; readonly captured: readonly Value[] } {
  const { program: whole, captured } = closed(program);
  const own = program.inputs.length;
  return {
    program: { ...whole, inputs: [...whole.inputs.slice(own), ...whole.inputs.slice(0, own)] },
    captured,
  };
}

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
  const { leaves, def } = flatten(operands, 'cond');
  const avals = avalsOf(leaves, 'cond');
  const branch = (f: (...operands: Like<A>) => unknown) =>
    written('cond', (inputs) => f(...(unflatten(def, inputs) as unknown as Like<A>)), avals);
  const taken = branch(onTrue);
  const other = branch(onFalse);
  checkSame('cond', 'onTrue gives', described(taken), 'onFalse gives', described(other));
  const [left, right] = [closed(taken.program), closed(other.program)];
  const both = [...left.captured, ...right.captured];
  // Each branch gets what either has captured, at the same place.
  const results = bindMany(higher.cond, [decision('cond', predicate), ...leaves, ...both], {
    onTrue: widened(left.program, left.program.inputs.length, right.captured),
    onFalse: widened(right.program, leaves.length, left.captured),
  });
  return unflatten(taken.def, results) as Like<R>;
}

/** A program with inputs that it does not use, from a place on. */
function widened(program: Program, place: number, unused: readonly Value[]): Program {
  const next = idsOf(program);
  const added = unused.map((value, i) => {
    const { shape, dtype } = avalOf(value);
    return { id: next + i, aval: shaped(shape, dtype) };
  });
  return { ...program, inputs: program.inputs.toSpliced(place, 0, ...added) };
}

/** What a tree is: nesting, shapes and types. */
interface Described {
  readonly def: TreeDef;
  readonly avals: readonly Aval[];
}

const described = ({ program, def }: Written): Described => ({ def, avals: outputsOf(program) });

function checkSame(op: string, one: string, a: Described, other: string, b: Described): void {
  if (!sameTree(a.def, b.def)) {
    throw new EngineError(
      op,
      `${one} ${treeText(a.def)}, ${other} ${treeText(b.def)}: the nesting must agree`,
    );
  }
  const wrong = a.avals.findIndex((aval, i) => !sameAval(aval, b.avals[i]!));
  if (wrong < 0) return;
  const both = `${one} ${avalText(a.avals[wrong]!)}, ${other} ${avalText(b.avals[wrong]!)}`;
  const where = a.avals.length > 1 ? ` (value ${wrong} of ${treeText(a.def)})` : '';
  throw new EngineError(op, `${both}${where}: shape and type must agree`);
}

export interface WhileSettings {
  /** The most steps that are allowed; more is an error. Reverse mode needs it only under `jit`. */
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
  const start = flatten(init, op);
  const avals = avalsOf(start.leaves, op);
  const state = (inputs: readonly Value[]) => unflatten(start.def, inputs) as Like<S>;
  const test = written(op, (inputs) => decision(op, predicate(state(inputs))), avals);
  const step = written(op, (inputs) => body(state(inputs)), avals);
  checkSame(op, 'the state is', { def: start.def, avals }, 'the body gives', described(step));
  const tested = capturedFirst(test.program);
  const stepped = capturedFirst(step.program);
  const results = bindMany(higher.whileLoop, [...tested.captured, ...stepped.captured, ...start.leaves], {
    predicate: tested.program,
    body: stepped.program,
    predicateConsts: tested.captured.length,
    bodyConsts: stepped.captured.length,
    ...(most === undefined ? {} : { most }),
  });
  return state(results);
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
  const walked: Flat | null = xs === null || xs === undefined ? null : flatten(xs, op);
  const items = walked?.leaves ?? [];
  const length = lengthOf(op, items, given.length);
  const carried = avalsOf(start.leaves, op);
  const rows = avalsOf(items, op).map(({ shape, dtype }) => shaped(shape.slice(1), dtype));
  const carry = start.leaves.length;
  let silent = false;
  const step = written(
    op,
    (inputs) => {
      const x = walked === null ? xs : unflatten(walked.def, inputs.slice(carry));
      const result = body(unflatten(start.def, inputs.slice(0, carry)) as Like<C>, x as Like<X>);
      if (!Array.isArray(result) || result.length !== 2) {
        wants(op, '[carry, y] from the body', describe(result));
      }
      silent = result[1] === null || result[1] === undefined;
      return silent ? [result[0], []] : result;
    },
    [...carried, ...rows],
  );
  const [last, ys] = (step.def as Extract<TreeDef, { kind: 'list' }>).children as [TreeDef, TreeDef];
  const next = { def: last, avals: outputsOf(step.program).slice(0, leavesOf(last)) };
  checkSame(op, 'the state is', { def: start.def, avals: carried }, 'the body gives', next);
  const { program, captured } = capturedFirst(step.program);
  const results = bindMany(higher.scan, [...captured, ...start.leaves, ...items], {
    body: program,
    consts: captured.length,
    carry,
    length,
    reverse,
  });
  const end = unflatten(start.def, results.slice(0, carry)) as Like<C>;
  const stacked = silent ? null : unflatten(ys, results.slice(carry));
  return [end, stacked as Like<Y>];
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
 * shapes and types.
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
  return walk('forLoop', turn, init, steps, {})[0];
}
