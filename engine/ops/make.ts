import { allocate, DTYPES, type DType, isFloat } from '../core/dtype.ts';
import { EngineError, wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import type { Aval } from '../core/program.ts';
import { type Shape, sameShape, sizeOf, textOf } from '../core/shape.ts';
import { describe, Tracer } from '../core/trace.ts';
import { complete, countFor, listOf, type ShapeLike, shapeFor, shown } from './arguments.ts';

/** What an array is made of: a number, nested lists, typed arrays, another array. */
export type Data = number | boolean | NDArray | ArrayLike<number> | readonly Data[];

export interface MakeSettings {
  /** The type of the elements: float64 where it is left out. */
  readonly dtype?: DType;
}

const SETTINGS = { dtype: undefined };

/**
 * An array of a copy of `data`: nested lists, whose nesting is the shape, or a list of all elements in row-major order
 * and a shape. Where no `dtype` is given, Int32Array and Float32Array keep theirs, booleans become bool, and all else
 * becomes float64.
 *
 *     array([[1, 2], [3, 4]]);
 *     array([1, 2, 3, 4], [2, 2]);
 *     array([0, 2, 1], { dtype: 'int32' });
 *
 * @throws EngineError where lists of one depth differ in length, or hold something else; where the shape has another
 * size; where a number is none of the type asked for
 */
export function array(data: Data, settings?: MakeSettings): NDArray;
export function array(data: Data, shape?: Shape, settings?: MakeSettings): NDArray;
export function array(data: Data, given?: Shape | MakeSettings, settings: MakeSettings = {}): NDArray {
  const shape = Array.isArray(given) ? given : undefined;
  const { dtype } = complete(
    'array',
    shape === undefined ? ((given as MakeSettings) ?? settings) : settings,
    SETTINGS,
  );
  const own = nestingOf(data);
  const target = shape === undefined ? own.shape : shapeFor('array', shape);
  const size = sizeOf(own.shape);
  if (size !== sizeOf(target)) {
    throw new EngineError('array', `${size} elements do not fill ${textOf(target)}`);
  }
  const elements = new Float64Array(size);
  fill(elements, data, own.shape, 0, 0);
  return stored('array', elements, target, dtype ?? own.dtype);
}

/** Numbers as an array of a type. Integers and booleans are stored whole or not at all: nothing is cut off in silence. */
function stored(op: string, numbers: Float64Array, shape: Shape, dtype: DType = 'float64'): NDArray {
  if (dtype === 'float64') return new NDArray(numbers, shape, dtype);
  if (!DTYPES.includes(dtype)) wants(op, `one of ${DTYPES.join(', ')} as \`dtype\``, shown(dtype));
  const elements = allocate(dtype, numbers.length);
  elements.set(numbers);
  const lost = (x: number, i: number) => x !== elements[i] || (dtype === 'bool' && x > 1);
  const wrong = isFloat(dtype) ? -1 : numbers.findIndex(lost);
  if (wrong >= 0) throw new EngineError(op, `${numbers[wrong]} (element ${wrong}) is no ${dtype}`);
  return new NDArray(elements, shape, dtype);
}

interface Block extends Aval {
  readonly data: ArrayLike<number>;
}

/** What holds elements that need not be looked at one by one; null for anything else. */
function blockOf(data: Data | undefined): Block | null {
  if (data instanceof NDArray) return data;
  if (!ArrayBuffer.isView(data) || !('length' in data)) return null;
  const dtype = data instanceof Int32Array ? 'int32' : data instanceof Float32Array ? 'float32' : 'float64';
  return { data: data as ArrayLike<number>, shape: [data.length], dtype };
}

/** Shape and type of nested lists, by the first of each depth. */
function nestingOf(data: Data): Aval {
  const lengths: number[] = [];
  let node: Data | undefined = data;
  while (Array.isArray(node)) {
    lengths.push(node.length);
    node = node[0];
  }
  const { shape, dtype } = blockOf(node) ?? {
    shape: [],
    dtype: typeof node === 'boolean' ? 'bool' : 'float64',
  };
  return { shape: [...lengths, ...shape], dtype };
}

/** Writes the elements of `data`, which must nest as `shape` says from `depth` on; gives where it stopped. */
function fill(into: Float64Array, data: Data, shape: Shape, depth: number, from: number): number {
  if (typeof data === 'number' || typeof data === 'boolean') {
    if (depth !== shape.length) uneven(shape);
    into[from] = Number(data);
    return from + 1;
  }
  if (Array.isArray(data)) {
    if (data.length !== shape[depth]) uneven(shape);
    let at = from;
    for (let i = 0; i < data.length; i++) at = fill(into, data[i], shape, depth + 1, at);
    return at;
  }
  const block = blockOf(data);
  if (block !== null) {
    if (!sameShape(block.shape, shape.slice(depth))) uneven(shape);
    into.set(block.data, from);
    return from + block.data.length;
  }
  const traced = (data as unknown) instanceof Tracer;
  wants(
    'array',
    'numbers or lists of them',
    traced ? 'a traced value; `stack` joins such values' : describe(data),
  );
}

function uneven(shape: Shape): never {
  throw new EngineError(
    'array',
    `the lists are not of the even nesting ${textOf(shape)} that their first show`,
  );
}

/** All elements 0. @throws EngineError for what is no shape */
export function zeros(shape: ShapeLike, settings: MakeSettings = {}): NDArray {
  return constant('zeros', shape, 0, settings);
}

/** All elements 1. @throws EngineError for what is no shape */
export function ones(shape: ShapeLike, settings: MakeSettings = {}): NDArray {
  return constant('ones', shape, 1, settings);
}

/** All elements `value`. @throws EngineError for what is no shape */
export function full(shape: ShapeLike, value: number, settings: MakeSettings = {}): NDArray {
  return constant('full', shape, value, settings);
}

function constant(op: string, shape: ShapeLike, value: number, settings: MakeSettings): NDArray {
  const { dtype } = complete(op, settings, SETTINGS);
  const whole = shapeFor(op, shape);
  return stored(op, new Float64Array(sizeOf(whole)).fill(value), whole, dtype);
}

/**
 * `arange(stop)` counts from 0, `arange(start, stop, step)` from `start`, up to but without `stop`. Each element is
 * start + i·step, so that errors do not add up.
 *
 * @throws EngineError for a step of 0, or bounds that are no finite numbers
 */
export function arange(stop: number, settings?: MakeSettings): NDArray;
export function arange(start: number, stop: number, settings?: MakeSettings): NDArray;
export function arange(start: number, stop: number, step: number, settings?: MakeSettings): NDArray;
export function arange(...given: readonly (number | MakeSettings | undefined)[]): NDArray {
  const last = given.at(-1);
  const { dtype } = complete('arange', typeof last === 'object' ? last : {}, SETTINGS);
  const bounds = given.filter((x) => typeof x === 'number');
  const [start, stop] = bounds.length === 1 ? [0, bounds[0]!] : [bounds[0]!, bounds[1]!];
  const step = bounds[2] ?? 1;
  const count = Math.ceil((stop - start) / step);
  if (!Number.isFinite(count)) {
    throw new EngineError('arange', `cannot count from ${start} to ${stop} by ${step}`);
  }
  const data = Float64Array.from({ length: Math.max(count, 0) }, (_, i) => start + i * step);
  return stored('arange', data, [data.length], dtype);
}

/** `count` numbers evenly from `start` to `stop`, both included and exact. @throws EngineError for a count below 0 */
export function linspace(start: number, stop: number, count: number, settings: MakeSettings = {}): NDArray {
  const { dtype } = complete('linspace', settings, SETTINGS);
  const data = new Float64Array(countFor('linspace', count, 'count'));
  const gaps = count - 1;
  // From the nearer end, so that the result is symmetric where the ends are.
  for (let i = 0; i < count; i++) {
    const step = (stop - start) / Math.max(gaps, 1);
    data[i] = i === 0 || i < gaps / 2 ? start + i * step : stop - (gaps - i) * step;
  }
  return stored('linspace', data, [count], dtype);
}

export interface EyeSettings extends MakeSettings {
  /** As many as rows where it is left out. */
  readonly columns?: number;
  /** Which diagonal: 0 the main one, above 0 to the right of it. */
  readonly k?: number;
}

/** A matrix with ones on a diagonal, zeros elsewhere. @throws EngineError for a number of rows that is none */
export function eye(rows: number, settings: EyeSettings = {}): NDArray {
  const { columns, dtype, ...given } = complete('eye', settings, { ...SETTINGS, columns: rows, k: 0 });
  const k = listOf('eye', given.k, 'k')[0]!;
  const shape = [countFor('eye', rows, 'rows'), countFor('eye', columns, 'columns')];
  const data = new Float64Array(sizeOf(shape));
  for (let i = Math.max(0, -k); i < rows && i + k < columns; i++) data[i * columns + i + k] = 1;
  return stored('eye', data, shape, dtype);
}
