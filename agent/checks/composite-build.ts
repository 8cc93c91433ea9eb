import type { DD } from './dd.ts';
import type { Domain } from './draw.ts';
import type { Operation } from './operation.ts';
import { byName, type Extra, type UnaryEdge, unary } from './operation-build.ts';
import { transcendental } from './operations-transcendental.ts';
import { add, bottom, call, div, neg, one, type Tower } from './tower.ts';

const known = byName(transcendental);

/** An elementary function as a building block. */
function block(name: string): (x: Tower) => Tower {
  const op = known.get(name)!;
  return (x) => call(op, x);
}

export const exp = block('exp');
export const expm1 = block('expm1');
export const log = block('log');
export const log1p = block('log1p');
export const sin = block('sin');
export const cos = block('cos');
export const sinh = block('sinh');
export const tanh = block('tanh');

export const positive = (x: Tower): boolean => bottom(x).hi > 0;
export const size = (x: Tower): Tower => (positive(x) ? x : neg(x));
/** e^(−|x|): never overflows. */
export const decay = (x: Tower): Tower => exp(neg(size(x)));

export function sigmoidOf(x: Tower): Tower {
  const e = decay(x);
  return div(positive(x) ? one : e, add(one, e));
}

export function softplusOf(x: Tower): Tower {
  const tail = log1p(decay(x));
  return positive(x) ? add(x, tail) : tail;
}

/** A unary operation whose value is a formula of others. */
export function composite(
  name: string,
  formula: (x: Tower) => Tower,
  partial: (x: Tower, y: Tower) => Tower,
  domain: Domain,
  edges: readonly UnaryEdge[],
  extra: Extra = {},
): Operation {
  const value = (x: DD): DD => bottom(formula({ hi: x.hi, lo: x.lo, err: 0 }));
  return { ...unary(name, value, partial, domain, edges, extra), formula: (x) => formula(x!) };
}
