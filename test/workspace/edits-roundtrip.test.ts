import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, renderDiff } from '../../agent/workspace/edits/index.ts';
import { bytesOf, file, longerThanIn, type RandomEdit, randomEdit } from './random-edits.ts';

const rules = { editable: ['engine.ts'] };
const runs = { numRuns: 400 };

/** Models answer with bare newlines whatever the file has. */
type Newlines = 'bare' | 'as in the file';
const newlines = fc.constantFrom<Newlines>('bare', 'as in the file');

function expectEdited(
  edit: RandomEdit,
  format: 'search-replace' | 'whole-file' | 'unified-diff',
  reply: string,
) {
  const result = applyEdits(format, reply, [file('engine.ts', bytesOf(edit, 'before'))], rules);
  if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}\n${reply}`);
  expect(result.files.map((f) => f.path)).toEqual(['engine.ts']);
  expect(Buffer.from(result.files[0]!.bytes).toString('latin1')).toBe(
    bytesOf(edit, 'after').toString('latin1'),
  );
}

function searchReplace(edit: RandomEdit): string {
  const equal = '='.repeat(
    longerThanIn(
      [...edit.before, ...edit.after].map((l) => l.replace(/[<>]/g, '=')),
      '=',
      7,
    ).length,
  );
  const size = equal.length;
  // One block over everything from the first to the last line that differs, widened until it is at one place.
  let head = 0;
  const { before, after } = edit;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  )
    tail++;
  const places = () => {
    const block = before.slice(head, before.length - tail);
    if (block.length === 0) return before.length === 0 ? 1 : 0;
    return before.filter((_, i) => block.every((text, j) => before[i + j] === text)).length;
  };
  while (places() !== 1) {
    if (head > 0) head--;
    else tail--;
  }
  return [
    'Here is the change.',
    '',
    'engine.ts',
    `${'<'.repeat(size)} SEARCH`,
    ...before.slice(head, before.length - tail),
    equal,
    ...after.slice(head, after.length - tail),
    `${'>'.repeat(size)} REPLACE`,
    '',
  ].join('\n');
}

function wholeFile(edit: RandomEdit): string {
  const fence = longerThanIn(edit.after, '`', 3);
  return ['The file:', '', '`engine.ts`', '', `${fence}ts`, ...edit.after, fence, 'Done.'].join('\n');
}

describe('an edit that is written down, read and applied gives the edited file, byte for byte', () => {
  it('as SEARCH/REPLACE', () => {
    fc.assert(
      fc.property(randomEdit({ changeFinal: false, create: true }), newlines, (edit, style) => {
        const reply = searchReplace(edit);
        expectEdited(edit, 'search-replace', style === 'bare' ? reply : reply.replaceAll('\n', edit.newline));
      }),
      runs,
    );
  });

  it('as a whole file', () => {
    fc.assert(
      fc.property(randomEdit({ changeFinal: false, create: true }), newlines, (edit, style) => {
        const reply = wholeFile(edit);
        expectEdited(edit, 'whole-file', style === 'bare' ? reply : reply.replaceAll('\n', edit.newline));
      }),
      runs,
    );
  });

  it('as a unified diff, a final newline that comes or goes included', () => {
    fc.assert(
      fc.property(
        randomEdit({ changeFinal: true, create: true }),
        newlines,
        fc.boolean(),
        (edit, style, fenced) => {
          const version = (which: 'before' | 'after') => ({
            mode: '100644',
            // A mark at the start of the file is no part of its first line.
            bytes: bytesOf({ ...edit, bom: false }, which),
          });
          const { diff } = renderDiff([
            { path: 'engine.ts', before: version('before'), after: version('after') },
          ]);
          const lines = style === 'bare' ? diff.replaceAll('\r\n', '\n') : diff;
          const hasFence = /^[ +-]?(`{3}|~{3})/m.test(diff);
          expectEdited(
            edit,
            'unified-diff',
            fenced && !hasFence ? `So:\n\n\`\`\`diff\n${lines}\`\`\`\n` : lines,
          );
        },
      ),
      runs,
    );
  });

  it('where lines end now one way, now the other', () => {
    const mixed = fc.array(fc.constantFrom('a', 'a\r', 'b', 'b\r', '', '\r'), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(mixed, mixed, (a, b) => {
        const before = Buffer.from(`keep\nand\r\n${a.join('\n')}\n`);
        const after = Buffer.from(`keep\nand\r\n${b.join('\n')}\n`);
        fc.pre(!before.equals(after));
        const diff = renderDiff([
          {
            path: 'engine.ts',
            before: { mode: '100644', bytes: before },
            after: { mode: '100644', bytes: after },
          },
        ]).diff;
        const result = applyEdits('unified-diff', diff, [file('engine.ts', before)], rules);
        expect(result.ok && Buffer.from(result.files[0]!.bytes).equals(after)).toBe(true);
      }),
      runs,
    );
  });
});

describe('what an edit does not name stays', () => {
  it('bytes that are no UTF-8', () => {
    const before = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('b\n')]);
    const reply = 'engine.ts\n<<<<<<< SEARCH\nb\n=======\nc\n>>>>>>> REPLACE\n';
    const result = applyEdits('auto', reply, [file('engine.ts', before)], rules);
    expect(result.ok && Buffer.from(result.files[0]!.bytes).toString('latin1')).toBe('a\n\xff\xfe\nc\n');
  });

  it('the executable bit, and files that the edit does not change', () => {
    const files = [file('engine.ts', 'a\n', '100755'), file('src/b.ts', 'b\n')];
    const reply =
      'engine.ts\n<<<<<<< SEARCH\na\n=======\nc\n>>>>>>> REPLACE\nsrc/b.ts\n<<<<<<< SEARCH\nb\n=======\nb\n>>>>>>> REPLACE';
    const result = applyEdits('auto', reply, files, { editable: ['engine.ts', 'src/'] });
    expect(result.ok && result.files).toMatchObject([{ path: 'engine.ts', mode: '100755' }]);
  });
});
