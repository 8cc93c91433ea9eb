import { readFileSync } from 'node:fs';
import { version } from 'acorn';
import { type Json, sha256 } from '../base/json.ts';
import { type Kept, keptValue } from '../base/kept.ts';
import type { ReadModule } from './modules.ts';

/** Modules as they were read by earlier processes, by their bytes. */
export interface ModuleLibrary {
  read(bytes: Uint8Array, parse: () => ReadModule | string): ReadModule | string;
  /** Keeps what was read since it was opened, if that is much: one changed module is not worth a file. */
  save(): void;
}

/** New modules from which on they are kept. */
const MUCH = 16;

type Entries = Readonly<Record<string, ReadModule>>;

let opened: { readonly kept: Kept; readonly entries: Entries } | undefined;

/** For trees of many modules: to strip and parse a hundred takes longer than to judge one rule. */
export function openModuleLibrary(): ModuleLibrary {
  opened ??= open();
  const { kept, entries } = opened;
  const used: Record<string, ReadModule> = {};
  let fresh = 0;
  return {
    read(bytes, parse) {
      const name = sha256(bytes);
      const known = entries[name];
      const result = known ?? parse();
      if (typeof result === 'string') return result;
      if (known === undefined) fresh++;
      used[name] = result;
      return result;
    },
    save() {
      if (fresh < MUCH) return;
      opened = { kept, entries: used };
      kept.save(used as unknown as Json);
    },
  };
}

/** What is said of a module follows from these two files, the parser and Node's type stripper. */
function open(): NonNullable<typeof opened> {
  const kept = keptValue('modules', {
    acorn: version,
    sources: ['modules', 'scope'].map((name) =>
      readFileSync(new URL(import.meta.url.replace('module-library', name)), 'utf8'),
    ),
  });
  return { kept, entries: (kept.load() ?? {}) as unknown as Entries };
}
