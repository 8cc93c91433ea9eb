import { category, type PlantedFile } from '../types.ts';

const tree = (...files: readonly PlantedFile[]) => ({ kind: 'tree', files }) as const;
const file = (path: string, text = '', mode?: string): PlantedFile => ({
  path,
  text,
  ...(mode ? { mode } : {}),
});

/** Trees that no edit format makes: what a tree may hold beside the engine. */
export const trees = category('tree', {
  contract: {
    tries: 'a contract of its own',
    attack: tree(file('contract.ts', 'export type Value = any;\n')),
    ends: 'static',
    because: /^contract\.ts is pinned; its bytes must stay as they are/,
  },
  'executable-contract': {
    tries: 'the pinned contract with the executable bit',
    attack: tree(file('contract.ts', '', '100755')),
    ends: 'static',
    because: /^contract\.ts is pinned/,
  },
  'goals-and-tests': {
    tries: 'goals and tests of its own',
    attack: tree(
      file('agent/targets/engine/goals.ts', 'export const goals = [];\n'),
      file('test/judge.test.ts', ''),
    ),
    ends: 'static',
    because: /was added; only engine\.ts, engine\/ may change/,
  },
  'format-settings': {
    tries: 'format settings that take its text as it is',
    attack: tree(file('biome.json', '{ "formatter": { "lineWidth": 320 } }')),
    ends: 'static',
    because: /^biome\.json was added; only/,
  },
  'compiler-settings': {
    tries: 'compiler settings',
    attack: tree(file('engine/tsconfig.json', '{ "compilerOptions": { "strict": false } }')),
    ends: 'static',
    because: /^engine\/tsconfig\.json was added; an engine is made of \.ts files/,
  },
  'package-settings': {
    tries: 'a package that changes how everybody reads the engine',
    attack: tree(file('engine/package.json', '{ "type": "commonjs" }')),
    ends: 'static',
    because: /^engine\/package\.json was added; an engine is made of \.ts files/,
  },
  'package-of-the-workspace': {
    tries: 'a script that runs when the user installs',
    attack: tree(file('package.json', '{ "scripts": { "postinstall": "%EVIL%" } }')),
    ends: 'static',
    because: /^package\.json was changed; only/,
  },
  ci: {
    tries: 'a job for the user’s build server',
    attack: tree(file('.github/workflows/x.yml', 'on: push\n')),
    ends: 'static',
    because: /not a plain path/,
  },
  attributes: {
    tries: 'attributes that run a filter and change line ends',
    attack: tree(file('.gitattributes', '* filter=evil text eol=crlf ident\n')),
    ends: 'static',
    because: /"\.gitattributes" is not a plain path/,
  },
  'attributes-below': {
    tries: 'attributes in the engine’s folder',
    attack: tree(file('engine/.gitattributes', '* merge=evil export-subst\n')),
    ends: 'static',
    because: /"engine\/\.gitattributes" is not a plain path/,
  },
  modules: {
    tries: 'a submodule with an address that is a command',
    attack: tree(
      file('.gitmodules', '[submodule "x"]\n\tpath = engine/x\n\turl = ext::%EVIL%\n'),
      file('engine/x', 'a'.repeat(40), '160000'),
    ),
    ends: 'static',
    because: /not a plain path|is a submodule/,
  },
  submodule: {
    tries: 'a submodule in the engine’s folder',
    attack: tree(file('engine/x', 'a'.repeat(40), '160000')),
    ends: 'static',
    because: /engine\/x is a submodule/,
  },
  'link-to-a-secret': {
    tries: 'a link to a secret in the engine’s folder',
    attack: tree(file('engine/x.ts', '%SECRET%', '120000')),
    ends: 'static',
    because: /engine\/x\.ts is a link/,
  },
  'engine-as-a-link': {
    tries: 'a link in the engine’s place',
    attack: tree(file('engine.ts', 'contract.ts', '120000')),
    ends: 'static',
    because: /engine\.ts is a link/,
  },
  'link-to-a-folder': {
    tries: 'a link to the folder above in place of the engine’s folder',
    attack: tree(file('engine', '..', '120000')),
    ends: 'static',
    because: /was added; only/,
  },
  'executable-engine': {
    tries: 'the executable bit on the engine',
    attack: { kind: 'tree', files: [file('engine.ts', '#!%EVIL%\n', '100755')] },
    ends: 'static',
    because: /^The mode of engine\.ts changed from 100644 to 100755/,
  },
  'executable-module': {
    tries: 'a new module with the executable bit',
    attack: tree(file('engine/x.ts', 'export {};\n', '100755')),
    ends: 'static',
    because: /engine\/x\.ts has mode 100755/,
  },
  'case-twins': {
    tries: 'two modules that one file system takes for one',
    attack: tree(file('engine/a.ts', 'export {};\n'), file('engine/A.ts', 'export {};\n')),
    ends: 'static',
    because: /are one file on some systems/,
  },
  'twin-of-the-engine': {
    tries: 'a twin of the engine in other letters',
    attack: tree(file('Engine.ts', 'export {};\n')),
    ends: 'static',
    because: /Engine\.ts was added; only/,
  },
  'look-alike': {
    tries: 'a name with a Cyrillic letter',
    attack: tree(file('engine/\u0430rray.ts', 'export {};\n')),
    ends: 'static',
    because: /not a plain path/,
  },
  'invisible-name': {
    tries: 'a name with an invisible character',
    attack: tree(file('engine/x\u200b.ts', 'export {};\n')),
    ends: 'static',
    because: /not a plain path/,
  },
  'git-folder': {
    tries: 'a hook in a folder that is git’s own on some systems',
    attack: tree(file('engine/GIT~1/hooks/post-checkout', '#!/bin/sh\n', '100755')),
    ends: ['static', 'apply'],
    because: /not a plain path|GIT~1/i,
  },
  'module-twin-in-javascript': {
    tries: 'a JavaScript module that a bundler takes for the TypeScript one',
    attack: tree(file('engine.js', 'export {};\n'), file('engine/engine.ts.js', '')),
    ends: 'static',
    because: /engine\.js was added; only/,
  },
  'many-files': {
    tries: 'forty files',
    attack: tree(...Array.from({ length: 40 }, (_, i) => file(`engine/m${i}.ts`, 'export {};\n'))),
    ends: 'static',
    because: /40 files were added/,
  },
  'not-utf8': {
    tries: 'text that is no UTF-8',
    attack: tree(file('engine/x.ts', '// \u00ff\u00fe\n')),
    ends: 'static',
    because: /engine\/x\.ts is not UTF-8/,
  },
  'a-missing-engine': {
    tries: 'an engine that is empty',
    attack: tree(file('engine.ts', '')),
    ends: 'static',
    because: /does not load: .*exports no `ops`/,
  },
});
