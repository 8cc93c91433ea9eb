import type { Expectation, Stage } from '../judge/types.ts';
import type { EditFormat } from '../workspace/types.ts';

/**
 * How a candidate is put before the judge. The first three go the way of every proposal; the later ones begin behind a
 * layer, as if that had fallen, so that the next one is attacked by itself. Texts may hold lures: see `bait.ts`.
 */
export type Attack =
  /** Edits of the honest engine, handed in as a reply in the whole-file format. */
  | {
      readonly kind: 'engine';
      readonly edits?: readonly Edit[];
      readonly append?: string;
      /** Goals that it is named for, in place of the honest engine's. */
      readonly goals?: readonly string[];
      readonly metric?: 'size' | 'none';
      /** How often it is handed in, each time as another tree. */
      readonly times?: number;
    }
  /** A model's reply, word for word. */
  | { readonly kind: 'reply'; readonly text: string; readonly format?: EditFormat }
  /** Files put over the base's as git objects: what no edit format makes. The engine is the honest one. */
  | { readonly kind: 'tree'; readonly files: readonly PlantedFile[] }
  /** An honest proposal in a repository that would run programs of its own; then a wrong one. */
  | { readonly kind: 'repository'; readonly plant: Plant }
  /** An engine that meets the oracle at once: there is no static stage. */
  | {
      readonly kind: 'module';
      readonly text: string;
      readonly limits?: SmallLimits;
      readonly seconds?: number;
      readonly array?: true;
    }
  /** A script in place of the oracle's own: there is no context either, and the protocol is the candidate's. */
  | { readonly kind: 'process'; readonly script: string }
  /** What a script in the oracle's place would do to the machine; `attempt` is the body of an async function. */
  | { readonly kind: 'host'; readonly attempt: string }
  /** A Python engine that meets its oracle at once: there is no static stage. */
  | PythonAttack
  /** The code of a claim that is false. */
  | {
      readonly kind: 'claim';
      readonly language: 'ts' | 'python';
      readonly code: string;
      readonly expect: Expectation | null;
    };

export interface PythonAttack {
  readonly kind: 'python-engine';
  /** Of `engine.py`, which is the adapter, too. */
  readonly text: string;
  /** Modules beside it. */
  readonly files?: { readonly [path: string]: string };
}

/** A text that the engine holds, and what stands there instead. */
export type Edit = readonly [from: string, to: string];

export interface PlantedFile {
  readonly path: string;
  readonly mode?: string;
  readonly text: string;
}

/** What a repository brings along, each way to run `%EVIL%`, a script that says that it ran. */
export interface Plant {
  readonly hooks?: readonly string[];
  readonly config?: readonly (readonly [name: string, value: string])[];
  readonly files?: readonly PlantedFile[];
}

export interface SmallLimits {
  readonly heapMiB?: number;
  readonly dataMiB?: number;
  readonly cpuSeconds?: number;
  readonly lineChars?: number;
}

/** Where an attack ended. Beside the judge's stages: before it, in the oracle, in a claim. */
export type Ended = Stage | 'apply' | 'oracle' | 'claim';

export interface Candidate {
  /** `<category>/<name>`. */
  readonly id: string;
  /** What it tries, as the end of “It tries …”. */
  readonly tries: string;
  readonly attack: Attack;
  /** Where it must end (a draw may find it early or late), and what the first reason must say. */
  readonly ends: Ended | readonly Ended[];
  readonly because: RegExp;
  /** Known to hold only with bubblewrap: without, it is not tried, and SECURITY.md says that it gets through. */
  readonly onlyBubblewrapHolds?: true;
}

export interface Category {
  readonly name: string;
  readonly candidates: readonly Candidate[];
}

/** A category's candidates, their ids made from their names. */
export function category(
  name: string,
  candidates: Readonly<Record<string, Omit<Candidate, 'id'>>>,
): Category {
  return {
    name,
    candidates: Object.entries(candidates).map(([id, one]) => ({ id: `${name}/${id}`, ...one })),
  };
}

/** What became of a candidate, as the process that was attacked tells it. */
export interface Happened {
  readonly accepted: boolean;
  readonly ended: Ended;
  readonly reason: string;
}
