import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../agent/judge/limits.ts';
import { moduleFacts } from '../../agent/judge/scope.ts';
import { changeReasons, linkModules } from '../../agent/judge/static.ts';
import { looseTree } from '../../agent/judge/tree.ts';
import type { FrozenFile } from '../../agent/judge/types.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import { contract, file, seed, tree } from './engines.ts';

const base = tree(seed);

/** Everything that the static stage says of a candidate. */
function reasons(files: readonly FrozenFile[], from = base): string {
  const candidate = looseTree(files);
  return [
    ...changeReasons(from, candidate, engineTarget, DEFAULT_LIMITS),
    ...linkModules(candidate, engineTarget).reasons,
  ].join('\n');
}

const engine = (text: string): FrozenFile[] => [file('engine.ts', text), file('contract.ts', contract)];
const plus = (text: string): FrozenFile[] => engine(`${seed}${text}\n`);

test('a change of an editable file, and a new module that it imports, are fine', () => {
  expect(reasons(plus('export const two = 2;'))).toBe('');
  const split = engine(`import { two } from './engine/two.ts';\n${seed}\nexport const four = two * two;\n`);
  expect(reasons([...split, file('engine/two.ts', 'export const two = 2;\n')])).toBe('');
});

describe('paths and kinds', () => {
  test.each<[string, FrozenFile[], RegExp]>([
    [
      'the contract',
      [file('engine.ts', seed), file('contract.ts', `${contract}\n`)],
      /contract\.ts is pinned/,
    ],
    ['no contract', [file('engine.ts', seed)], /contract\.ts is pinned and may not be removed/],
    ['no engine', [file('contract.ts', contract)], /engine\.ts, the engine's main module, is missing/],
    ['a new file elsewhere', [...engine(seed), file('package.json', '{}')], /package\.json was added; only/],
    [
      'the executable bit',
      [file('engine.ts', seed, '100755'), file('contract.ts', contract)],
      /mode of engine\.ts/,
    ],
    ['an executable file', [...engine(seed), file('engine/x.ts', '', '100755')], /has mode 100755/],
    [
      'a link',
      [file('engine.ts', '/etc/passwd', '120000'), file('contract.ts', contract)],
      /engine\.ts is a link/,
    ],
    ['a submodule', [...engine(seed), file('engine/sub', 'a'.repeat(40), '160000')], /is a submodule/],
    ['a path that leads out', [...engine(seed), file('engine/../../x.ts', '')], /leads out of the tree/],
    ['a path of git’s', [...engine(seed), file('engine/.git/config', '')], /not a plain path/],
    [
      'a name that differs by case',
      [...engine(seed), file('engine/a.ts', ''), file('engine/A.ts', '')],
      /one file on/,
    ],
    ['a look-alike name', [...engine(seed), file('engine/аrray.ts', '')], /not a plain path/],
    ['a twin of the entry', [...engine(seed), file('ENGINE.ts', seed)], /ENGINE\.ts was added/],
    ['one path twice', [...engine(seed), file('engine.ts', `${seed}\n`)], /One path occurs twice/],
    ['a large file', engine(`${seed}//${'x'.repeat(300_000)}`), /at most 262144/],
    [
      'many files',
      [...engine(seed), ...Array.from({ length: 40 }, (_, i) => file(`engine/m${i}.ts`, ''))],
      /40 files were added/,
    ],
  ])('%s is refused', (_name, files, reason) => {
    expect(reasons(files)).toMatch(reason);
  });

  test('a path that leads out is refused even where the base has it, for trees are written to folders', () => {
    const out = [file('engine/../../x.ts', 'export {};\n')];
    expect(reasons([...engine(seed), ...out], tree(seed, out))).toMatch(/leads out of the tree/);
  });

  test('what the base holds already may stay, however it is named', () => {
    const odd = [
      file('Read Me', 'x'),
      file('read me', 'y'),
      file('bin/run', '#!', '100755'),
      file('l', 'x', '120000'),
    ];
    expect(reasons([...plus(''), ...odd], tree(seed, odd))).toBe('');
  });
});

describe('text', () => {
  test.each<[string, string, RegExp]>([
    ['a host object', 'process.exit(0);', /uses `process`/],
    ['the global object', 'globalThis.x = 1;', /uses `globalThis`/],
    ['a constructor of code', 'new Function("return 1")();', /uses `Function`/],
    ['the clock', 'export const t = Date.now();', /uses `Date`/],
    ['chance', 'export const r = Math.random();', /uses `Math\.random`/],
    ['an import at run time', "export const m = import('./contract.ts');", /uses `import\(\)`/],
    ['import.meta', 'export const u = import.meta.url;', /uses `import\.meta`/],
    ['a bare import', "import 'node:fs';", /imports 'node:fs'/],
    ['an import of nothing', "import './nothing.ts';", /imports '\.\/nothing\.ts'/],
    ['an import from outside', "import '../../x.ts';", /imports '\.\.\/\.\.\/x\.ts'/],
    ['a re-export', "export * from 'node:os';", /imports 'node:os'/],
    ['a comment against the type check', '// @ts-nocheck', /would switch a check off/],
    ['a comment against the formatter', '// biome-ignore format: mine', /would switch a check off/],
    ['a reference', '/// <reference path="x" />', /would switch a check off/],
    ['a mark that reorders text', '// \u202e evil', /U\+202E/],
    ['a name in other letters', 'export const аdd = 1;', /not plain ASCII/],
    ['an enum', 'enum E { A }', /does not parse/],
    ['no syntax', 'const = 3;', /does not parse/],
    ['await at the top', 'await 1;', /uses `await`/],
  ])('%s is refused', (_name, text, reason) => {
    expect(reasons(plus(text))).toMatch(reason);
  });

  test.each(['const = 3;', 'let x = [1,\n2;', 'const s = "', 'enum E { A }', 'let twice = 1, twice = 2;'])(
    'that does not parse is told with its line: %s',
    (text) => {
      const line = seed.split('\n').length + text.split('\n').length;
      expect(reasons([...engine(`${seed}\n${text}`)])).toMatch(`engine.ts does not parse: line ${line}: `);
    },
  );

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(`${seed}// `), Buffer.from([0xff, 0xfe])]);
    expect(reasons([{ path: 'engine.ts', mode: '100644', bytes }, file('contract.ts', contract)])).toMatch(
      /not UTF-8/,
    );
  });

  test('text nested so deep that no parser has the stack for it', () => {
    const deep = `export const x = ${'['.repeat(50_000)}${']'.repeat(50_000)};`;
    expect(reasons(plus(deep))).toMatch(/does not parse/);
  });
});

