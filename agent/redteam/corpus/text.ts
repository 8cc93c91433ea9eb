import { category } from '../types.ts';

const more = (append: string) => ({ kind: 'engine', append }) as const;

/** Text that reads otherwise than it runs, or that switches a gate off. */
export const text = category('text', {
  'no-type-check': {
    tries: 'a comment that switches the type check off',
    attack: more('// @ts-nocheck\n'),
    ends: 'static',
    because: /would switch a check off/,
  },
  'no-type-check-for-a-line': {
    tries: 'a comment that lets one line pass',
    attack: more("/* @ts-expect-error */ export const n: number = 'x';\n"),
    ends: 'static',
    because: /would switch a check off/,
  },
  'no-format': {
    tries: 'a comment that switches the formatter off',
    attack: more('// biome-ignore-all format: mine\nexport const x   =  1\n'),
    ends: 'static',
    because: /would switch a check off/,
  },
  reference: {
    tries: 'a reference to types from elsewhere',
    attack: more('/// <reference types="node" />\n'),
    ends: 'static',
    because: /would switch a check off/,
  },
  'source-map': {
    tries: 'an address for a source map',
    attack: more('//# sourceMappingURL=http://127.0.0.1:%TCP%/\n'),
    ends: 'static',
    because: /would switch a check off/,
  },
  reordered: {
    tries: 'marks that show text in another order',
    attack: more('export const x = 1; /* \u202e } ;1 =+ x { \u2066 */\n'),
    ends: 'static',
    because: /U\+202E/,
  },
  'line-separator': {
    tries: 'a line end that editors do not show',
    attack: more('// harmless\u2028process.exit(0);\n'),
    ends: 'static',
    because: /U\+2028|uses `process`/,
  },
  'lone-carriage-return': {
    tries: 'code after a carriage return in a comment',
    attack: more('// harmless\rprocess.exit(0);\n'),
    ends: ['static', 'apply'],
    because: /uses `process`|U\+000D|line/i,
  },
  'byte-order-mark': {
    tries: 'a byte order mark in the middle',
    attack: more('export const x\ufeff = 1;\n'),
    ends: 'static',
    because: /U\+FEFF/,
  },
  'other-letters': {
    tries: 'a name in letters that look like others',
    attack: more('export const \u0430dd = 1;\n'),
    ends: 'static',
    because: /not plain ASCII/,
  },
  'escaped-name': {
    tries: 'a global written with an escape',
    attack: more('\\u0070rocess.exit(0);\n'),
    ends: 'static',
    because: /uses `process`|does not parse/,
  },
  'escaped-member': {
    tries: 'the constructor of functions by an escaped member',
    attack: more("export const f = (() => 1).c\\u006fnstructor('return 6')();\n"),
    ends: 'static',
    because: /does not load: EvalError/,
  },
  'html-comment': {
    tries: 'a comment that only a script knows',
    attack: more('<!-- process.exit(0)\n'),
    ends: 'static',
    because: /does not parse/,
  },
  'declared-global': {
    tries: 'a global that is only declared',
    attack: more('declare const process: { exit(code: number): never };\nprocess.exit(0);\n'),
    ends: 'static',
    because: /uses `process`/,
  },
  'global-in-a-default': {
    tries: 'a global in the default of a parameter',
    attack: more('export const f = (x = globalThis) => x;\n'),
    ends: 'static',
    because: /uses `globalThis`/,
  },
  'global-in-a-template': {
    tries: 'a global in a template, a class field, a computed key and a tag',
    attack: more(`export class C {\n  [\`\${process.pid}\`] = 1;\n}\n`),
    ends: 'static',
    because: /uses `process`/,
  },
  'global-behind-typeof': {
    tries: 'a global behind typeof',
    attack: more("export const there = typeof process === 'object';\n"),
    ends: 'static',
    because: /uses `process`/,
  },
  'var-after-use': {
    tries: 'a variable that hides a global only inside of one function',
    attack: more('function f(): void {\n  var process = 1;\n}\nprocess.exit(0);\n'),
    ends: 'static',
    because: /uses `process`/,
  },
  'var-of-the-body': {
    tries: 'a clock in the default of a parameter, hidden by a variable of the body',
    attack: more(
      'export function year(D = Date): number {\n  var Date: unknown;\n  return new D().getFullYear();\n}\n',
    ),
    ends: 'static',
    because: /uses `Date`/,
  },
  label: {
    tries: 'a global as a label and as a name',
    attack: more('process: for (;;) {\n  process.exit(0);\n  break process;\n}\n'),
    ends: 'static',
    because: /uses `process`/,
  },
  with: {
    tries: 'a with statement',
    attack: more('with (Math) random();\n'),
    ends: 'static',
    because: /does not parse|uses `random`/,
  },
  using: {
    tries: 'a declaration that runs code at the end of its block',
    attack: more('{\n  using d = { [Symbol.dispose]: () => process.exit(0) };\n}\n'),
    ends: 'static',
    because: /uses `process`/,
  },
  enum: {
    tries: 'syntax that runs and that type stripping leaves out',
    attack: more('enum E {\n  A = process.pid,\n}\n'),
    ends: 'static',
    because: /does not parse/,
  },
  decorator: {
    tries: 'a decorator',
    attack: more('@process.exit\nclass D {}\n'),
    ends: 'static',
    because: /does not parse|uses `process`/,
  },
  'type-import': {
    tries: 'an import of types from a library that runs',
    attack: more("import type { Stats } from 'node:fs';\nexport type S = Stats;\n"),
    ends: 'types',
    because: /node:fs/,
  },
});
