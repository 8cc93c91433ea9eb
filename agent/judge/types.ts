import type { Json } from '../base/json.ts';
import type { Family, TargetName } from '../checks/types.ts';

/** One file of a frozen tree, raw bytes as git holds them. */
export interface FrozenFile {
  readonly path: string;
  /** git's mode: `100644`, `100755`, `120000` (a link), `160000` (a submodule). */
  readonly mode: string;
  readonly bytes: Uint8Array;
}

/** A tree read from git objects, never from a worktree. */
export interface FrozenTree {
  /** git's tree id (SHA-1 hex), or `sha256:…` of a tree that no repository holds. */
  readonly id: string;
  readonly files: readonly FrozenFile[];
}

export type Stage =
  | 'static'
  | 'smoke'
  | 'full'
  | 'confirm'
  | 'types'
  | 'format'
  /** The repository's own, of a configured target. */
  | 'tests'
  | 'speed'
  | 'accept'
  /** Past every gate, and nothing says whether it is better. */
  | 'unmeasured';

/**
 * What "better" is, where it is not goals newly met. `size`: the editable modules got smaller (see size.ts). `none`:
 * nothing measures it, so it is judged for what must not be lost and never accepted. Either way what the base meets
 * must stay met, and is asked for on as many held-out inputs as a new goal; nothing is shrunk.
 */
export type Metric = 'size' | 'none';

/** Sizes of base and candidate by the measure of size.ts. */
export interface SizeChange {
  readonly before: number;
  readonly after: number;
  readonly unit: 'syntax-tree nodes';
}

export interface JudgeRequest {
  readonly target: TargetName;
  readonly base: FrozenTree;
  readonly candidate: FrozenTree;
  /** What the proposal set out to meet; every goal that it newly meets counts all the same. */
  readonly goals: readonly string[];
  /** Tries so far for each goal in this session, this one included: written into the receipt. */
  readonly attempts: { readonly [goal: string]: number };
  /** Which proposal of the session this is, from 1, whatever it names: the later, the larger the second draw. Left out: 1. */
  readonly attempt?: number;
  readonly shrink: boolean;
  /** Left out: goals newly met. */
  readonly metric?: Metric;
}

/** What the judge is given by whoever runs it. */
export interface JudgeContext {
  /** 32 random bytes for this tree and stage: drawn once, recorded before they are handed over. */
  draw(tree: string, stage: string): Promise<Uint8Array>;
  /** Stores a shrunk tree and says its id. */
  store(files: readonly FrozenFile[]): Promise<string>;
  readonly signal: AbortSignal;
  onProgress?(progress: { readonly stage: Stage; readonly done: number; readonly of: number }): void;
}

export interface CheckResult {
  readonly id: string;
  readonly family: Family;
  readonly pass: boolean;
  readonly cases: number;
  /** The largest error over all cases, in units in the last place of the reference; null where none is finite. */
  readonly worstUlp: number | null;
  /** The largest error ÷ what was allowed; over 1 fails. */
  readonly worstRatio: number | null;
}

/** The smallest failing input of the visible pool, with both numbers. */
export interface Counterexample {
  readonly check: string;
  /** `tanh at x = 0.5` */
  readonly label: string;
  /** Decimal text of the inputs, shortest round-trip form. */
  readonly inputs: readonly string[];
  readonly expected: string;
  readonly got: string;
}

export interface Verdict {
  readonly accepted: boolean;
  /** Where it ended. */
  readonly stage: Stage;
  /** One sentence each; empty when accepted. What a model may be told. */
  readonly reasons: readonly string[];
  /** Goals met by base and candidate. */
  readonly goals: readonly { readonly id: string; readonly before: boolean; readonly after: boolean }[];
  readonly checks: readonly CheckResult[];
  readonly counterexample: Counterexample | null;
  /**
   * Where held-out inputs refused it, the smallest program that still fails. For people alone: no model may be told, and
   * it is in no receipt, since it follows from one.
   */
  readonly smallest?: Counterexample;
  /** With metric `size`, where both could be measured. */
  readonly size?: SizeChange;
  /** With metric `none`: whatever came of it, it is no refusal and no acceptance. */
  readonly unmeasured?: true;
  /** The tree that may land: the candidate, or what shrinking left of it. */
  readonly tree: string;
  /** The receipt, as JSON (see receipt.ts for its schema), and the SHA-256 of its canonical form. */
  readonly receipt: Json;
  readonly receiptId: string;
  readonly seconds: number;
}

/** A piece of an answer, run on an engine. */
export interface ClaimRequest {
  /** The engine of a session, or `vibegrad/engine` itself. */
  readonly engine: FrozenTree | 'library';
  /** TypeScript; `import { grad, ops } from 'vibegrad/engine'` gives the engine; `console.log` is kept. */
  readonly code: string;
  readonly language: 'ts' | 'python';
  readonly expect: Expectation | null;
}

/**
 * What a claim says will come out, compared with the last line that its code printed: a number, a flat list of them, or
 * a series, which is a list of pairs [x, y] in rising order of x. See expectation.ts and series.ts.
 */
export type Expectation =
  | { readonly kind: 'equals'; readonly value: number | readonly number[]; readonly within: number }
  | { readonly kind: 'less-than'; readonly value: number }
  | { readonly kind: 'greater-than'; readonly value: number }
  /** Of two numbers the first is `value` times the second, to `within`. */
  | { readonly kind: 'ratio'; readonly value: number; readonly within: number }
  /** A series whose y is like x to a power: the slope of log y over log x, by least squares, is `power` to `within`. */
  | { readonly kind: 'grows-like'; readonly power: number; readonly within: number }
  /** A list whose last number is not finite, or whose sizes never shrink and grow `factor` times in all. */
  | { readonly kind: 'diverges'; readonly factor: number }
  /**
   * The shape of a series. `rising` and `falling`: no step goes the other way, and the ends differ by the factor `by`;
   * `valley` and `peak`: the smallest (largest) y lies inside, and differs from each end by that factor. `turn`: where it
   * lies, to a factor.
   */
  | {
      readonly kind: 'shape';
      readonly shape: 'rising' | 'falling' | 'valley' | 'peak';
      readonly by: number;
      readonly turn: { readonly at: number; readonly factor: number } | null;
    }
  /**
   * Several series by name, printed as one JSON object, each with what is said of it: of a number that every y of it is
   * smaller or greater. `x` and `y` say what the axes are.
   */
  | {
      readonly kind: 'curves';
      readonly x: string;
      readonly y: string;
      readonly curves: readonly { readonly name: string; readonly expect: CurveExpectation }[];
    }
  | { readonly kind: 'prints'; readonly text: string }
  | { readonly kind: 'throws'; readonly message: string };

/** What can be said of one of several series. */
export type CurveExpectation = Extract<
  Expectation,
  { readonly kind: 'shape' | 'grows-like' | 'less-than' | 'greater-than' }
>;

export type Badge = 'verified' | 'refuted' | 'ran, nothing claimed' | 'not run' | 'not checkable as written';

export interface ClaimResult {
  readonly badge: Badge;
  /** Why, where the badge needs one: `needs torch`, `timed out after 5 s`, `printed 2, not 3`. */
  readonly why: string;
  readonly printed: readonly string[];
  readonly seconds: number;
}