describe('free variables', () => {
  test.each<[string, string[]]>([
    ['const f = (a, { b, c: [d] = [e] }, ...rest) => a + b + d + rest.length; f();', ['e']],
    ['use(); function use() { return later; } var later = 1;', []],
    ['{ let inner = 1; inner; } inner;', ['inner']],
    ['if (true) { var hoisted = 1; } hoisted;', []],
    ['for (const i of [1]) i; i;', ['i']],
    ['try { x; } catch ({ message }) { message; }', ['x']],
    ['class A extends B { #p = q; static { s; } [k]() { return this.#p + A.name; } }', ['B', 'q', 's', 'k']],
    ['outer: for (;;) { break outer; }', []],
    ['const o = { key: 1, short, method() { return arguments; }, get g() { return o.key; } };', ['short']],
    ['const g = function named() { return named; }; named;', ['named']],
    ['switch (v) { case 1: let w; w; } w;', ['v', 'w']],
    ['export { a as b }; const a = 1; export default c;', ['c']],
    [`const t = \`\${u}\`; t?.[v2]; typeof nowhere;`, ['u', 'v2', 'nowhere']],
    ['(x, y = x, z = q1) => [x, y, z];', ['q1']],
  ])('%s', (text, free) => {
    expect(moduleFacts(text).free.map((f) => f.name)).toEqual(free);
  });

  test('a name is free exactly where no declaration of it is in reach', () => {
    const wrap = (inner: string, how: number): string =>
      [
        `(() => { ${inner} })();`,
        `{ ${inner} }`,
        `function f${how}() { ${inner} }`,
        `try { ${inner} } catch {}`,
      ][how]!;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), fc.nat(4), (wraps, depth) => {
        const at = Math.min(depth, wraps.length);
        // The use is innermost; the declaration stands `at` wrappers further out.
        let text = 'v;';
        wraps.forEach((how, i) => {
          text = wrap(i === at ? `const v = 1; ${text}` : text, how);
        });
        if (at === wraps.length) text = `const v = 1; ${text}`;
        expect(moduleFacts(text).free).toEqual([]);
        expect(moduleFacts(text.replace('const v = 1; ', '')).free.map((f) => f.name)).toEqual(['v']);
      }),
    );
  });
});
