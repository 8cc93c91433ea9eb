import type { Attributes, Num, Program, ProgramNode, ProgramRequest } from '../../../checks/program.ts';
import { disguised } from './disguise.ts';
import {
  apply,
  arrayOf,
  callWith,
  Float64,
  freeze,
  hasOwn,
  is,
  type List,
  list,
  ownKeys,
  random,
  slots,
} from './intrinsics.ts';
import { arrayText, fromHex, readArray, toHex } from './numbers.ts';

type Fn = (...args: never[]) => unknown;

type Exports = { readonly [name: string]: unknown };

/**
 * A candidate's module (engine/seed/contract.ts). Its members are read each time, as everybody reads them: one that is
 * exchanged later is exchanged for the judge, too.
 */
let engine: Exports | undefined;

/** Takes the engine to ask from now on. @throws TypeError where it is none. */
export function adopt(namespace: Exports): void {
  engine = namespace;
  operations();
  exported('primal');
  exported('grad');
}

/** Everything that the engine's module exports. */
export function adoptedExports(): Exports {
  if (engine === undefined) throw new TypeError('no engine is defined');
  return engine;
}

function operations(): Exports {
  const { ops } = adoptedExports();
  if (typeof ops !== 'object' || ops === null) throw new TypeError('the engine exports no `ops`');
  return ops as Exports;
}

function exported(name: 'primal' | 'grad' | 'jvp' | 'hvp' | 'hessian' | 'jacobian' | 'array' | 'unpack'): Fn {
  const found = adoptedExports()[name];
  if (typeof found !== 'function') throw new TypeError(`the engine exports no \`${name}\``);
  return found as Fn;
}

function operate(name: string, args: List<unknown>): unknown {
  const ops = operations();
  const found = ops[name];
  if (typeof found !== 'function') throw new TypeError(`the engine has no op \`${name}\``);
  return callWith(found as Fn, ops, args);
}

type NumArray = Exclude<Num, string>;

/** A number of a request, read: what no candidate ever holds. */
type Read = number | { readonly given: NumArray; readonly numbers: Float64Array };

function read(num: Num): Read {
  if (typeof num === 'string') return fromHex(num);
  const numbers = new Float64(num.data.length);
  for (let i = 0; i < num.data.length; i++) numbers[i] = fromHex(num.data[i]!);
  return { given: num, numbers };
}

/** An array that a candidate was given, with what it takes to tell whether it was changed. */
interface Held {
  readonly value: unknown;
  readonly data: Float64Array;
  readonly shape: number[];
  readonly from: Exclude<Read, number>;
}

/** An argument as a candidate sees it, k·2⁻⁴⁰ of itself away; an array goes onto `held`, where there is one. */
function argument(from: Read, k = 0, held?: List<Held>): unknown {
  if (typeof from === 'number') return moved(from, k);
  const { given, numbers } = from;
  const data = new Float64(given.data.length);
  for (let i = 0; i < given.data.length; i++) data[i] = moved(numbers[i]!, k);
  const shape = arrayOf(given.shape as unknown as List<number>) as number[];
  const value = apply(exported('array'), undefined, [data, shape]);
  if (held !== undefined) held[held.length] = { value, data, shape, from };
  return value;
}

function moved(x: number, k: number): number {
  return x * (1 + k * 2 ** -40);
}

/**
 * Whether an array still holds what it was made of: the caller's data and shape, and the engine's own copy. A typed
 * array's `length` is a getter that a candidate can replace, so it is never asked.
 */
function kept({ value, data, shape, from: { given, numbers } }: Held): boolean {
  if (shape.length !== given.shape.length) return false;
  for (let i = 0; i < given.shape.length; i++) if (shape[i] !== given.shape[i]) return false;
  const items = slots<number>(given.data.length);
  for (let i = 0; i < given.data.length; i++) {
    items[i] = numbers[i]!;
    if (!is(data[i], numbers[i])) return false;
  }
  return valueText(value, false) === arrayText({ shape: given.shape, data: items });
}

