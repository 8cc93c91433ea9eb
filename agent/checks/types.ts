import type { Hex64 } from '../base/float64.ts';
import type { ProgramRequest } from './program.ts';

/** What a check looks at; a refusal names its family. */
export type Family =
  | 'value' // the primal is right
  | 'grad' // reverse mode is right
  | 'jvp' // forward mode is right
  | 'duality' // ⟨w, Jv⟩ = ⟨Jᵀw, v⟩
  | 'second-order' // second derivatives, by nesting, hvp or hessian
  | 'scales' // 1e-3 … 1e3 and edges of the domain
  | 'kink' // inside the subgradient interval
  | 'nonfinite' // NaN and infinity in, the right NaN or infinity out
  | 'repeat' // a second identical call gives the same bits; inputs are not mutated
  | 'structure' // fan-out, aliasing, dead branches, constants
  | 'nesting' // nested differentiation without perturbation confusion
  | 'broadcast' // broadcasting, axes, empty arrays
  | 'generated' // programs drawn after the freeze
  | 'speed'
  | 'size';

/** What one number of an answer must be. Bounds are inclusive. */
export type Expected =
  /** Within `scale`·ε·(the judge's factor) of `value`. `scale` is the running-error scale of the reference. */
  | { readonly kind: 'near'; readonly value: Hex64; readonly scale: Hex64 }
  /** Any number of an interval: a subgradient at a kink. */
  | { readonly kind: 'within'; readonly low: Hex64; readonly high: Hex64 }
  /** Exactly NaN, or exactly this infinity or zero. */
  | { readonly kind: 'nan' }
  | { readonly kind: 'same'; readonly value: Hex64 }
  /** Left open: both the reference and practice leave the number undefined. */
  | { readonly kind: 'any' };

/** One request to the oracle and what must come back, number by number (arrays flattened row-major). */
export interface Case {
  /** For people: `tanh at x = 0.5`. */
  readonly label: string;
  readonly request: ProgramRequest;
  readonly expected: readonly Expected[];
  /** The shape of each value of the answer; left out where all are 0-d. */
  readonly shapes?: readonly (readonly number[])[];
}

/** A source of integers below 2³², derived from a draw: SHAKE-256(bytes ‖ tree ‖ check ‖ index). */
export interface Draw {
  /** The next 32 bits. Deterministic; integer arithmetic only. */
  uint32(): number;
}

export interface Check {
  /** Unique in its target: `r1/tanh/grad`. */
  readonly id: string;
  readonly family: Family;
  /** One line for people: what it would take to fail. */
  readonly title: string;
  /** The fixed, public pool: its inputs and values may be shown to a model. Smallest inputs first. */
  visible(): readonly Case[];
  /** Held out: `count` cases from a draw. The same draw gives the same cases, bit for bit, on every machine. */
  heldOut(draw: Draw, count: number): readonly Case[];
}

/** Rung 0 is what the seed already meets; rung 6 is asked of the library alone. */
export type Rung = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface Goal {
  /** `r1/tanh`. */
  readonly id: string;
  readonly rung: Rung;
  /** One line: `tanh and its derivative`. */
  readonly title: string;
  /** What the model is told: meaning, domain, edges, what counts as done. Markdown. */
  readonly text: string;
  /** The operations that the goal adds to `ops`. */
  readonly ops: readonly string[];
  /** Goals that must be met before this one makes sense. */
  readonly needs: readonly string[];
  readonly checks: readonly Check[];
  /** Rung 5: the speed program, judged by time against the base, not by checks alone. */
  readonly speed?: SpeedGoal;
}

export interface SpeedGoal {
  readonly name: string;
  readonly request: ProgramRequest;
  /** Met when gradient time ÷ hand-written gradient time is at most this. */
  readonly ratio: number;
  /** JavaScript text of a hand-written gradient: the body of (x: Float64Array) => Float64Array. */
  readonly handWritten: string;
}

/** A check that a goal adds once others are met beside it. */
export interface Together {
  /** The goal that answers for it. */
  readonly goal: Goal;
  readonly check: Check;
  /** Whether one of the goals that it is about may be newly met. */
  readonly fresh: boolean;
}

export type TargetName = 'engine' | 'library' | 'configured' | 'gradbench';

/** What an engine of one's own is written in. JavaScript counts as TypeScript. */
export type Language = 'typescript' | 'python';

/** What a repository says of itself in `vibegrad.config.json`, and what came of its setup. */
export interface OwnRepository {
  readonly language: Language;
  /** How TypeScript becomes JavaScript. */
  readonly compiler: 'strip' | 'esbuild';
  /** Shell commands that install dependencies, and the files of the base that they need. */
  readonly setup: { readonly run: readonly string[]; readonly from: readonly string[] } | null;
  /** A shell command that runs the repository's own tests. */
  readonly tests: string | null;
  /** Null until the base was made ready to be judged. */
  readonly installed: Installed | null;
}

/** The dependencies of a base. */
export interface Installed {
  /** The folder in which the setup ran, and the digest of all that it left there; null without a setup. */
  readonly folder: string | null;
  readonly digest: string | null;
  /** The version of the Python that runs it; null of another language. */
  readonly python: string | null;
  /** Packages that modules import, as modules: what an import of `specifier` means; chunks that they share have none. */
  readonly modules: readonly Dependency[];
  /** What the repository's tests said of trees before, which stands in for running them; null where they are run. */
  readonly tested: ReadonlyMap<string, Tested> | null;
}

export interface Dependency {
  readonly specifier: string | null;
  readonly path: string;
  readonly text: string;
}

/** What a repository's own tests said of a tree. */
export interface Tested {
  readonly tree: string;
  readonly result: 'passed' | 'failed' | 'not run';
  /** The last lines of a failure, or why they were not run; empty where they passed. */
  readonly why: string;
}

/** What can be improved: its goals, its files, and how its oracle is started. */
export interface Target {
  readonly name: TargetName;
  /** The module that an oracle loads first. */
  readonly entry: string;
  readonly goals: readonly Goal[];
  /** What goals ask only together, of those that are met already and of those that may be newly met. */
  together(kept: readonly Goal[], fresh: readonly Goal[]): readonly Together[];
  /** Paths a proposal may change (exact names, or a folder ending in `/`). */
  readonly editable: readonly string[];
  /** Paths whose bytes must stay as in the base. */
  readonly pinned: readonly string[];
  /** The editable module that holds the table of primitives: rules are written there. */
  readonly table: string;
  /** Digest of that module's text around the table where it is known to keep each rule to itself (judge/only-adds.ts). */
  readonly around?: string;
  /** The pinned module that says what a judge builds on: proposals are shown it. */
  readonly contract: string;
  /** Of a configured target: modules resolve as its bundler would, and its own tests stand in for our types and format. */
  readonly own?: OwnRepository;
}
