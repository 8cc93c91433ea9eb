import fc from 'fast-check';
import type { EditFile } from '../../agent/workspace/types.ts';

/** A file as its author thinks of it, and an edited version in the same conventions. */
export interface RandomEdit {
  readonly bom: boolean;
  readonly newline: '\n' | '\r\n';
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whether the last line ends with a newline, before and after. */
  readonly finalBefore: boolean;
  readonly finalAfter: boolean;
}

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('', '}', 'a', 'b', '  return x;', '\ttabbed\t', 'naïve ∂f/∂x 😀', '  '),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '=======',
      '<<<<<<< SEARCH',
      '>>>>>>> REPLACE',
      '```',
      '```ts',
      '~~~~',
      '--- a/x',
      '+++ b/x',
      '@@ -1 +1 @@',
      '\\ No newline at end of file',
      '# engine.ts',
      '-- x',
      '++ y',
      'diff --git a/x b/x',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .string({ maxLength: 12, unit: 'grapheme' })
      .map((s) => s.replace(/[\r\n\ufeff]|\p{Surrogate}/gu, '')),
  },
);

/** Edits as lists of (position, lines removed, lines put there). */
export const randomEdit = (options: { changeFinal: boolean; create: boolean }): fc.Arbitrary<RandomEdit> =>
  fc
    .record({
      bom: fc.boolean(),
      newline: fc.constantFrom('\n' as const, '\r\n' as const),
      before: fc.array(line, { maxLength: 25, minLength: options.create ? 0 : 1 }),
      steps: fc.array(fc.tuple(fc.nat(30), fc.nat(3), fc.array(line, { maxLength: 3 })), {
        minLength: 1,
        maxLength: 4,
      }),
      finalBefore: fc.boolean(),
      finalAfter: fc.boolean(),
    })
    .map(({ steps, ...rest }) => {
      const after = [...rest.before];
      for (const [at, gone, put] of steps) after.splice(Math.min(at, after.length), gone, ...put);
      const finalBefore = rest.before.at(-1) === '' || rest.before.length === 0 ? true : rest.finalBefore;
      const wanted = options.changeFinal ? rest.finalAfter : finalBefore;
      // A file without a newline says nothing about how its lines end: then they end as everywhere.
      const says = rest.before.length > 1 || (rest.before.length === 1 && finalBefore);
      const newline = says ? rest.newline : ('\n' as const);
      return { ...rest, newline, after, finalBefore, finalAfter: after.at(-1) === '' ? true : wanted };
    })
    .filter((edit) => options.changeFinal || edit.finalAfter === edit.finalBefore)
    .filter((edit) => !bytesOf(edit, 'before').equals(bytesOf(edit, 'after')));

export function bytesOf(edit: RandomEdit, which: 'before' | 'after'): Buffer {
  const lines = edit[which];
  const final = which === 'before' ? edit.finalBefore : edit.finalAfter;
  const text = lines.join(edit.newline) + (final && lines.length > 0 ? edit.newline : '');
  return Buffer.from((edit.bom ? '\ufeff' : '') + text);
}

export function file(path: string, bytes: Uint8Array | string, mode = '100644'): EditFile {
  return { path, mode, bytes: Buffer.from(bytes as Uint8Array) };
}

/** A run of a character longer than any in the lines. */
export function longerThanIn(lines: readonly string[], character: string, least: number): string {
  const runs = lines.join('\n').match(new RegExp(`\\${character}+`, 'g')) ?? [];
  return character.repeat(Math.max(least, ...runs.map((run) => run.length + 1)));
}
