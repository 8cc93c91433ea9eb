/** What a verdict may cost and how much is asked. All counts are cases for each check. */
export interface JudgeLimits {
  /** Bytes of one editable file. */
  readonly fileBytes: number;
  /** Bytes of all editable files together. */
  readonly totalBytes: number;
  /** Files that a candidate may add. */
  readonly addedFiles: number;
  /** Held-out cases of the first draw: of goals that would be newly met, and of goals that were met before. */
  readonly full: { readonly fresh: number; readonly kept: number };
  /**
   * Held-out cases of the second, larger draw: it is there to confirm what would be new, and what was met where the candidate
   * may have changed it. For a session's first proposal; for later ones see attempts.ts.
   */
  readonly confirm: { readonly fresh: number; readonly kept: number };
  /** Subsets of hunks that shrinking tries to drop. */
  readonly shrinkTries: number;
  /** Seconds that the type check or the format check of one tree may take. */
  readonly toolSeconds: number;
  /** A/A pairs that tell the noise of timing, before a candidate is timed. */
  readonly speedRounds: number;
}

export const DEFAULT_LIMITS: JudgeLimits = {
  fileBytes: 262_144,
  totalBytes: 1_048_576,
  addedFiles: 32,
  full: { fresh: 12, kept: 1 },
  confirm: { fresh: 27, kept: 3 },
  shrinkTries: 8,
  toolSeconds: 20,
  speedRounds: 5,
};
