import type { Attributes, Num, Program, ProgramNode, ProgramRequest } from '../../../checks/program.ts';
import { disguise } from './disguise.ts';
import { apply, arrayOf, Float64, freeze, hasOwn, is, type List, list, ownKeys } from './intrinsics.ts';
import { arrayText, fromHex, readArray, toHex } from './numbers.ts';

type Fn = (...args: never[]) => unknown;

/** The members of a candidate's public API (engine/seed/contract.ts), read once, when it is adopted. */
interface Engine {
  readonly ops: { readonly [name: string]: unknown };
  readonly primal: Fn;
  readonly grad: Fn;
  readonly optional: { readonly [name: string]: unknown };
  readonly exported: { readonly [name: string]: unknown };
}

const OPTIONAL = ['jvp', 'hvp', 'hessian', 'jacobian', 'array', 'unpack'] as const;
let engine: Engine | undefined;
/** Operations by name, as they were when first asked for: one that changes later changes nothing. */
let operations = { __proto__: null } as unknown as { [name: string]: Fn };

/** Takes the engine to ask from now on. @throws TypeError where it is none. */
export function adopt(namespace: { readonly [name: string]: unknown }): void {
  const { ops, primal, grad } = namespace;
  if (typeof ops !== 'object' || ops === null) throw new TypeError('the engine exports no `ops`');
  if (typeof primal !== 'function') throw new TypeError('the engine exports no `primal`');
  if (typeof grad !== 'function') throw new TypeError('the engine exports no `grad`');
  const optional = { __proto__: null } as unknown as { [name: string]: unknown };
  for (let i = 0; i < OPTIONAL.length; i++) optional[OPTIONAL[i]!] = namespace[OPTIONAL[i]!];
  operations = { __proto__: null } as unknown as { [name: string]: Fn };
  engine = {
    ops: ops as Engine['ops'],
    primal: primal as Fn,
    grad: grad as Fn,
    optional,
    exported: namespace,
  };
}

function adopted(): Engine {
  if (engine === undefined) throw new TypeError('no engine is defined');
  return engine;
}

/** Everything that the engine's module exports. */
export function adoptedExports(): { readonly [name: string]: unknown } {
  return adopted().exported;
}

function member(name: (typeof OPTIONAL)[number]): Fn {
  const found = adopted().optional[name];
  if (typeof found !== 'function') throw new TypeError(`the engine exports no \`${name}\``);
  return found as Fn;
}

function operation(name: string): Fn {
  const known = operations[name];
  if (known !== undefined) return known;
  const found = adopted().ops[name];
  if (typeof found !== 'function') throw new TypeError(`the engine has no op \`${name}\``);
  operations[name] = found as Fn;
  return found as Fn;
}

/** An argument as a candidate sees it, with what it takes to tell whether it was changed. */
interface Argument {
  readonly value: unknown;
  readonly array: { readonly data: Float64Array; readonly shape: number[]; readonly given: NumArray } | null;
}

type NumArray = Exclude<Num, string>;

function argument(num: Num): Argument {
  if (typeof num === 'string') return { value: fromHex(num), array: null };
  const data = new Float64(num.data.length);
  for (let i = 0; i < num.data.length; i++) data[i] = fromHex(num.data[i]!);
  const shape = arrayOf(num.shape as unknown as List<number>);
  return { value: apply(member('array'), undefined, [data, shape]), array: { data, shape, given: num } };
}

/**
 * Whether an array still holds what it was made of: the caller's data and shape, and the engine's own copy. A typed
 * array's `length` is a getter that a candidate can replace, so it is never asked.
 */
function kept({ value, array }: Argument): boolean {
  if (array === null) return true;
  const { data, shape, given } = array;
  if (shape.length !== given.shape.length) return false;
  for (let i = 0; i < given.shape.length; i++) if (shape[i] !== given.shape[i]) return false;
  const numbers = list<number>();
  for (let i = 0; i < given.data.length; i++) {
    numbers[i] = fromHex(given.data[i]!);
    if (!is(data[i], numbers[i])) return false;
  }
  return valueText(value, false) === arrayText({ shape: given.shape, data: numbers });
}

/** The text of a value that a candidate gave. `plain` where nothing but a number will do: nothing traced went in. */
function valueText(value: unknown, plain: boolean): string {
  if (typeof value === 'number') {
    if (!is(apply(adopted().primal, undefined, [value]), value)) {
      throw new TypeError('`primal` of a plain number gave something else');
    }
    return `"${toHex(value)}"`;
  }
  if (plain && typeof value === 'object' && value !== null) {
    throw new TypeError('the engine gave an object where every argument was a plain number');
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new TypeError(
      `the engine gave ${value === null ? 'null' : `a value of type ${typeof value}`}, not a number`,
    );
  }
  const { optional, primal } = adopted();
  if (typeof optional.unpack === 'function') {
    return arrayText(apply(optional.unpack as Fn, undefined, [value]));
  }
  const under: unknown = apply(primal, undefined, [value]);
  if (typeof under !== 'number') throw new TypeError('`primal` gave no number');
  return `"${toHex(under)}"`;
}

