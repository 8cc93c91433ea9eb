import type { EditFile } from '../types.ts';
import { fail, shownName } from './refusal.ts';

/** What a proposal may change: exact paths, or folders ending in `/`. */
export interface EditRules {
  readonly editable: readonly string[];
  /** Paths that must stay as they are, even below an editable folder. */
  readonly pinned?: readonly string[];
  /** The editable module that rules are written into. */
  readonly table?: string;
  /** The module that says what a judge builds on. */
  readonly contract?: string;
}

/**
 * Lets a path through only if it is, byte for byte, an editable path, or a plain new or known name below
 * an editable folder. Nothing is normalised: what looks like an editable path and is not, is refused.
 * @returns a function that throws Refusal `outside the editable paths`
 */
export function pathChecker(files: readonly EditFile[], rules: EditRules): (path: string) => void {
  const modes = new Map(files.map((file) => [file.path, file.mode]));
  /** Folded names of files and folders, and how they are written. */
  const taken = new Map<string, string>();
  const take = (path: string) => {
    taken.set(folded(path), path);
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at + 1);
      taken.set(folded(folder), folder);
    }
  };
  for (const { path } of files) take(path);

  return (path) => {
    const refuse = (why: string): never =>
      fail(
        'outside the editable paths',
        `${shownName(path)} ${why}; editable: ${rules.editable.slice(0, 20).join(', ')}.`,
        path,
      );
    const mode = modes.get(path);
    if (mode !== undefined && !isRegular(mode)) refuse(mode === '120000' ? 'is a link' : 'is a submodule');
    if (!isEditable(path, rules)) refuse(whyNot(path, rules));
    if (mode !== undefined) return;
    const other = taken.get(folded(path));
    if (other !== undefined && other !== path)
      refuse(`differs from ${shownName(other)} only in how it is written`);
    if (taken.has(`${folded(path)}/`)) refuse('is a folder');
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at + 1);
      const asFile = taken.get(folded(path.slice(0, at)));
      if (asFile !== undefined) refuse(`is below ${shownName(asFile)}, which is no folder`);
      const asFolder = taken.get(folded(folder));
      if (asFolder !== undefined && asFolder !== folder) {
        refuse(`differs from ${shownName(asFolder)} only in how it is written`);
      }
    }
    take(path);
  };
}

export function isRegular(mode: string): boolean {
  return mode === '100644' || mode === '100755';
}

/** True for exact editable paths, and for names below editable folders that are safe on every system. */
export function isEditable(path: string, rules: EditRules): boolean {
  if (rules.pinned?.some((pin) => pin === path || (pin.endsWith('/') && path.startsWith(pin)))) return false;
  if (rules.editable.includes(path)) return !path.endsWith('/');
  const folder = rules.editable.find((name) => name.endsWith('/') && path.startsWith(name));
  return folder !== undefined && isSafeName(path.slice(folder.length));
}

/**
 * No component that leads elsewhere on some system: empty, `.`, `..`, `.git` in any disguise, ends in a
 * dot or a space, holds a separator, a control character or a character that file systems normalise away.
 */
export function isSafeName(path: string): boolean {
  if (path.length > 1024 || path !== path.normalize('NFC') || !path.isWellFormed()) return false;
  return path
    .split('/')
    .every(
      (part) =>
        part !== '' &&
        part.length <= 200 &&
        !/[. ]$/.test(part) &&
        !/^ /.test(part) &&
        !/[\\:*?"<>|\x00-\x1f\x7f-\x9f]/.test(part) &&
        !/\p{Default_Ignorable_Code_Point}/u.test(part) &&
        !/^(?:\.git|git~\d+)$/i.test(part.normalize('NFKC')) &&
        !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part),
    );
}

function whyNot(path: string, rules: EditRules): string {
  const plain = path.replace(/^(?:\.?[/\\])+/, '').replace(/[. ]+$/, '');
  const near = rules.editable.find((name) => folded(name) === folded(plain));
  return near === undefined ? 'is outside the editable paths' : `is not ${near}, though it looks like it`;
}

/** Equal for names that some file system takes for one and the same. */
export function folded(path: string): string {
  return path.replaceAll('\\', '/').normalize('NFKC').toLowerCase();
}
