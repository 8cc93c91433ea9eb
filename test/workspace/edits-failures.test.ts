import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../agent/workspace/edits/index.ts';
import type { ApplyFailure, EditFormat } from '../../agent/workspace/types.ts';
import { file } from './random-edits.ts';

const rules = { editable: ['engine.ts'] };
const engine = file('engine.ts', 'const a = 1;\nconst b = 2;\n}\nconst c = 3;\n}\n');

const block = (search: string, replace: string, path = 'engine.ts') =>
  `${path}\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;

function failure(reply: string | Uint8Array, format: EditFormat | 'auto' = 'auto'): ApplyFailure {
  const result = applyEdits(format, reply, [engine], rules);
  if (result.ok) throw new Error('it was applied');
  return result.failure;
}

function applied(reply: string, format: EditFormat | 'auto' = 'auto'): string {
  const result = applyEdits(format, reply, [engine], rules);
  if (!result.ok) throw new Error(result.failure.message);
  return Buffer.from(result.files[0]!.bytes).toString();
}

describe('a reply without an edit', () => {
  it.each([
    ['empty', ''],
    ['blank', ' \n\t\n'],
    ['prose', 'I would add a row to the table.\n\n```ts\nconst x = 1;\n```\n'],
  ])('%s: no edit', (_, reply) => {
    expect(failure(reply)).toMatchObject({ reason: 'no edit', path: null });
  });

  it.each<EditFormat>(['search-replace', 'unified-diff', 'whole-file', 'rule'])(
    '%s asked for, nothing there',
    (format) => {
      expect(failure('I do not know.', format).reason).toBe('no edit');
    },
  );

  it('too long: refused unread', () => {
    const huge = `${block('const a = 1;\n', 'x\n')}${'word '.repeat(2_200_000)}`;
    expect(failure(huge)).toMatchObject({
      reason: 'malformed',
      message: expect.stringContaining('10.5 MiB'),
    });
  });

  it('not UTF-8, as bytes or as a lone surrogate', () => {
    const bytes = Buffer.concat([Buffer.from(block('const a = 1;\n', 'x')), Buffer.from([0xff])]);
    expect(failure(bytes)).toMatchObject({ reason: 'malformed', message: 'The reply is not valid UTF-8.' });
    expect(failure(`${block('const a = 1;\n', '\ud800\n')}`).reason).toBe('malformed');
  });
});

describe('SEARCH/REPLACE', () => {
  it('applies blocks one after another, the file named once', () => {
    const reply = `${block('const a = 1;\n', 'const a = 9;\n')}\nand\n\n<<<<<<< SEARCH\nconst a = 9;\nconst b = 2;\n=======\nconst ab = 11;\n>>>>>>> REPLACE`;
    expect(applied(reply)).toBe('const ab = 11;\n}\nconst c = 3;\n}\n');
  });

  it.each([
    ['bold', '**engine.ts**'],
    ['code', '### `engine.ts`:'],
    ['label', 'File: ./engine.ts'],
    ['inside the fence', '```ts\n// engine.ts'],
    ['before the fence', 'engine.ts\n\n```typescript'],
    ['none: only one file is editable', 'Change `a` as follows:'],
  ])('takes the path: %s', (_, line) => {
    expect(applied(block('const a = 1;\n', '', line))).toMatch(/^const b/);
  });

  it('names the nearest lines and what differs', () => {
    expect(failure(block('const b = 2;\n}\nconst c = 4;\n', 'x\n'))).toEqual({
      reason: 'not found',
      path: 'engine.ts',
      message:
        'The SEARCH at line 2 of the reply is not in engine.ts: the nearest are lines 2-4, where line 4 reads "const c = 3;", not "const c = 4;".',
    });
    expect(failure(block('  const a = 1;\n', 'x\n')).message).toContain('(they differ in white space)');
    expect(failure(block('const a = 1\n', 'x\n')).message).toContain('line 1 reads "const a = 1;"');
    expect(failure(block('zzz\n', 'x\n')).message).toContain('nothing in the file comes near it');
  });

  it('says when only line endings differ', () => {
    const mixed = file('engine.ts', 'a\r\nb\nc\r\n');
    const result = applyEdits('auto', block('a\nb\n', 'x\n'), [mixed], rules);
    expect(result.ok ? '' : result.failure.message).toContain('(they differ in their line endings)');
  });

  it('refuses two places, and says which', () => {
    expect(failure(block('}\n', 'x\n'))).toMatchObject({
      reason: 'ambiguous',
      message: expect.stringContaining('at line 3 and again at line 5'),
    });
    expect(failure(block('', 'x\n')).reason).toBe('ambiguous');
  });

  it('refuses the whole reply when one block fails', () => {
    const reply = block('const a = 1;\n', 'x\n') + block('nowhere\n', 'y\n');
    expect(failure(reply).reason).toBe('not found');
  });

  it('refuses an edit that changes nothing', () => {
    expect(failure(block('}\nconst c = 3;\n', '}\nconst c = 3;\n'))).toMatchObject({
      reason: 'no change',
      path: 'engine.ts',
    });
  });

  it.each([
    ['cut off', 'engine.ts\n<<<<<<< SEARCH\nconst a = 1;\n=======\nconst a'],
    ['no divider', 'engine.ts\n<<<<<<< SEARCH\nconst a = 1;\n>>>>>>> REPLACE\n'],
    ['two dividers', block('const a = 1;\n', 'x\n=======\ny\n')],
    ['a block in a block', `engine.ts\n<<<<<<< SEARCH\nconst a = 1;\n${block('x\n', 'y\n')}`],
    ['markers of different lengths', 'engine.ts\n<<<<<<< SEARCH\nconst a = 1;\n======\nx\n>>>>>>> REPLACE\n'],
    ['more blocks than anyone reads', block('a\n', 'b\n').repeat(501)],
  ])('malformed: %s', (_, reply) => {
    expect(failure(reply).reason).toBe('malformed');
  });

  it('needs a path where several files are editable', () => {
    const result = applyEdits('auto', block('const a = 1;\n', 'x\n', 'Here:'), [engine], {
      editable: ['engine.ts', 'ops/'],
    });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'malformed' } });
  });

  it('makes a file with an empty SEARCH', () => {
    const result = applyEdits('auto', block('', 'export {};\n', 'ops/tanh.ts'), [engine], {
      editable: ['ops/'],
    });
    expect(result).toMatchObject({
      ok: true,
      files: [{ path: 'ops/tanh.ts', mode: '100644', bytes: Buffer.from('export {};\n') }],
    });
  });
});

