import type { Single } from '../../../engine/core/program.ts';
import type { Value } from '../../../engine/core/trace.ts';
import { table } from '../../../engine/elementwise/rules.ts';
import type { ElementwiseName } from '../../../engine/elementwise/table.ts';
import { bind } from './primitives.ts';
import type { Sample } from './sample.ts';
import { array, bools, numbersOf, random } from './values.ts';

/** An interval in which a function is smooth, with room for differences, for each of its inputs. */
type Room = readonly [low: number, high: number];
type Rooms = readonly Room[];

const wide: Room = [-1.9, 1.9];
const positive: Room = [0.4, 2.4];
const left: Room = [-1.9, -0.3];
const right: Room = [0.3, 1.9];
const unit: Room = [-0.7, 0.7];
/** Between two whole numbers, off the half. */
const fraction: Room = [1.1, 1.4];

/** Where each elementwise function is looked at; two lists look at two sides of a kink. */
const rooms: { readonly [N in ElementwiseName]: readonly Rooms[] } = {
  add: [[wide, wide]],
  mul: [[wide, wide]],
  neg: [[wide]],
  sub: [[wide, wide]],
  div: [[wide, positive]],
  reciprocal: [[positive], [left]],
  square: [[wide]],
  cube: [[wide]],
  sqrt: [[positive]],
  rsqrt: [[positive]],
  cbrt: [[positive], [left]],
  exp: [[wide]],
  exp2: [[wide]],
  expm1: [[wide]],
  log: [[positive]],
  log2: [[positive]],
  log10: [[positive]],
  log1p: [[[-0.5, 2]]],
  sin: [[wide]],
  cos: [[wide]],
  tan: [[[-1, 1]]],
  asin: [[unit]],
  acos: [[unit]],
  atan: [[wide]],
  sinh: [[wide]],
  cosh: [[wide]],
  tanh: [[wide]],
  asinh: [[wide]],
  acosh: [[[1.5, 3]]],
  atanh: [[unit]],
  abs: [[left], [right]],
  relu: [[left], [right]],
  max: [
    [left, right],
    [right, left],
  ],
  min: [
    [left, right],
    [right, left],
  ],
  pow: [[positive, wide]],
  sigmoid: [[wide]],
  softplus: [[wide]],
  logsigmoid: [[wide]],
  logaddexp: [[wide, wide]],
  silu: [[wide]],
  gelu: [[wide]],
  mish: [[wide]],
  hypot: [[right, right]],
  atan2: [[wide, positive]],
  xlogy: [[wide, positive]],
  sinc: [[[-0.2, 0.2]], [[0.4, 2]]],
  huber: [[unit], [[1.2, 3]]],
  logit: [[[0.25, 0.75]]],
  log1mexp: [[positive]],
  logcosh: [[wide]],
  erf: [[wide]],
  erfc: [[wide]],
  erfinv: [[unit]],
  lgamma: [[[0.8, 3]], [[-1.7, -1.3]]],
  digamma: [[[0.8, 3]], [[-1.7, -1.3]]],
  polygamma: [
    [
      [2, 2],
      [0.8, 3],
    ],
  ],
  rem: [
    [
      [2.2, 2.4],
      [0.85, 1],
    ],
  ],
  sign: [[left], [right]],
  floor: [[fraction]],
  ceil: [[fraction]],
  trunc: [[fraction]],
  round: [[fraction]],
  equal: [[wide, wide]],
  notEqual: [[wide, wide]],
  less: [[wide, wide]],
  lessEqual: [[wide, wide]],
  greater: [[wide, wide]],
  greaterEqual: [[wide, wide]],
  isfinite: [[wide]],
  isnan: [[wide]],
  and: [[wide, wide]],
  or: [[wide, wide]],
  not: [[wide]],
};

/** The order of a polygamma is no variable: its derivative is 0 by convention. */
const constants: Partial<Record<ElementwiseName, readonly number[]>> = { polygamma: [0] };

/** By the numbers alone: the function, element by element, inputs of one element standing for all. */
function mapped(name: ElementwiseName): (...inputs: Value[]) => readonly number[] {
  return (...inputs) => {
    const lists = inputs.map(numbersOf);
    const shaped = inputs.filter((x) => typeof x === 'object' && x.shape.length > 0);
    const size = shaped.length > 0 ? numbersOf(shaped[0]!).length : 1;
    return Array.from({ length: size }, (_, i) =>
      table[name].value(...lists.map((list) => (list.length === size ? list[i]! : list[0]!))),
    );
  };
}

export function elementwiseSamples(name: ElementwiseName): readonly Sample[] {
  const logic = table[name].kind === 'logic';
  const held = constants[name] ?? [];
  const samples = rooms[name].flatMap((sides, side): Sample[] => {
    const draw = (shape: readonly number[], i: number) => {
      const [low, high] = sides[i]!;
      const x = random(shape, 31 * side + 7 * i + name.length, low, high);
      return logic
        ? bools(
            Array.from(x.data, (v) => Number(v > 0)),
            shape,
          )
        : x;
    };
    const sample = (label: string, all: readonly Value[]): Sample => {
      const inputs = all.filter((_, i) => !held.includes(i));
      const whole = (xs: readonly Value[]) => {
        const rest = [...xs];
        return all.map((x, i) => (held.includes(i) ? x : rest.shift()!));
      };
      const value = mapped(name);
      return {
        name: label,
        inputs,
        f: (...xs) => [bind(name as Single, whole(xs), {})],
        expected: (...xs) => value(...whole(xs)),
        step: 1 / 64,
        // An order that stands beside float32 would have to be float32, too.
        float64Only: held.length > 0,
      };
    };
    const shaped = sample(
      `[3], ${side}`,
      sides.map((_, i) => draw([3], i)),
    );
    if (sides.length === 1) return [shaped];
    return [
      shaped,
      sample(`[2, 2] and 0-d, ${side}`, [draw([2, 2], 0), draw([], 1)]),
      sample(
        `a number and [2], ${side}`,
        [numbersOf(draw([], 0))[0]!, draw([2], 1)].map((x) => (logic && typeof x === 'number' ? x > 0 : x)),
      ),
    ];
  });
  const [sides] = rooms[name];
  const empty = sides!.map(() => (logic ? bools([]) : array([])));
  const zeroD = sides!.map(([low, high], i) => {
    const x = random([], 50 + i, low, high);
    return logic ? bools([Number(x.data[0]! > 0)], []) : x;
  });
  const plain = (inputs: readonly Value[], label: string): Sample => ({
    name: label,
    inputs,
    f: (...xs) => [bind(name as Single, xs, {})],
    expected: mapped(name),
    kink: held.length > 0,
    step: 1 / 64,
  });
  return [...samples, plain(empty, '[0]'), plain(zeroD, '0-d')];
}
