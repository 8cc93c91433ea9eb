import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../agent/workspace/edits/index.ts';
import { file } from './random-edits.ts';

const files = [
  file('engine.ts', 'a\n'),
  file('contract.ts', 'a\n'),
  file('src/Known.ts', 'a\n'),
  file('src/link.ts', '../contract.ts', '120000'),
  file('src/module', '0123456789012345678901234567890123456789', '160000'),
  file('src/deep/file.ts', 'a\n'),
];
const rules = { editable: ['engine.ts', 'src/', 'contract.ts'], pinned: ['contract.ts', 'src/deep/'] };

const inSearchReplace = (path: string) => `\`${path}\`\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n`;
const inDiff = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
const inWholeFile = (path: string) => `\`${path}\`\n\`\`\`\nx\n\`\`\`\n`;

describe.each([
  ['absolute', '/etc/passwd.ts'],
  ['absolute to the file itself', '/engine.ts'],
  ['upwards', '../engine.ts'],
  ['upwards and back', 'src/../engine.ts'],
  ['upwards out of an editable folder', 'src/../../x.ts'],
  ['a dot inside', 'src/./x.ts'],
  ['an empty component', 'src//x.ts'],
  ['the folder itself', 'src/'],
  ['another case', 'Engine.ts'],
  ['another case of a known file', 'src/known.ts'],
  ['another case of a known folder', 'src/Deep/x.ts'],
  ['a look-alike letter', '\u0435ngine.ts'],
  ['a letter of another width', '\uff45ngine.ts'],
  ['a decomposed letter', 'src/e\u0301.ts'],
  ['an invisible character', 'src/x\u200b.ts'],
  ['a link', 'src/link.ts'],
  ['below a link', 'src/link.ts/x.ts'],
  ['a submodule', 'src/module'],
  ['below a submodule', 'src/module/x.ts'],
  ['below a file', 'src/Known.ts/x.ts'],
  ['the name of a folder', 'src/deep'],
  ['git’s own folder', 'src/.git/config.ts'],
  ['git’s own folder in another case', 'src/.GIT/hooks/x.ts'],
  ['git’s own folder by its short name', 'src/GIT~1/x.ts'],
  ['a trailing dot', 'engine.ts.'],
  ['a trailing space', 'engine.ts '],
  ['a trailing dot in a folder', 'src/x./y.ts'],
  ['a Windows separator', 'src\\x.ts'],
  ['a Windows drive', 'C:/x.ts'],
  ['a Windows stream', 'src/x.ts:y.ts'],
  ['a Windows device', 'src/con.ts'],
  ['a control character', 'src/x\u0007.ts'],
  ['a name of three hundred characters', `src/${'x'.repeat(300)}.ts`],
  ['pinned', 'contract.ts'],
  ['below a pinned folder', 'src/deep/file.ts'],
  ['not listed', 'package.json'],
])('a path is refused: %s', (_, path) => {
  it.each([
    ['SEARCH/REPLACE', inSearchReplace],
    ['a diff', inDiff],
    ['a whole file', inWholeFile],
  ])('in %s', (_, reply) => {
    const result = applyEdits('auto', reply(path), files, rules);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'outside the editable paths' } });
  });
});

describe('a path is taken', () => {
  it.each(['engine.ts', 'src/Known.ts', 'src/new.ts', 'src/naïve.ts', 'src/a b.ts', 'src/new/x.ts'])(
    '%s',
    (path) => {
      const result = applyEdits('auto', inWholeFile(path), files, rules);
      expect(result).toMatchObject({ ok: true, files: [{ path }] });
    },
  );

  it('in git’s quotes', () => {
    const reply = '--- /dev/null\n+++ "b/src/na\\303\\257ve.ts"\n@@ -0,0 +1 @@\n+x\n';
    expect(applyEdits('auto', reply, files, rules)).toMatchObject({
      ok: true,
      files: [{ path: 'src/naïve.ts' }],
    });
  });
});

describe('what a refusal says', () => {
  const message = (path: string) => {
    const result = applyEdits('auto', inWholeFile(path), files, { editable: ['engine.ts'] });
    return result.ok ? '' : result.failure.message;
  };

  it('spells out characters that pass for others', () => {
    expect(message('\u0435ngine.ts')).toBe(
      '"\\u{435}ngine.ts" is outside the editable paths; editable: engine.ts.',
    );
  });

  it('points to the name that was probably meant', () => {
    expect(message('Engine.ts')).toBe(
      '"Engine.ts" is not engine.ts, though it looks like it; editable: engine.ts.',
    );
  });

  it('refuses two new files that one file system takes for one', () => {
    const result = applyEdits('auto', inWholeFile('src/x.ts') + inWholeFile('src/X.ts'), files, rules);
    expect(result).toMatchObject({
      ok: false,
      failure: { reason: 'outside the editable paths', path: 'src/X.ts' },
    });
  });
});
