import type { FrozenTree } from '../judge/types.ts';
import { edited, knownGoodText, treeOf } from './known-good.ts';
import type { Planted } from './types.ts';

/** The known-good engine with a mutant planted. @throws Error where the engine's text is no longer what it was. */
export function plantedText({ id, edits }: Planted, engine = knownGoodText()): string {
  try {
    return edits.reduce((text, [from, to]) => edited(text, from, to), engine);
  } catch (error) {
    throw new Error(`the mutant ${id} does not fit`, { cause: error });
  }
}

/** A mutant as a tree that a judge takes. */
export function plantedTree(mutant: Planted, engine?: string): FrozenTree {
  return treeOf(plantedText(mutant, engine));
}
