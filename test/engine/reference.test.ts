import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { exportsOf } from '../../docs/engine/exports.ts';
import { reference } from '../../docs/engine/reference.ts';
import * as engine from '../../engine/index.ts';

const all = exportsOf('index.ts');
const named = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe('the reference of the engine', () => {
  it('is what the docstrings say (node docs/engine/reference.ts writes it)', async () => {
    const file = new URL('../../docs/engine/reference.md', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(reference());
  });

  it('knows every name that the module gives', () => {
    const found = new Set(named(all));
    expect(Object.keys(engine).filter((name) => name !== 'ops' && !found.has(name))).toEqual([]);
  });

  it('every public name has a docstring, or is settings whose members all have one', () => {
    const silent = all.filter(
      ({ doc, members }) =>
        doc === '' && (members.length === 0 || members.some((member) => member.doc === '')),
    );
    expect(named(silent)).toEqual([]);
  });

  it('every function that is not one of plain numbers says what it refuses', () => {
    const functions = all.filter(({ kind, file }) => kind === 'function' && !file.startsWith('passes/'));
    expect(named(functions.filter(({ doc }) => !doc.includes('@throws')))).toEqual([]);
  });

  it('every setting says what it does', () => {
    const settings = all.filter(({ name }) => name.endsWith('Settings'));
    expect(settings.length).toBeGreaterThan(15);
    const silent = settings.filter(
      ({ members }) => members.length === 0 || members.some(({ doc }) => doc === ''),
    );
    expect(named(silent)).toEqual([]);
  });
});