/** The text of a value that a candidate gave. `plain` where nothing but a number will do: nothing traced went in. */
function valueText(value: unknown, plain: boolean): string {
  if (typeof value === 'number') {
    if (!is(apply(exported('primal'), undefined, [value]), value)) {
      throw new TypeError('`primal` of a plain number gave something else');
    }
    return `"${toHex(value)}"`;
  }
  if (plain && ((typeof value === 'object' && value !== null) || typeof value === 'function')) {
    const what = typeof value === 'object' ? 'an object' : 'a function';
    throw new TypeError(`the engine gave ${what} where every argument was a plain number`);
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new TypeError(
      `the engine gave ${value === null ? 'null' : `a value of type ${typeof value}`}, not a number`,
    );
  }
  const { unpack } = adoptedExports();
  if (typeof unpack === 'function') return arrayText(apply(unpack as Fn, undefined, [value] as never));
  const under: unknown = apply(exported('primal'), undefined, [value] as never);
  if (typeof under !== 'number') throw new TypeError('`primal` gave no number');
  return `"${toHex(under)}"`;
}

/** Runs a program's nodes on inputs (traced or not) and gives its outputs. */
function outputsOf(program: Program, inputs: List<unknown>): List<unknown> {
  const { nodes, outputs } = program;
  const values = slots<unknown>(nodes.length);
  for (let i = 0; i < nodes.length; i++) values[i] = step(nodes[i]!, values, inputs);
  return pick(outputs, values);
}

function step(node: ProgramNode, values: List<unknown>, inputs: List<unknown>): unknown {
  switch (node.kind) {
    case 'input':
      return inputs[node.index];
    case 'const':
      return argument(read(node.value));
    case 'op': {
      const args = pick(node.args, values);
      if (hasOwn(node, 'attributes')) {
        const all = slots<unknown>(args.length + 1);
        for (let i = 0; i < args.length; i++) all[i] = args[i];
        all[args.length] = settings(node.attributes!);
        return operate(node.op, all);
      }
      return operate(node.op, args);
    }
    case 'branch': {
      const plain: unknown = apply(exported('primal'), undefined, [values[node.on]] as never);
      if (typeof plain !== 'number') throw new TypeError('`primal` gave no number');
      const taken = plain > fromHex(node.above) ? node.over : node.under;
      return outputsOf(taken, pick(node.args, values))[0];
    }
    case 'grad': {
      const captured = pick(node.captures, values);
      const args = pick(node.args, values);
      const body = disguised(args.length, (xs) => {
        const all = slots<unknown>(xs.length + captured.length);
        for (let i = 0; i < xs.length; i++) all[i] = xs[i];
        for (let i = 0; i < captured.length; i++) all[xs.length + i] = captured[i];
        return outputsOf(node.body, all)[0];
      });
      return readArray(gradients(body, args), 'the gradient', args.length)[node.wrt];
    }
  }
}

function pick(indices: readonly number[], values: List<unknown>): List<unknown> {
  const picked = slots<unknown>(indices.length);
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
  return curried(apply(exported('grad'), undefined, [f] as never), 'grad', args);
}

function curried(transformed: unknown, name: string, args: List<unknown>): unknown {
  if (typeof transformed !== 'function') throw new TypeError(`\`${name}\` gave no function`);
  return callWith(transformed as Fn, undefined, args);
}

/** A question about a program: a request without the program itself. */
export type Question = Omit<ProgramRequest, 'program'>;

/** A request made ready: arguments built, one call at hand. */
export class Prepared {
  private readonly program: Program;
  private readonly question: Question;
  private readonly start: List<Read>;
  private readonly xs: List<unknown>;
  private readonly vs: List<unknown>;
  /** The arrays among the arguments; none where nothing but numbers goes in. */
  private readonly held: List<Held>;
  private readonly plain: boolean;
  /** What the engine is asked to transform; `value` runs the program itself. */
  private f: unknown;
  // Lists that a candidate gets are made anew for each call; whether it wrote into one is seen right after.
  private untouched = true;

  constructor(program: Program, question: Question) {
    const { at } = question;
    const along = hasOwn(question, 'along') ? question.along! : slots<Num>(0);
    this.program = program;
    this.question = question;
    this.held = holdsArrays(at) || holdsArrays(along) ? list() : NOTHING;
    this.start = slots(at.length);
    for (let i = 0; i < at.length; i++) this.start[i] = read(at[i]!);
    this.xs = slots(at.length);
    this.nudge(0);
    this.vs = slots(along.length);
    for (let i = 0; i < along.length; i++) this.vs[i] = argument(read(along[i]!), 0, this.held);
    this.plain = this.held.length === 0 && !bindsArrays(program);
    this.renew();
  }

