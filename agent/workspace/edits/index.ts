import type { EditFile, EditFormat, EditResult } from '../types.ts';
import { type Draft, openDraft } from './draft.ts';
import { type KnownPaths, knownPaths } from './path-line.ts';
import type { EditRules } from './paths.ts';
import { fail, Refusal } from './refusal.ts';
import { applyRuleText, hasRules } from './rule.ts';
import { applySearchReplace, hasSearchReplace } from './search-replace.ts';
import { type Reply, readReply } from './text.ts';
import { applyUnifiedDiff, hasUnifiedDiff } from './unified-diff.ts';
import { applyWholeFile, hasWholeFile } from './whole-file.ts';

export { type EditRules, isEditable, isRegular, isSafeName } from './paths.ts';
export { type FileVersion, renderDiff } from './render-diff.ts';

/** With the format that it was; `auto` where nothing of any format was found. */
export type AppliedEdits =
  | (Extract<EditResult, { ok: true }> & { readonly format: EditFormat })
  | (Extract<EditResult, { ok: false }> & { readonly format: EditFormat | 'auto' });

interface Format {
  /** Whether a reply seems to hold the format at all. */
  detect(reply: Reply, known: KnownPaths): boolean;
  apply(reply: Reply, draft: Draft, known: KnownPaths): void;
}

/** In the order in which `auto` tries them: the most telling marks first. */
const FORMATS: { readonly [P in EditFormat]: Format } = {
  'search-replace': { detect: hasSearchReplace, apply: applySearchReplace },
  'unified-diff': { detect: hasUnifiedDiff, apply: applyUnifiedDiff },
  'whole-file': { detect: hasWholeFile, apply: applyWholeFile },
  rule: { detect: hasRules, apply: applyRuleText },
};

/**
 * Applies the edits of a model's reply to files: all of them, or none. A pure function over bytes.
 *
 * `files` are the files that may matter, those of the editable paths at least, in git's modes. A file keeps
 * its line endings, its byte order mark and its missing final newline. Replies larger than 4 MiB, edits to
 * anything but regular files at editable paths, and edits that fit nowhere or at two places are refused;
 * the reasons are stable (`ApplyReason`), so that they can be counted for each model and format.
 * Never throws.
 */
export function applyEdits(
  format: EditFormat | 'auto',
  reply: string | Uint8Array,
  files: readonly EditFile[],
  rules: EditRules,
): AppliedEdits {
  let used: EditFormat | 'auto' = format;
  try {
    const text = readReply(reply);
    const known = knownPaths([...files.map((file) => file.path), ...rules.editable]);
    used = format === 'auto' ? detectFormat(text, known) : format;
    if (used === 'auto') {
      fail('no edit', 'The reply holds no edit: no SEARCH block, no diff, no named file, no rule.');
    }
    const draft = openDraft(files, rules);
    FORMATS[used].apply(text, draft, known);
    return { ok: true, files: draft.finish(), format: used };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure, format: used };
    throw error;
  }
}

function detectFormat(reply: Reply, known: KnownPaths): EditFormat | 'auto' {
  for (const [name, format] of Object.entries(FORMATS)) {
    if (format.detect(reply, known)) return name as EditFormat;
  }
  return 'auto';
}
