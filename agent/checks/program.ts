import type { Hex64 } from '../base/float64.ts';

/**
 * A program as data: what the judge sends to an oracle, which builds it with the candidate's public API
 * and differentiates it. Nodes are in evaluation order and refer to earlier nodes by index.
 */
export interface Program {
  /** How many arguments the program takes. */
  readonly inputs: number;
  readonly nodes: readonly ProgramNode[];
  /** One result for `value`, `grad`, `jvp`, `hvp`, `hessian`; any number for `jacobian`. */
  readonly outputs: readonly number[];
  /** The module of GradBench that computes it, where one does. */
  readonly gradbench?: GradbenchModule;
}

export type GradbenchModule = 'hello' | 'lse' | 'llsq' | 'det';

export type ProgramNode =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'const'; readonly value: Num }
  | {
      readonly kind: 'op';
      readonly op: string;
      readonly args: readonly number[];
      readonly attributes?: Attributes;
    }
  /** ∂body/∂args[wrt] at args, inside the outer program: nested differentiation. The body's inputs are args, then captures. */
  | {
      readonly kind: 'grad';
      readonly body: Program;
      readonly args: readonly number[];
      readonly captures: readonly number[];
      readonly wrt: number;
    }
  /** An `if` of the program's own: one of two bodies of args, by whether the plain number under a value is above a bound. */
  | {
      readonly kind: 'branch';
      readonly on: number;
      readonly above: Hex64;
      readonly over: Program;
      readonly under: Program;
      readonly args: readonly number[];
    };

export interface Attributes {
  readonly [name: string]: number | boolean | readonly number[];
}

/** A number, or a row-major array of them. */
export type Num = Hex64 | { readonly shape: readonly number[]; readonly data: readonly Hex64[] };

/** Which public function of the engine answers. */
export type Mode = 'value' | 'grad' | 'jvp' | 'hvp' | 'hessian' | 'jacobian';

export interface ProgramRequest {
  readonly program: Program;
  readonly mode: Mode;
  /** The arguments, one for each input. */
  readonly at: readonly Num[];
  /** The direction of `jvp` and the vector of `hvp`, one for each input. */
  readonly along?: readonly Num[];
}

/**
 * What an oracle says. `values` is flat: `value` → outputs; `grad`, `hvp` → one for each input; `jvp` →
 * [primal, tangent]; `hessian`, `jacobian` → rows one after the other. The driver calls twice and reports
 * whether the second call gave the same bits and whether the arguments still hold what they held.
 */
export type ProgramAnswer =
  | {
      readonly ok: true;
      readonly values: readonly Num[];
      readonly repeatable: boolean;
      readonly inputsKept: boolean;
    }
  | { readonly ok: false; readonly error: string };
