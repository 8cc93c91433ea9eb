import type { Target } from '../../checks/types.ts';
import { goals } from './goals.ts';
import { together } from './together.ts';

/** An engine as `engine/seed/contract.ts` says. Only the contract is out of a proposal's reach. */
export const engineTarget: Target = {
  name: 'engine',
  entry: 'engine.ts',
  goals,
  together,
  editable: ['engine.ts', 'engine/'],
  pinned: ['contract.ts'],
  table: 'engine.ts',
  contract: 'contract.ts',
};