describe('unified diff', () => {
  const diff = (hunks: string) => `--- a/engine.ts\n+++ b/engine.ts\n${hunks}`;

  it('finds its place by context where the numbers are wrong', () => {
    expect(applied(diff('@@ -40,2 +40,7 @@\n const b = 2;\n-}\n+]\n'))).toContain('const b = 2;\n]\n');
    expect(applied(diff('@@\n const b = 2;\n-}\n+]\n'))).toContain('const b = 2;\n]\n');
    expect(applied(diff('@@ ... @@ table\n const b = 2;\n-}\n+]'))).toContain('const b = 2;\n]\n');
  });

  it('follows the numbers where they hold, even when the lines stand twice', () => {
    expect(applied(diff('@@ -5 +5 @@\n-}\n+]\n'))).toBe('const a = 1;\nconst b = 2;\n}\nconst c = 3;\n]\n');
    expect(failure(diff('@@ -4 +4 @@\n-}\n+]\n')).reason).toBe('ambiguous');
  });

  it('takes later numbers relative to what earlier hunks added', () => {
    const hunks = '@@ -1 +1,3 @@\n-const a = 1;\n+x\n+y\n+z\n@@ -5 +7 @@\n-}\n+]\n';
    expect(applied(diff(hunks))).toBe('x\ny\nz\nconst b = 2;\n}\nconst c = 3;\n]\n');
  });

  it('names the nearest lines', () => {
    expect(failure(diff('@@ -1,2 +1,2 @@\n const a = 1;\n-const b = 7;\n+x\n'))).toMatchObject({
      reason: 'not found',
      message: expect.stringContaining('line 2 reads "const b = 2;", not "const b = 7;"'),
    });
  });

  it('refuses an insertion without context', () => {
    expect(failure(diff('@@ -2,0 +3 @@\n+x\n')).reason).toBe('ambiguous');
  });

  it.each([
    ['no hunk', '--- a/engine.ts\n+++ b/engine.ts\n'],
    ['a hunk of nothing in particular', '--- a/engine.ts\n+++ b/engine.ts\n@@ -1 +1 @@\nconst a = 1;\n'],
    ['a hunk without a file', 'diff --git a/engine.ts b/engine.ts\n@@ -1 +1 @@\n-a\n+b\n'],
    ['a new file that exists', '--- /dev/null\n+++ b/engine.ts\n@@ -0,0 +1 @@\n+a\n'],
  ])('malformed: %s', (_, reply) => {
    expect(failure(reply).reason).toBe('malformed');
  });

  it.each([
    ['a mode', 'diff --git a/engine.ts b/engine.ts\nold mode 100644\nnew mode 100755\n'],
    [
      'an executable',
      'diff --git a/engine.ts b/engine.ts\nnew file mode 100755\n--- /dev/null\n+++ b/engine.ts\n@@ -0,0 +1 @@\n+x\n',
    ],
    [
      'a link',
      'diff --git a/engine.ts b/engine.ts\nnew file mode 120000\n--- /dev/null\n+++ b/engine.ts\n@@ -0,0 +1 @@\n+/etc/passwd\n',
    ],
    [
      'a submodule',
      'diff --git a/engine.ts b/engine.ts\nindex 1111111..2222222 160000\n--- a/engine.ts\n+++ b/engine.ts\n@@ -1 +1 @@\n-a\n+b\n',
    ],
    [
      'a deletion',
      'diff --git a/engine.ts b/engine.ts\ndeleted file mode 100644\n--- a/engine.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
    ],
    ['a bare deletion', '--- a/engine.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n'],
    [
      'a rename',
      'diff --git a/engine.ts b/x.ts\nsimilarity index 100%\nrename from engine.ts\nrename to x.ts\n',
    ],
    ['a rename by headers', '--- a/x.ts\n+++ b/engine.ts\n@@ -1 +1 @@\n-a\n+b\n'],
    ['binary content', 'diff --git a/engine.ts b/engine.ts\nGIT binary patch\nliteral 3\nabc\n'],
  ])('may not do: %s', (_, reply) => {
    expect(failure(reply).reason).toBe('outside the editable paths');
  });
});

