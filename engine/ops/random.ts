import { wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { avalText, NONE, sameAval, shaped } from '../core/program.ts';
import type { Shape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as e from '../elementwise/ops.ts';
import { argsort } from '../primitives/indexing.ts';
import { randomSplit, randomUniform } from '../primitives/random.ts';
import { argmax } from '../primitives/reduce.ts';
import { alongAxis, complete, countFor, floating, type ShapeLike, shapeFor, shown } from './arguments.ts';
import { at } from './parts.ts';

/**
 * A key from a seed: where a stream of random numbers comes from. A key gives the same numbers each time; for others split
 * it. Keys are int32[2]; the generator is Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * @throws EngineError for a seed that is no whole number below 2⁵³
 */
export function randomKey(seed: number): NDArray {
  if (!Number.isSafeInteger(seed)) wants('randomKey', 'a whole number below 2⁵³ as seed', shown(seed));
  return new NDArray(Int32Array.of(Math.floor(seed / 2 ** 32), seed), [2], 'int32');
}

const KEY = shaped([2], 'int32');

function keyFor(op: string, key: Value): Value {
  const aval = avalOf(key, op);
  if (!sameAval(aval, KEY)) wants(op, 'a key, as `randomKey(seed)` gives', avalText(aval));
  return key;
}

/** Independent keys out of one, which is not to be used again. @throws EngineError for what is no key */
export function splitKey(key: Value, count = 2): Value[] {
  const many = countFor('splitKey', count, 'count');
  const keys = bind(randomSplit, [keyFor('splitKey', key)], { count: many });
  return Array.from({ length: many }, (_, i) => at(keys, i));
}

function unit(op: string, key: Value, shape: Shape): Value {
  return bind(randomUniform, [keyFor(op, key)], { shape });
}

export interface UniformSettings {
  /** 0 where it is left out. */
  readonly low?: Value;
  /** 1 where it is left out. */
  readonly high?: Value;
}

/**
 * Independent numbers, uniform from `low` up to but without `high`, save where that is what they round to. `low` and `high`
 * broadcast to the shape.
 *
 * @throws EngineError for what is no key
 */
export function uniform(key: Value, shape: ShapeLike, settings: UniformSettings = {}): Value {
  const { low, high } = complete('uniform', settings, { low: 0, high: 1 });
  const draws = unit('uniform', key, shapeFor('uniform', shape));
  if (low === 0 && high === 1) return draws;
  return e.add(low, e.mul(draws, e.sub(high, low)));
}

/**
 * Independent numbers of the standard normal distribution: √2 erf⁻¹ of numbers uniform in (−1, 1).
 *
 * @throws EngineError for what is no key
 */
export function normal(key: Value, shape: ShapeLike): Value {
  const draws = unit('normal', key, shapeFor('normal', shape));
  // The middles of 2⁵³ equal cells: symmetric, exact in float64, and never the ends, where erf⁻¹ is infinite.
  const centred = e.add(e.sub(e.mul(2, draws), 1), 2 ** -53);
  return e.mul(Math.SQRT2, e.erfinv(centred));
}

/**
 * Independent booleans, each true with probability `p`: in the given shape, or that of `p`.
 *
 * @throws EngineError for what is no key
 */
export function bernoulli(key: Value, p: Value, shape?: ShapeLike): Value {
  const own = avalOf(p, 'bernoulli').shape;
  return e.less(unit('bernoulli', key, shape === undefined ? own : shapeFor('bernoulli', shape)), p);
}

export interface CategoricalSettings {
  /** The axis of the classes: the last where it is left out. */
  readonly axis?: number;
}

/**
 * Independent indices, as int32: i with a probability proportional to exp(logitsᵢ), by Gumbel's trick (Gumbel, "Statistical
 * theory of extreme values", 1954).
 *
 * @throws EngineError for what is no key, or no classes
 */
export function categorical(key: Value, logits: Value, settings: CategoricalSettings = {}): Value {
  const scores = floating('categorical', logits);
  const { aval, axis } = alongAxis('categorical', scores, settings, -1);
  const gumbel = e.neg(e.log(e.neg(e.log(unit('categorical', key, aval.shape)))));
  return bind(argmax, [e.add(scores, gumbel)], { axis });
}

/** 0 … n − 1 in random order, as int32. @throws EngineError for what is no key */
export function permutation(key: Value, n: number): Value {
  const draws = unit('permutation', key, [countFor('permutation', n, 'n')]);
  return bind(argsort, [draws], NONE);
}
