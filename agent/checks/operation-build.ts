import type { DD } from './dd.ts';
import type { Domain } from './draw.ts';
import type { AtEdge, Edge, Operation } from './operation.ts';
import { div, type Formula, mul, one, type Tower } from './tower.ts';

/** The whole line, as far as the scales of the checks reach. */
export const LINE: Domain = { low: -1100, high: 1100, near: [0] };
export const POSITIVE: Domain = { low: 0, high: 1100, near: [0] };

export const NEGATIVE: Domain = { low: -1100, high: 0, near: [0] };

/** An interval inside which inputs are drawn, also close to its ends. */
export function between(low: number, high: number, ...near: number[]): Domain {
  return { low, high, near };
}

export type UnaryEdge = readonly [at: number, value: AtEdge, partial: AtEdge];
export type Extra = Partial<
  Pick<Operation, 'alternates' | 'slack' | 'kink' | 'kinks' | 'delicate' | 'outside'>
>;

export function unary(
  name: string,
  value: (x: DD) => DD,
  partial: (x: Tower, y: Tower) => Tower,
  domain: Domain,
  edges: readonly UnaryEdge[],
  extra: Extra = {},
): Operation {
  return {
    name,
    arity: 1,
    value: value as Operation['value'],
    partials: [partial as Formula],
    domain: [domain],
    edges: edges.map(([at, v, p]): Edge => ({ at: [at], value: v, partials: [p] })),
    ...extra,
  };
}

export function binary(
  name: string,
  value: (a: DD, b: DD) => DD,
  partials: readonly [(a: Tower, b: Tower, y: Tower) => Tower, (a: Tower, b: Tower, y: Tower) => Tower],
  domain: readonly [Domain, Domain],
  edges: readonly [a: number, b: number, value: AtEdge, da: AtEdge, db: AtEdge][],
  extra: Extra = {},
): Operation {
  return {
    name,
    arity: 2,
    value: value as Operation['value'],
    partials: partials as readonly Formula[],
    domain,
    edges: edges.map(([a, b, v, da, db]): Edge => ({ at: [a, b], value: v, partials: [da, db] })),
    ...extra,
  };
}

export const square = (x: Tower): Tower => mul(x, x);
export const reciprocalOf = (x: Tower): Tower => div(one, x);

/** Operations by name, in order. */
export function byName(list: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(list.map((op) => [op.name, op]));
}
