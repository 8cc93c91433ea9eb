/**
 * Automatic mutants that change nothing which the contract lets one see, and why. Keyed by a mutant's stable id; whatever is
 * not here has to be killed.
 */
export const equivalent: readonly { readonly why: string; readonly ids: readonly string[] }[] = [];

const reasons = new Map(equivalent.flatMap(({ why, ids }) => ids.map((id) => [id, why] as const)));

/** Why a mutant is no mistake; undefined where nobody has shown it. */
export function whyEquivalent(id: string): string | undefined {
  return reasons.get(id);
}