describe('whole file', () => {
  it('refuses a fence in a fence, where the end is anybody’s guess', () => {
    expect(failure('engine.ts\n```ts\n/**\n```ts\nx\n```\n*/\n```\n', 'whole-file').reason).toBe('ambiguous');
    expect(applied('engine.ts\n````ts\n/**\n```ts\nx\n```\n*/\n````\n')).toBe('/**\n```ts\nx\n```\n*/\n');
  });

  it.each([
    ['not closed', 'engine.ts\n```ts\nconst a = 2;\n', 'malformed'],
    ['no name', '```ts\nconst a = 2;\n```\n', 'malformed'],
    ['twice', 'engine.ts\n```\na\n```\nengine.ts\n```\nb\n```\n', 'ambiguous'],
    ['the same', `engine.ts\n\`\`\`\n${Buffer.from(engine.bytes)}\`\`\`\n`, 'no change'],
  ])('%s', (_, reply, reason) => {
    expect(failure(reply, 'whole-file').reason).toBe(reason);
  });

  it('takes the name from the info string', () => {
    expect(applied('```ts engine.ts\nx\n```\n')).toBe('x\n');
  });
});

describe('rule', () => {
  const seed = file(
    'engine.ts',
    'const primitives: Record<string, Primitive> = {\n  add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },\n  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },\n};\n',
  );
  const apply = (reply: string, engineFile = seed) => applyEdits('auto', reply, [engineFile], rules);

  it('writes a row into the table and leaves the rest, CR LF and byte order mark included', () => {
    const text = `\ufeff${Buffer.from(seed.bytes).toString().replaceAll('\n', '\r\n')}`;
    const result = apply('square: 2*x', file('engine.ts', text));
    if (!result.ok) throw new Error(result.failure.message);
    const after = Buffer.from(result.files[0]!.bytes).toString();
    expect(result.format).toBe('rule');
    expect(after.startsWith('\ufeffconst primitives')).toBe(true);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('square: {');
  });

  it('says which op the engine lacks', () => {
    expect(apply('tanh: 1 - sin(y)*y')).toMatchObject({ ok: false, failure: { reason: 'unknown name' } });
  });

  it('needs a table', () => {
    expect(apply('square: 2*x', engine)).toMatchObject({ ok: false, failure: { reason: 'not found' } });
  });
});

