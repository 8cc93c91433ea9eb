/**
 * Takes rules out of the library's table, so that sessions can find them again:
 *
 *     node sessions/clear-rules.ts engine/elementwise/table.ts tanh sinh …
 *
 * The rows keep their values and get an empty list of partials.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { clearRules } from '../agent/targets/engine/rule.ts';

const [path, ...names] = process.argv.slice(2);
if (path === undefined || names.length === 0) {
  console.error('usage: node sessions/clear-rules.ts TABLE NAME…');
  process.exit(2);
}
const cleared = clearRules(readFileSync(path, 'utf8'), names);
if (!cleared.ok) {
  console.error(cleared.message);
  process.exit(1);
}
writeFileSync(path, cleared.text);
