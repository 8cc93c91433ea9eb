import { array, type Data, type NDArray } from '../../engine/index.ts';

/** The named fields of an input or of a part of one. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws TypeError where the input has no named fields */
export function fields(input: unknown, name = 'input'): Fields {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Fields;
  throw new TypeError(`\`${name}\` wants an object, got ${shown(input)}`);
}

/** A finite number. @throws TypeError for anything else */
export function real(input: Fields, name: string): number {
  const value = input[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`\`${name}\` wants a number, got ${shown(value)}`);
}

/** A whole number, at least `least`. @throws TypeError for anything else */
export function whole(input: Fields, name: string, least = 0): number {
  const value = real(input, name);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`\`${name}\` wants a whole number ≥ ${least}, got ${value}`);
}

/**
 * Numbers in `rank` levels of lists, as an array of that rank; `lengths` says how long its axes are, −1 for any length.
 * @throws TypeError for anything else
 */
export function numbers(input: Fields, name: string, lengths: readonly number[]): NDArray {
  return checked(input, name, lengths, 'float64');
}

/** As `numbers`, of whole numbers. */
export function indices(input: Fields, name: string, lengths: readonly number[]): NDArray {
  return checked(input, name, lengths, 'int32');
}

function checked(
  input: Fields,
  name: string,
  lengths: readonly number[],
  dtype: 'float64' | 'int32',
): NDArray {
  const value = input[name];
  const wanted = () => {
    const shape = lengths.map((n) => (n < 0 ? 'any' : n)).join(' × ');
    return `\`${name}\` wants numbers in ${lengths.length} level(s) of lists, ${shape} of them`;
  };
  if (!Array.isArray(value)) throw new TypeError(`${wanted()}, got ${shown(value)}`);
  let read: NDArray;
  try {
    read = array(value as Data, { dtype });
  } catch (error) {
    throw new TypeError(`${wanted()}: ${(error as Error).message}`);
  }
  const fits = read.shape.length === lengths.length && lengths.every((n, i) => n < 0 || n === read.shape[i]);
  if (!fits) throw new TypeError(`${wanted()}, got ${read.shape.join(' × ')}`);
  return read;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)} …` : text;
}
