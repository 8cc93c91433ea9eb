import type { Domain } from './draw.ts';
import type { ScalarOp } from './tower.ts';

/** The interval of subgradients of one partial at a kink. */
export type Interval = readonly [low: number, high: number];

/**
 * What a number must be at an edge: a number (NaN means NaN, an infinity exactly it, a zero of either sign,
 * any other number near it), an interval of subgradients, `-0` exactly, or nothing in particular.
 */
export type AtEdge = number | Interval | '-0' | '+0' | 'any';

/** What an operation does at one special input: NaN, ±0, an infinity, an edge of its domain, overflow. */
export interface Edge {
  readonly at: readonly number[];
  readonly value: AtEdge;
  readonly partials: readonly AtEdge[];
}

/** The reference of one scalar operation: all that the checks know of it. */
export interface Operation extends ScalarOp {
  readonly name: string;
  readonly arity: 1 | 2;
  /** Where inputs are drawn: inside the domain, away from overflow. */
  readonly domain: readonly Domain[];
  /** The subgradient intervals at an input on a kink; null where the operation is smooth. */
  readonly kink?: (...at: number[]) => readonly Interval[] | null;
  /** Inputs on and beside kinks, for the fixed pool. */
  readonly kinks?: readonly (readonly number[])[];
  readonly edges: readonly Edge[];
  /** Inputs outside the domain: where all of them are drawn from these, the value is NaN. */
  readonly outside?: readonly Domain[];
  /** Beside the common simple ones: inputs at which a naive formula overflows or cancels. */
  readonly delicate?: readonly (readonly number[])[];
}