  /** Another function of the same program: what an engine remembers of the last one says nothing of it. */
  renew(): void {
    const { program } = this;
    const { mode, at } = this.question;
    if (mode === 'jacobian') {
      this.f = disguised(at.length, (inputs) => arrayOf(outputsOf(program, inputs)));
    } else if (mode !== 'value') {
      this.f = disguised(at.length, (inputs) => outputsOf(program, inputs)[0]);
    }
  }

  private transform(): unknown {
    const { mode } = this.question;
    if (mode === 'grad') return apply(exported('grad'), undefined, [this.f] as never);
    if (mode === 'hessian' || mode === 'jacobian') return apply(exported(mode), undefined, [this.f] as never);
    return undefined;
  }

  private callOf(transformed: unknown): unknown {
    const { mode } = this.question;
    if (mode === 'value') return outputsOf(this.program, this.xs);
    if (mode !== 'jvp' && mode !== 'hvp') return curried(transformed, mode, this.xs);
    const points = arrayOf(this.xs);
    const directions = arrayOf(this.vs);
    const result: unknown = apply(exported(mode), undefined, [this.f, points, directions] as never);
    this.untouched &&= sameItems(points, this.xs) && sameItems(directions, this.vs);
    return result;
  }

  /** Asks the engine once. `read` turns its answer into text; without it the answer is dropped. */
  call(): unknown {
    return this.callOf(this.transform());
  }

  /**
   * The same, by a transformed function that was called at `times` other points before: an engine that keeps an answer for
   * a function, or for what it gave for one, gives that of another point.
   */
  callAfter(times: number): unknown {
    if (times === 0 || this.question.mode === 'value') return this.call();
    const transformed = this.transform();
    for (let k = 0; k < times; k++) {
      try {
        this.goElsewhere();
        this.callOf(transformed);
      } catch {}
    }
    this.nudge(0);
    return this.callOf(transformed);
  }

  read(result: unknown): string {
    const { program, plain } = this;
    const { mode, at } = this.question;
    const n = at.length;
    switch (mode) {
      case 'value':
        return rowText(result, program.outputs.length, plain, 'the result');
      case 'grad':
        return rowText(result, n, plain, 'the answer of `grad`');
      case 'hvp':
        return rowText(result, n, plain, 'the answer of `hvp`');
      case 'jvp':
        return rowText(result, 2, plain, 'the answer of `jvp`');
      case 'hessian':
        return matrixText(result, n, n, plain, mode);
      case 'jacobian':
        return matrixText(result, program.outputs.length, n, plain, mode);
    }
  }

  inputsKept(): boolean {
    let all = this.untouched;
    for (let i = 0; i < this.held.length; i++) all &&= kept(this.held[i]!);
    return all;
  }

  /**
   * Moves the arguments so far that a derivative at the one point is not one at the other, the first of them past any bound
   * near it, and by chance, so that nobody knows the point again. What comes of a call there does not matter.
   */
  private goElsewhere(): void {
    for (let i = 0; i < this.start.length; i++) {
      const by = i === 0 ? 1 / 2 + random() : 5 * random() - 4;
      this.xs[i] = argument(this.start[i]!, by * 2 ** 40);
    }
  }

  /** Moves the arguments by about k·2⁻⁴⁰ of themselves, so that no two timed calls are the same; by 0 to where they were. */
  nudge(k: number): void {
    for (let i = 0; i < this.start.length; i++) {
      this.xs[i] = argument(this.start[i]!, k, k === 0 ? this.held : undefined);
    }
  }

  /** Looks at every number of a gradient, as cheaply as can be. @throws TypeError where something else stands. */
  touch(result: unknown): void {
    const { at } = this.question;
    const items = readArray(result, 'the answer', at.length);
    for (let i = 0; i < at.length; i++) {
      const item = items[i];
      if (typeof item === 'number') continue;
      const { data } = apply(exported('unpack'), undefined, [item] as never) as { data: List<unknown> };
      const given = at[i]!;
      const size = typeof given === 'string' ? 1 : given.data.length;
      for (let k = 0; k < size; k++) {
        if (typeof data[k] !== 'number')
          throw new TypeError('the gradient holds something that is no number');
      }
    }
  }
}

/** What is held of arguments that are all numbers. */
const NOTHING: List<Held> = list();

function holdsArrays(nums: { readonly length: number; readonly [index: number]: Num }): boolean {
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