describe('whatever the reply is', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'engine.ts',
      '../x.ts',
      '/etc/passwd',
      'Engine.ts',
      'src/new.ts',
      'src/.git/config',
      '.git/hooks/x',
      'src/link',
      'src/../engine.ts',
      '`src/a b.ts`',
      'C:\\x.ts',
    ),
    fc.constantFrom(
      '<<<<<<< SEARCH',
      '=======',
      '>>>>>>> REPLACE',
      '```',
      '```ts',
      '````',
      '--- a/engine.ts',
      '+++ b/engine.ts',
      '+++ b/src/new.ts',
      '--- /dev/null',
      '@@ -1 +1 @@',
      '@@ -1,2 +1 @@',
      '@@',
      '\\ No newline at end of file',
      'new mode 100755',
    ),
    fc.constantFrom(
      'const a = 1;',
      ' const a = 1;',
      '-const a = 1;',
      '+x',
      '}',
      '-}',
      ' }',
      '',
      'tanh: 1 - y*y',
      'x = : ,',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const files = [engine, file('src/link', 'target', '120000'), file('README.md', 'x\n')];
  const wide = { editable: ['engine.ts', 'src/'] };
  const formats = fc.constantFrom<EditFormat | 'auto'>(
    'auto',
    'search-replace',
    'unified-diff',
    'whole-file',
    'rule',
  );
  const reasons = [
    'no edit',
    'malformed',
    'not found',
    'ambiguous',
    'no change',
    'outside the editable paths',
    'unknown name',
  ];

  it('an applier gives editable files or a documented failure, and never throws', () => {
    let okay = 0;
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        formats,
        fc.constantFrom('\n', '\r\n'),
        (lines, format, newline) => {
          const result = applyEdits(format, lines.join(newline), files, wide);
          if (result.ok) {
            okay++;
            for (const { path, mode } of result.files) {
              expect(path === 'engine.ts' || /^src\/[a-z]/.test(path)).toBe(true);
              expect(path).not.toBe('src/link');
              expect(mode).toBe('100644');
            }
          } else {
            expect(reasons).toContain(result.failure.reason);
            expect(result.failure.message).toMatch(/\.$/);
          }
        },
      ),
      // One that is sure to apply, so that the first branch is never left untried.
      { numRuns: 3000, examples: [[['engine.ts', '```ts', 'export {};', '```'], 'whole-file', '\n']] },
    );
    expect(okay).toBeGreaterThan(0);
  });

  it.each([
    ['blocks that never end', '<<<<<<< SEARCH\n'.repeat(250_000)],
    ['dividers', `<<<<<<< SEARCH\n${'=======\n'.repeat(500_000)}`],
    ['fences', '```ts\n'.repeat(600_000)],
    ['fences with names', 'engine.ts\n```\n'.repeat(250_000)],
    ['hunks', `--- a/engine.ts\n+++ b/engine.ts\n${'@@ -1 +1 @@\n-}\n+}\n'.repeat(200_000)}`],
    ['headers', '--- a/engine.ts\n+++ b/engine.ts\n'.repeat(100_000)],
    ['blank lines in a hunk', `--- a/engine.ts\n+++ b/engine.ts\n@@\n-}\n${'\n'.repeat(4_000_000)} x\n`],
    ['a SEARCH of equal lines', block('}\n'.repeat(900_000), 'x\n')],
    ['one line of four million characters', block(`${'x'.repeat(4_000_000)}\n`, 'x\n')],
    ['rules', 'tanh: 1 - y*y\n'.repeat(250_000)],
    ['a name', `${'('.repeat(4_000_000)}\n<<<<<<< SEARCH\n`],
  ])('four megabytes of %s are read in bounded time', (_, reply) => {
    const many = file('engine.ts', '}\n'.repeat(300_000));
    expect(applyEdits('auto', reply, [many], rules).ok).toBe(false);
    expect(applyEdits('whole-file', reply, [many], rules).ok).toBe(false);
  });
});
