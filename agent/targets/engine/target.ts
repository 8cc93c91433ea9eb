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
  around: '449d4aa2a87dd7750d756e50c2c74a1c2f3d9e96afaac7ad308562ae403f1ebe',
  contract: 'contract.ts',
};