/** Runs a program's nodes on inputs (traced or not) and gives its outputs. */
function outputsOf(program: Program, inputs: List<unknown>): List<unknown> {
  const values = list<unknown>();
  for (let i = 0; i < program.nodes.length; i++) values[i] = step(program.nodes[i]!, values, inputs);
  const outputs = list<unknown>();
  for (let i = 0; i < program.outputs.length; i++) outputs[i] = values[program.outputs[i]!];
  return outputs;
}

function step(node: ProgramNode, values: List<unknown>, inputs: List<unknown>): unknown {
  switch (node.kind) {
    case 'input':
      return inputs[node.index];
    case 'const':
      return argument(node.value).value;
    case 'op': {
      const args = pick(node.args, values);
      if (hasOwn(node, 'attributes')) args[args.length] = settings(node.attributes!);
      return apply(operation(node.op), adopted().ops, args as never);
    }
    case 'branch': {
      const plain: unknown = apply(adopted().primal, undefined, [values[node.on]] as never);
      if (typeof plain !== 'number') throw new TypeError('`primal` gave no number');
      const taken = plain > fromHex(node.above) ? node.over : node.under;
      return outputsOf(taken, pick(node.args, values))[0];
    }
    case 'grad': {
      const captured = pick(node.captures, values);
      const body = (...xs: unknown[]): unknown => {
        const all = list<unknown>();
        for (let i = 0; i < xs.length; i++) all[i] = xs[i];
        for (let i = 0; i < captured.length; i++) all[all.length] = captured[i];
        return outputsOf(node.body, all)[0];
      };
      const args = pick(node.args, values);
      disguise(body, node.body, args.length);
      return readArray(gradients(body, args), 'the gradient', args.length)[node.wrt];
    }
  }
}

function pick(indices: readonly number[], values: List<unknown>): List<unknown> {
  const picked = list<unknown>();
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i]!];
  return picked;
}

/** Settings are frozen, so that an operation that writes to them fails instead of changing the next call. */
function settings(attributes: Attributes): Attributes {
  const names = ownKeys(attributes);
  for (let i = 0; i < names.length; i++) freeze(attributes[names[i] as string]);
  return freeze(attributes);
}

function gradients(f: unknown, args: List<unknown>): unknown {
  return curried(apply(adopted().grad, undefined, [f] as never), 'grad', args);
}

function curried(transformed: unknown, name: string, args: List<unknown>): unknown {
  if (typeof transformed !== 'function') throw new TypeError(`\`${name}\` gave no function`);
  return apply(transformed as Fn, undefined, args as never);
}

/** A request made ready: arguments built, one call at hand. */
export interface Prepared {
  /**
   * The same, by a transformed function that was called at another point before: an engine that keeps the first answer
   * for a function, or for what it gave for one, gives that of the other point.
   */
  callAfterElsewhere(): unknown;
  /** Asks the engine once. `read` turns its answer into text; without it the answer is dropped. */
  call(): unknown;
  read(result: unknown): string;
  /** Looks at every number of a gradient, as cheaply as can be. @throws TypeError where something else stands. */
  touch(result: unknown): void;
  inputsKept(): boolean;
  /** Moves the arguments by about k·2⁻⁴⁰ of themselves, so that no two timed calls are the same. */
  nudge(k: number): void;
}

