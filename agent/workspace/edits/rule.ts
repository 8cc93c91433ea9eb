import { applyRules, parseRules } from '../../targets/engine/rule.ts';
import type { Draft } from './draft.ts';
import { fail } from './refusal.ts';
import { fromByteString, type Reply, type TextFile, toByteString, toBytes, toText } from './text.ts';

/** Rules of the fixed grammar (see targets/engine/rule.ts), written into the table of the engine. */
export function hasRules(reply: Reply): boolean {
  return parseRules(textOf(reply)).ok;
}

/** @throws Refusal */
export function applyRuleText(reply: Reply, draft: Draft): void {
  const parsed = parseRules(textOf(reply));
  if (!parsed.ok) {
    fail(parsed.error.kind === 'no rule' ? 'no edit' : 'malformed', sentence(parsed.error.message));
  }
  const path = draft.rules.table ?? enginePath(draft.rules.editable);
  const file = draft.open(path);
  if (file === null) fail('not found', `There is no ${path} to write a rule into.`, path);
  const bytes = Buffer.from(toBytes({ ...file, bom: false }));
  const text = bytes.toString('utf8');
  if (Buffer.compare(Buffer.from(text, 'utf8'), bytes) !== 0) {
    fail('malformed', `${path} is not UTF-8, so no rule can be written into it.`, path);
  }
  const applied = applyRules(text, parsed.rules);
  if (!applied.ok) fail(applied.reason, sentence(applied.message), path);
  const after: TextFile = toText(Buffer.from(toByteString(applied.text), 'latin1'));
  draft.put(path, { ...after, bom: file.bom });
}

/** Where no rule says it: the editable `engine.ts`, or the only editable file. */
function enginePath(editable: readonly string[]): string {
  const files = editable.filter((path) => !path.endsWith('/'));
  const engine = files.find((path) => /(?:^|\/)engine\.ts$/.test(path)) ?? files[0];
  return engine ?? fail('outside the editable paths', 'No single file is editable, so no rule has a place.');
}

function textOf(reply: Reply): string {
  return fromByteString(reply.lines.join('\n'));
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
