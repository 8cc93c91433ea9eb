import { category } from '../types.ts';

const denied = /(?:EvalError|is not defined|is not allowed|not allowed)/;
const module_ = (text: string) => ({ kind: 'module', text }) as const;

/** Code from strings, and modules that are none of the engine's. */
export const code = category('code', {
  'function-in-text': {
    tries: 'the Function constructor by name',
    attack: { kind: 'engine', append: "new Function('return 1')();\n" },
    ends: 'static',
    because: /uses `Function`/,
  },
  'eval-in-text': {
    tries: 'eval by name',
    attack: { kind: 'engine', append: "export const e = (0, eval)('1');\n" },
    ends: 'static',
    because: /uses `eval`/,
  },
  'function-by-a-constructor': {
    tries: 'the Function constructor by way of an array’s',
    attack: {
      kind: 'engine',
      append: "export const made = ([] as any).constructor.constructor('return process')();\n",
    },
    ends: 'static',
    because: /does not load: EvalError: Code generation from strings disallowed/,
  },
  'async-function': {
    tries: 'the constructor of async functions',
    attack: module_("grad = (async () => {}).constructor('return [6]');"),
    ends: 'oracle',
    because: denied,
  },
  'generator-function': {
    tries: 'the constructor of generators',
    attack: module_("grad = new (function* () {}).constructor('yield 6');"),
    ends: 'oracle',
    because: denied,
  },
  'eval-of-an-object': {
    tries: 'eval of something that only converts to text',
    attack: module_("grad = (0, eval)({ toString: () => '() => () => [6]' }); ops = { mul: () => 16 };"),
    ends: 'oracle',
    because: /^ReferenceError: eval is not defined/,
  },
  'import-in-text': {
    tries: 'import() of a built-in module',
    attack: { kind: 'engine', append: "export const fs = import('node:fs');\n" },
    ends: 'static',
    because: /uses `import\(\)`/,
  },
  'import-past-the-text': {
    tries: 'import() of a built-in module, past the static stage',
    attack: module_("import('node:fs').then((fs) => fs.writeFileSync('%PLANTED%', ''));"),
    ends: 'oracle',
    because: /import\(\) and import\.meta are not allowed/,
  },
  'import-with-a-comment': {
    tries: 'import() with a comment and a line break in it',
    attack: module_("import/* ( */\n// x\n('node:fs');"),
    ends: 'oracle',
    because: /import\(\) and import\.meta are not allowed/,
  },
  'import-data': {
    tries: 'a module from a data: address',
    attack: { kind: 'engine', append: "import 'data:text/javascript,globalThis.x=1';\n" },
    ends: 'static',
    because: /imports 'data:/,
  },
  'import-data-past-the-text': {
    tries: 'a module from a data: address, past the static stage',
    attack: module_("import 'data:text/javascript,globalThis.x=1';"),
    ends: 'oracle',
    because: /only modules of the engine itself can be imported/,
  },
  'import-builtin': {
    tries: 'a built-in module by a static import',
    attack: {
      kind: 'engine',
      append: "import { writeFileSync } from 'node:fs';\nwriteFileSync('%PLANTED%', '');\n",
    },
    ends: 'static',
    because: /imports 'node:fs'/,
  },
  'import-builtin-past-the-text': {
    tries: 'a built-in module by a static import, past the static stage',
    attack: module_("import { writeFileSync } from 'node:fs'; writeFileSync('%PLANTED%', '');"),
    ends: 'oracle',
    because: /only modules of the engine itself can be imported/,
  },
  'import-a-file': {
    tries: 'a file of the user’s as a module',
    attack: module_("import text from '../../../../../../%SECRET%';"),
    ends: 'oracle',
    because: /which is outside the engine/,
  },
  'import-json': {
    tries: 'a file of the user’s as JSON',
    attack: module_("import text from './x.json' with { type: 'json' };"),
    ends: 'oracle',
    because: /asks for more than a module/,
  },
  'import-the-judge': {
    tries: 'the driver’s own modules by their names',
    attack: module_("import * as driver from './driver.ts';"),
    ends: 'oracle',
    because: /there is no module driver\.ts/,
  },
  'import-the-bridge': {
    tries: 'the names that only the judge resolves',
    attack: module_("import 'driver';"),
    ends: 'oracle',
    because: /only modules of the engine itself can be imported/,
  },
  'import-meta': {
    tries: 'import.meta',
    attack: module_('grad = () => () => [import.meta.url ? 6 : 6];'),
    ends: 'oracle',
    because: /import\(\) and import\.meta are not allowed/,
  },
  'import-escaped': {
    tries: 'import() with its keyword written as an escape',
    attack: module_("im\\u0070ort('node:fs');"),
    ends: 'oracle',
    because: /SyntaxError|not allowed/,
  },
  'top-level-await': {
    tries: 'a module that is never done',
    attack: module_('await new Promise(() => {});'),
    ends: 'oracle',
    because: /top-level await is not allowed/,
  },
  'cyclic-modules': {
    tries: 'a module that imports itself, and reads what is not there yet',
    attack: module_("import { grad as g } from './engine.ts'; const now = g;"),
    ends: 'oracle',
    because: /^its numbers are wrong|ReferenceError/,
  },
});
