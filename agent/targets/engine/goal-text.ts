import type { AtEdge, Operation } from '../../checks/operation.ts';
import { decimal, inputText } from './case.ts';
import type { Meaning } from './meanings.ts';

/** How every operation's text ends: what done means. */
const DONE = `**Done when**, for inputs nobody has seen yet:

- its value and each partial derivative are right to a few units in the last place of float64, from 1e-3 to 1e3
  and beside the edges of the domain (finite differences are not: they lose half of the digits);
- at the special inputs above it gives what is written there;
- it is right inside programs that use a value several times, compute one and ignore it, or mix in constants;
- the same call twice gives the same bits, and no input is changed;
- everything that worked before still works.`;

function shown(edge: AtEdge): string {
  if (edge === 'any') return 'anything';
  if (edge === '-0') return '−0';
  if (edge === '+0') return '+0';
  if (typeof edge !== 'number') return `${edge[0]} … ${edge[1]}`;
  return decimal(edge).replace('Infinity', '∞').replace('-', '−');
}

/** What a model is told about one operation. Markdown. */
export function operationText(op: Operation, meaning: Meaning): string {
  const inputs = op.arity === 1 ? 'x' : 'a, b';
  const partials =
    op.arity === 1 ? 'its partial derivative ∂y/∂x' : 'both partial derivatives, ∂y/∂a and ∂y/∂b';
  const lines = [
    `Add the operation \`${op.name}(${inputs})\` to \`ops\`: y = ${meaning.formula}, with ${partials}.`,
    '',
    `- Domain: ${meaning.domain}.`,
  ];
  if (meaning.definition !== null) {
    lines.push(`- As a formula that is accurate in float64: \`${meaning.definition}\`.`);
  }
  if (meaning.hint !== undefined) lines.push(`- ${meaning.hint}`);
  if (op.edges.length > 0) {
    lines.push('- Special inputs (value; partial derivatives):');
    for (const { at, value, partials: slopes } of op.edges) {
      lines.push(`  - ${inputText(at)}: ${shown(value)}; ${slopes.map(shown).join(', ')}`);
    }
  }
  lines.push(
    '',
    'A partial is written with `ops`, over the inputs and then the output, so that it can be differentiated again.',
    '',
    DONE,
  );
  return lines.join('\n');
}
