import { domains, type Measured, type Range } from './domains.ts';

/** Uniform numbers in [0, 1) from a seed (a multiplicative generator mod 2³² with mixing, after Vigna's splitmix). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    const high = (z ^ (z >>> 16)) >>> 0;
    return (high + ((Math.imul(high, 0x2545f491) >>> 0) >>> 11) / 2 ** 21) / 2 ** 32;
  };
}

const view = new DataView(new ArrayBuffer(8));

/** The number `steps` places further from 0 (nearer where negative) among all numbers of float64. */
function neighbour(x: number, steps: number): number {
  if (x === 0) return steps * Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}

type Random = () => number;
const between = (random: Random, low: number, high: number) => low + (high - low) * random();
/** 2 to a power between two. */
const power = (random: Random, low: number, high: number) => 2 ** between(random, low, high);
const sign = (random: Random) => (random() < 0.5 ? -1 : 1);

/** One number for a range: any magnitude, a common one, or close to one of the places of interest. */
function one(range: Range, random: Random): number {
  const { low, high, near } = range;
  if (range.whole) return Math.floor(between(random, low, high + 1));
  const kind = random();
  if (kind < 0.25) return sign(random) * power(random, -1074, 1023.999);
  if (kind < 0.35) return between(random, low / 2, high / 2) * 2;
  if (kind < 0.5) return between(random, Math.max(low, -4), Math.min(high, 4));
  if (kind < 0.65) return sign(random) * power(random, -14, 14);
  const place = near[Math.floor(random() * near.length)]!;
  if (kind < 0.75) return neighbour(place, Math.round(between(random, -20, 20)));
  const size = place === 0 ? 1 : Math.abs(place);
  return place + sign(random) * size * power(random, -56, -1);
}

function inside(range: Range, random: Random): number {
  for (;;) {
    const x = one(range, random);
    if (x >= range.low && x <= range.high) return x;
  }
}

/** The second of two inputs, where the two must fit each other to be of interest. */
const partners: Partial<Record<Measured, (a: number, random: Random) => number>> = {
  // The exponent that puts the power anywhere between underflow and overflow.
  pow: (a, random) => between(random, -745.2, 709.8) / Math.log(a),
  hypot: (a, random) => a * power(random, -30, 30),
  atan2: (a, random) => sign(random) * a * power(random, -30, 30),
  logaddexp: (a, random) => {
    const apart = sign(random) * power(random, -30, 9);
    return random() < 0.5 ? a + apart : Math.log(-Math.expm1(-Math.abs(a))) * (1 + 2 ** -30 * apart);
  },
};

/** Edges and places of interest with their neighbours, then random inputs, `count` in all; the same for the same seed. */
export function points(name: Measured, count: number, seed = 1): number[][] {
  const random = uniform(seed);
  const { inputs } = domains[name] as { inputs: readonly Range[] };
  // Zero itself is an edge: what happens there is a statement, not a measurement.
  const fits = (at: readonly number[]) =>
    at.some((x) => x !== 0) && at.every((x, i) => x >= inputs[i]!.low && x <= inputs[i]!.high);
  const list: number[][] = [];
  const last = inputs.at(-1)!;
  const places = [last.low, last.high, ...last.near].flatMap((p) => [p, neighbour(p, 1), neighbour(p, -1)]);
  for (const place of places) {
    const at = [...inputs.slice(0, -1).map((range) => inside(range, random)), place];
    if (fits(at) && list.length < count) list.push(at);
  }
  const partner = partners[name];
  while (list.length < count) {
    const at = inputs.map((range) => inside(range, random));
    if (partner !== undefined && random() < 0.7) at[1] = partner(at[0]!, random);
    if (fits(at)) list.push(at);
  }
  return list;
}
