import type { Target } from '../../checks/types.ts';
import { goals } from './goals.ts';
import { together } from './together.ts';

/**
 * This project's own library, `engine/` of a repository: the same contract and the same ladder as any engine. Its rules and
 * its functions of plain numbers may change; what carries them (traces, transformations, kernels) is loaded and
 * listed with them, and stays.
 */
export const libraryTarget: Target = {
  name: 'library',
  entry: 'engine/index.ts',
  goals,
  together,
  editable: ['engine/elementwise/table.ts', 'engine/numeric/'],
  pinned: [
    ...['index', 'elementwise/ops', 'elementwise/row', 'elementwise/rules'].map(
      (file) => `engine/${file}.ts`,
    ),
    ...[
      'backend',
      'core',
      'kernels',
      'ops',
      'passes',
      'primitives',
      'seed',
      'structural',
      'transform',
      'visualise',
    ].map((folder) => `engine/${folder}/`),
  ],
  table: 'engine/elementwise/table.ts',
  contract: 'engine/seed/contract.ts',
};
