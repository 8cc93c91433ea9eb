import { allocate, type DType, isFloat } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { type Shape, shapeText, sizeOf } from '../core/shape.ts';
import { describe, Tracer } from '../core/trace.ts';
import { checkSettings, countFor, type ShapeLike, shapeFor, shown } from './arguments.ts';

/** What an array is made of: a number, nested lists, typed arrays, another array. */
export type Data = number | boolean | NDArray | ArrayLike<number> | readonly Data[];

export interface MakeSettings {
  /** The type of the elements: float64 where it is left out. */
  readonly dtype?: DType;
}

const SETTINGS = ['dtype'];
const DTYPES: readonly DType[] = ['float64', 'float32', 'int32', 'bool'];

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
export function array(data: Data, shape?: Shape | MakeSettings, settings: MakeSettings = {}): NDArray {
  if (shape === undefined || Array.isArray(shape)) return make(data, shape as Shape | undefined, settings);
  return make(data, undefined, shape as MakeSettings);
}

function make(data: Data, shape: Shape | undefined, settings: MakeSettings): NDArray {
  checkSettings('array', settings, SETTINGS);
  const own = nestingOf(data);
  const target = shape === undefined ? own : shapeFor('array', shape);
  if (sizeOf(own) !== sizeOf(target)) {
    throw new EngineError('array', `${sizeOf(own)} elements do not fill ${shapeText(target)}`);
  }
  const elements = new Float64Array(sizeOf(own));
  fill(elements, data, own, 0, 0);
  return stored('array', elements, target, settings.dtype ?? typeFor(data));
}

/** Numbers as an array of a type. Integers and booleans are stored whole or not at all: nothing is cut off in silence. */
function stored(op: string, numbers: Float64Array, shape: Shape, dtype: DType = 'float64'): NDArray {
  if (dtype === 'float64') return new NDArray(numbers, shape, dtype);
  if (!DTYPES.includes(dtype)) throw new EngineError(op, `\`dtype\` is one of ${DTYPES.join(', ')}`);
  const elements = allocate(dtype, numbers.length);
  elements.set(numbers);
  const lost = (x: number, i: number) => x !== elements[i] || (dtype === 'bool' && x > 1);
  const wrong = isFloat(dtype) ? -1 : numbers.findIndex(lost);
  if (wrong >= 0) throw new EngineError(op, `${numbers[wrong]} (element ${wrong}) is no ${dtype}`);
  return new NDArray(elements, shape, dtype);
}

function isTyped(data: Data): data is ArrayLike<number> {
  return ArrayBuffer.isView(data) && 'length' in data;
}

/** The shape of nested lists, by the first of each depth. */
function nestingOf(data: Data): Shape {
  const shape: number[] = [];
  let node = data;
  while (Array.isArray(node)) {
    shape.push(node.length);
    if (node.length === 0) return shape;
    node = node[0];
  }
  if (node instanceof NDArray) shape.push(...node.shape);
  else if (isTyped(node)) shape.push(node.length);
  return shape;
}

function typeFor(data: Data): DType {
  let node: Data | undefined = data;
  while (Array.isArray(node)) node = node[0];
  if (node instanceof NDArray) return node.dtype;
  if (node instanceof Int32Array) return 'int32';
  if (node instanceof Float32Array) return 'float32';
  return typeof node === 'boolean' ? 'bool' : 'float64';
}

/** Writes the elements of `data`, which must nest as `shape` says from `depth` on; gives where it stopped. */
function fill(into: Float64Array, data: Data, shape: Shape, depth: number, from: number): number {
  if (typeof data === 'number' || typeof data === 'boolean') {
    if (depth !== shape.length) throw uneven(shape);
    into[from] = Number(data);
    return from + 1;
  }
  if (Array.isArray(data)) {
    if (data.length !== shape[depth]) throw uneven(shape);
    let at = from;
    for (let i = 0; i < data.length; i++) at = fill(into, data[i], shape, depth + 1, at);
    return at;
  }
  if (data instanceof NDArray || isTyped(data)) {
    const own = data instanceof NDArray ? data.shape : [data.length];
    if (own.length !== shape.length - depth || own.some((n, i) => n !== shape[depth + i])) {
      throw uneven(shape);
    }
    into.set(data instanceof NDArray ? data.data : data, from);
    return from + sizeOf(own);
  }
  if ((data as unknown) instanceof Tracer) {
    throw new EngineError(
      'array',
      'a traced value cannot be copied into an array; `stack` joins such values',
    );
  }
  throw new EngineError('array', `expected numbers or lists of them, got ${describe(data)}`);
}

function uneven(shape: Shape): EngineError {
  return new EngineError(
    'array',
    `the lists are not of the even nesting ${shapeText(shape)} that their first show`,
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
  checkSettings(op, settings, SETTINGS);
  const whole = shapeFor(op, shape);
  return stored(op, new Float64Array(sizeOf(whole)).fill(value), whole, settings.dtype);
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
  const settings = typeof last === 'object' ? last : {};
  checkSettings('arange', settings, SETTINGS);
  const bounds = given.filter((x) => typeof x === 'number');
  const [start, stop] = bounds.length === 1 ? [0, bounds[0]!] : [bounds[0]!, bounds[1]!];
  const step = bounds[2] ?? 1;
  const count = Math.ceil((stop - start) / step);
  if (!Number.isFinite(count)) {
    throw new EngineError('arange', `cannot count from ${start} to ${stop} by ${step}`);
  }
  const data = Float64Array.from({ length: Math.max(count, 0) }, (_, i) => start + i * step);
  return stored('arange', data, [data.length], settings.dtype);
}

/** `count` numbers evenly from `start` to `stop`, both included and exact. @throws EngineError for a count below 0 */
export function linspace(start: number, stop: number, count: number, settings: MakeSettings = {}): NDArray {
  checkSettings('linspace', settings, SETTINGS);
  const data = new Float64Array(countFor('linspace', count, 'count'));
  const gaps = count - 1;
  // From the nearer end, so that the result is symmetric where the ends are.
  for (let i = 0; i < count; i++) {
    const step = (stop - start) / Math.max(gaps, 1);
    data[i] = i === 0 || i < gaps / 2 ? start + i * step : stop - (gaps - i) * step;
  }
  return stored('linspace', data, [count], settings.dtype);
}

export interface EyeSettings extends MakeSettings {
  /** As many as rows where it is left out. */
  readonly columns?: number;
  /** Which diagonal: 0 the main one, above 0 to the right of it. */
  readonly k?: number;
}

/** A matrix with ones on a diagonal, zeros elsewhere. @throws EngineError for a number of rows that is none */
export function eye(rows: number, settings: EyeSettings = {}): NDArray {
  checkSettings('eye', settings, ['dtype', 'columns', 'k']);
  const { columns = rows, k = 0, dtype } = settings;
  if (!Number.isInteger(k)) throw new EngineError('eye', `\`k\` wants a whole number, got ${shown(k)}`);
  const shape = [countFor('eye', rows, 'rows'), countFor('eye', columns, 'columns')];
  const data = new Float64Array(sizeOf(shape));
  for (let i = Math.max(0, -k); i < rows && i + k < columns; i++) data[i * columns + i + k] = 1;
  return stored('eye', data, shape, dtype);
}