export function prepare(request: ProgramRequest): Prepared {
  const { program, mode } = request;
  const args = list<Argument>();
  const along = list<Argument>();
  const xs = list<unknown>();
  const vs = list<unknown>();
  const take = (nums: readonly Num[], made: List<Argument>, values: List<unknown>): void => {
    for (let i = 0; i < nums.length; i++) {
      const one = argument(nums[i]!);
      made[i] = one;
      values[i] = one.value;
    }
  };
  take(request.at, args, xs);
  if (hasOwn(request, 'along')) take(request.along!, along, vs);
  const n = xs.length;
  const one = (...inputs: unknown[]): unknown => outputsOf(program, inputs)[0];
  const many = (...inputs: unknown[]): unknown => arrayOf(outputsOf(program, inputs));
  disguise(one, program, n);
  disguise(many, program, n);
  const plain = !holdsArrays(request.at) && !holdsArrays(request.along) && !bindsArrays(program);
  // Lists that a candidate gets are made anew for each call; whether it wrote into one is seen right after.
  let untouched = true;
  const pair = (name: 'jvp' | 'hvp'): unknown => {
    const points = arrayOf(xs);
    const directions = arrayOf(vs);
    const result: unknown = apply(member(name), undefined, [one, points, directions] as never);
    untouched &&= sameItems(points, xs) && sameItems(directions, vs);
    return result;
  };
  const transform = (): unknown => {
    if (mode === 'grad') return apply(adopted().grad, undefined, [one] as never);
    if (mode === 'hessian') return apply(member(mode), undefined, [one] as never);
    return mode === 'jacobian' ? apply(member(mode), undefined, [many] as never) : undefined;
  };
  const callWith = (transformed: unknown): unknown => {
    if (mode === 'value') return outputsOf(program, xs);
    return mode === 'jvp' || mode === 'hvp' ? pair(mode) : curried(transformed, mode, xs);
  };
  const call = (): unknown => callWith(transform());
  const callAfterElsewhere = (): unknown => {
    if (mode === 'value') return call();
    const transformed = transform();
    try {
      // Far enough that a derivative at the one point is not one at the other; what comes of it does not matter.
      nudge(ELSEWHERE);
      callWith(transformed);
    } catch {}
    take(request.at, args, xs);
    return callWith(transformed);
  };
  const read = (result: unknown): string => {
    switch (mode) {
      case 'value':
        return rowText(result, program.outputs.length, plain, 'the result');
      case 'grad':
      case 'hvp':
        return rowText(result, n, plain, `the answer of \`${mode}\``);
      case 'jvp':
        return rowText(result, 2, plain, 'the answer of `jvp`');
      case 'hessian':
        return matrixText(result, n, n, plain, mode);
      case 'jacobian':
        return matrixText(result, program.outputs.length, n, plain, mode);
    }
  };
  const inputsKept = (): boolean => {
    let all = untouched;
    for (let i = 0; i < args.length; i++) all &&= kept(args[i]!);
    for (let i = 0; i < along.length; i++) all &&= kept(along[i]!);
    return all;
  };
  const nudge = (k: number): void => {
    for (let i = 0; i < n; i++) {
      const { value, array } = args[i]!;
      xs[i] = array === null ? moved(value as number, k) : movedArray(array, k);
    }
  };
  const touch = (result: unknown): void => {
    const items = readArray(result, 'the answer', n);
    for (let i = 0; i < n; i++) {
      const item = items[i];
      if (typeof item === 'number') continue;
      const { data } = apply(member('unpack'), undefined, [item] as never) as { data: List<unknown> };
      const given = args[i]!.array;
      const size = given === null ? 1 : given.given.data.length;
      for (let k = 0; k < size; k++) {
        if (typeof data[k] !== 'number')
          throw new TypeError('the gradient holds something that is no number');
      }
    }
  };
  return { call, callAfterElsewhere, read, touch, inputsKept, nudge };
}

/** As a step of `nudge`: half as much again. */
const ELSEWHERE = 2 ** 39;

function moved(x: number, k: number): number {
  return x * (1 + k * 2 ** -40);
}

function movedArray({ data, shape, given }: NonNullable<Argument['array']>, k: number): unknown {
  const copy = new Float64(given.data.length);
  for (let i = 0; i < given.data.length; i++) copy[i] = moved(data[i]!, k);
  return apply(member('array'), undefined, [copy, shape]);
}

function holdsArrays(nums: readonly Num[] | undefined): boolean {
  if (nums === undefined) return false;
  for (let i = 0; i < nums.length; i++) if (typeof nums[i] !== 'string') return true;
  return false;
}

function bindsArrays(program: Program): boolean {
  for (let i = 0; i < program.nodes.length; i++) {
    const node = program.nodes[i]!;
    if (node.kind === 'const' && typeof node.value !== 'string') return true;
    if (node.kind === 'grad' && bindsArrays(node.body)) return true;
    if (node.kind === 'branch' && (bindsArrays(node.over) || bindsArrays(node.under))) return true;
  }
  return false;
}

function sameItems(given: unknown[], items: List<unknown>): boolean {
  if (given.length !== items.length) return false;
  for (let i = 0; i < items.length; i++) if (!is(given[i], items[i])) return false;
  return true;
}

function rowText(result: unknown, n: number, plain: boolean, what: string): string {
  const items = readArray(result, what, 1 << 16);
  if (items.length !== n) throw new TypeError(`${what} has ${items.length} entries, not ${n}`);
  let text = '';
  for (let i = 0; i < n; i++) text += (i > 0 ? ',' : '') + valueText(items[i], plain);
  return text;
}

function matrixText(result: unknown, rows: number, columns: number, plain: boolean, name: string): string {
  const items = readArray(result, `the answer of \`${name}\``, 1 << 16);
  if (items.length !== rows) {
    throw new TypeError(`the answer of \`${name}\` has ${items.length} rows, not ${rows}`);
  }
  let text = '';
  for (let i = 0; i < rows; i++) {
    text += (i > 0 && columns > 0 ? ',' : '') + rowText(items[i], columns, plain, `row ${i} of \`${name}\``);
  }
  return text;
}
