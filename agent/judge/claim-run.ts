import type { ClaimOracles } from './claim-oracles.ts';
import type { PythonPool, SandboxOptions } from './sandbox/index.ts';
import type { Badge } from './types.ts';

/** What a claim's code did, whatever its language. */
export type Run =
  | {
      readonly kind: 'ran';
      readonly printed: readonly string[];
      readonly error: string | null;
      /** What the error says of a library's version, where it does. */
      readonly lacks?: string | null;
    }
  | { readonly kind: 'stopped'; readonly badge: Badge; readonly why: string };

/** A badge before its time was taken. */
export interface Held {
  readonly badge: Badge;
  readonly why: string;
  readonly printed: readonly string[];
}

export interface ClaimOptions extends SandboxOptions {
  readonly signal: AbortSignal;
  /** Warm oracles to take from; left out: one is started. */
  readonly oracles?: ClaimOracles;
  /** Warm Pythons to take one from; left out: one is started. */
  readonly pythons?: PythonPool;
}

/** What becomes of a claim that nothing refutes. */
export const cannotFail = (where: string) =>
  ({ badge: 'ran, nothing claimed', why: `it cannot fail: it comes out ${where} too` }) as const;
