import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { findTable } from '../targets/engine/rule-table.ts';

/** That a module has no table of rules, and what follows from it. */
export const lacksTable = (path: string, so: string): string =>
  `${path} holds no \`const primitives = { … }\` (or \`const elementwise\`), ${so}`;

/** @throws UserError where the text of a target's table holds none that a rule could be written into */
export function requireTable({ table }: Target, text: string): void {
  if (findTable(text) !== null) return;
  throw new UserError(
    'usage',
    lacksTable(table, 'and a rule is a row of such a table.'),
    'A language model (`vibegrad improve --model`) edits any text; what you write there yourself is judged by `vibegrad check`.',
  );
}
