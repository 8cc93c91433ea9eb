import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { findTable } from '../targets/engine/rule-table.ts';

/** @throws UserError where the text of a target's table holds none that a rule could be written into */
export function requireTable({ table }: Target, text: string): void {
  if (findTable(text) !== null) return;
  throw new UserError(
    'usage',
    `${table} holds no \`const primitives = { … }\` (or \`const elementwise\`), and a rule is a row of such a table.`,
    'A language model (`vibegrad improve --model`) edits any text; what you write there yourself is judged by `vibegrad check`.',
  );
}
