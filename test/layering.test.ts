import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Left to right: a file imports only from its own layer's folder or from layers to the right. */
const layers: readonly (readonly string[])[] = [
  ['cli'],
  ['actions'],
  ['review'],
  ['host'],
  ['programs'],
  ['kernel', 'redteam'],
  ['models', 'workspace', 'judge'],
  ['targets'],
  ['checks'],
  ['base'],
];

const rank = new Map(layers.flatMap((names, i) => names.map((name) => [name, i] as const)));

function sources(dir: string): string[] {
  return readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(dir, name));
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly spec: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specs = [...text.matchAll(/(?<!')\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return specs.map((spec) => ({
    from: file,
    spec,
    to: spec.startsWith('.') ? relative(root, resolve(root, dirname(file), spec)) : spec,
  }));
}

const folderOf = (file: string) => /^agent\/([^/]+)\//.exec(file)?.[1];

describe('the arrows of the architecture point one way', () => {
  const all = sources('agent').flatMap(importsOf);

  it('every folder of agent/ has its place', () => {
    const folders = readdirSync(join(root, 'agent'));
    expect(folders.filter((name) => !rank.has(name))).toEqual([]);
  });

  it('a file imports from its own folder or from further right', () => {
    const wrong = all.filter(({ from, to }) => {
      const [a, b] = [folderOf(from), folderOf(to)];
      if (a === undefined || b === undefined || a === b) return false;
      const [left, right] = [rank.get(a) ?? -1, rank.get(b) ?? -1];
      if (right > left) return false;
      return !(right === left && to.endsWith('/types.ts'));
    });
    expect(wrong).toEqual([]);
  });

  it('agent/ reaches engine/ nowhere: what is judged is loaded as data', () => {
    expect(all.filter(({ to }) => to.startsWith('engine/'))).toEqual([]);
  });

  it('engine/ imports nothing but itself', () => {
    const outside = sources('engine')
      .flatMap(importsOf)
      .filter(({ to }) => !to.startsWith('engine/'));
    expect(outside).toEqual([]);
  });

  it('inside engine/ a folder imports from further down', () => {
    const order = [
      ['visualise'],
      ['transform'],
      ['backend', 'ops'],
      ['passes', 'primitives'],
      ['elementwise'],
      ['structural'],
      ['kernels'],
      ['core', 'numeric'],
    ];
    const folder = (file: string) => file.split('/')[1] ?? '';
    const place = (file: string) => order.findIndex((names) => names.includes(folder(file)));
    // The list of primitives is the table's keys: core/program.ts takes that one type from above.
    const wrong = sources('engine')
      .flatMap(importsOf)
      .filter(({ from, to }) => place(from) >= 0 && folder(from) !== folder(to) && place(to) <= place(from))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(wrong).toEqual(['engine/core/program.ts → engine/elementwise/table.ts']);
  });
});

describe('programs take time, randomness, files and network only through syscalls', () => {
  const banned: readonly [RegExp, string][] = [
    [/\bDate\b(?!\w)/, 'the clock'],
    [/\bperformance\b/, 'the clock'],
    [/\bMath\.random\b/, 'randomness'],
    [/\bcrypto\b/, 'randomness'],
    [/\bfetch\s*\(/, 'the network'],
    [/\bprocess\b/, 'the process'],
    [/\bset(Timeout|Interval|Immediate)\b/, 'a timer'],
    [/\basync\b|\bawait\b|\bPromise\b/, 'asynchrony'],
    [/from 'node:/, 'a Node module'],
  ];
  for (const file of sources('agent/programs')) {
    it(file, () => {
      const code = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(banned.filter(([pattern]) => pattern.test(code)).map(([, what]) => what)).toEqual([]);
    });
  }
});

describe('the project speaks of itself only', () => {
  it('no absolute path of a machine and no registry address in tracked text', () => {
    const tracked = sources('agent').concat(sources('engine'), sources('test'), sources('bench'));
    const wrong = tracked.filter((file) =>
      /(^|[^\w.])\/(?:work|root|home\/\w+)\/|registry\.npmjs|pypi\.org/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(wrong.filter((file) => !file.endsWith('layering.test.ts'))).toEqual([]);
  });
});
