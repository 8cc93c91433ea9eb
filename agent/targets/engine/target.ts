import type { Target } from '../../checks/types.ts';
import { goals } from './goals.ts';

/** An engine as `engine/seed/contract.ts` says. Only the contract is out of a proposal's reach. */
export const engineTarget: Target = {
  name: 'engine',
  entry: 'engine.ts',
  goals,
  editable: ['engine.ts', 'engine/'],
  pinned: ['contract.ts'],
};
