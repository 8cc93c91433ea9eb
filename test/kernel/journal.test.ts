import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { canonical, digest, type Json, sha256 } from '../../agent/base/json.ts';
import {
  type JournalBody,
  journalHead,
  loadStored,
  readBlob,
  readJournal,
  storeBlob,
} from '../../agent/kernel/index.ts';
import { openForAppend } from '../../agent/kernel/journal.ts';
import { folder } from './folder.ts';
import { noise } from './world.ts';

const start: JournalBody = {
  type: 'start',
  version: 1,
  session: 'test',
  program: 'whole',
  digest: 'd',
  args: null,
  prompts: {},
  about: null,
};

const noteLine = (data: Json): JournalBody => ({
  type: 'result',
  pid: '1',
  call: 1,
  kind: 'note',
  argsHash: digest(data),
  args: { json: data },
  outcome: { ok: true, value: { json: null } },
  seconds: 0.25,
});

/** A journal of these bodies; its folder. */
function written(bodies: readonly JournalBody[]): string {
  const dir = folder();
  const { writer } = openForAppend(dir, () => 1234);
  for (const body of bodies) writer.append(body);
  writer.sync();
  writer.close();
  return dir;
}

const pathOf = (dir: string) => join(dir, 'journal.jsonl');

function thrownBy(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const bodies = fc.array(json.map(noteLine), { minLength: 1, maxLength: 8 }).map((rest) => [start, ...rest]);

describe('a journal', () => {
  it('gives back whatever was appended, chained from line to line', () => {
    fc.assert(
      fc.property(bodies, (given) => {
        const dir = written(given);
        const { lines, torn } = readJournal(dir);
        expect(torn).toBeNull();
        let prev = '0'.repeat(64);
        for (const [index, line] of lines.entries()) {
          const { seq, at, hash, prev: before, ...body } = line;
          expect({ seq, at, before }).toEqual({ seq: index + 1, at: 1234, before: prev });
          expect(canonical(body as unknown as Json)).toBe(canonical(given[index] as unknown as Json));
          const { hash: _, ...unhashed } = line;
          expect(hash).toBe(digest(unhashed as unknown as Json));
          prev = hash;
        }
        expect(lines).toHaveLength(given.length);
        expect(journalHead(dir)).toBe(prev);
      }),
      { numRuns: 60 },
    );
  });

  it('shows any byte that was changed, and names its line', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, change) => {
        const dir = written(given);
        const bytes = readFileSync(pathOf(dir));
        const at = where % bytes.length;
        const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        writeFileSync(pathOf(dir), bytes);
        const error = thrownBy(() => readJournal(dir));
        expect(error.exit).toBe('session');
        expect(error.message).toMatch(new RegExp(`journal\\.jsonl, line ${line}:`));
        expect(readFileSync(pathOf(dir))).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('shows any line that is missing, and names it', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (given, where) => {
        const dir = written([...given, start]);
        const texts = readFileSync(pathOf(dir), 'utf8').trimEnd().split('\n');
        const gone = where % (texts.length - 1);
        texts.splice(gone, 1);
        writeFileSync(pathOf(dir), `${texts.join('\n')}\n`);
        expect(thrownBy(() => readJournal(dir)).message).toContain(`line ${gone + 1}: it is missing`);
      }),
      { numRuns: 60 },
    );
  });

  it('shows a line that was swapped for a well-made one of another journal', () => {
    const [one, two] = [
      written([start, noteLine(1), noteLine(2)]),
      written([start, noteLine(3), noteLine(2)]),
    ];
    const texts = readFileSync(pathOf(one), 'utf8').split('\n');
    texts[1] = readFileSync(pathOf(two), 'utf8').split('\n')[1] ?? '';
    writeFileSync(pathOf(one), texts.join('\n'));
    expect(thrownBy(() => readJournal(one)).message).toContain('line 3: it does not follow');
  });

  it('is read up to a line that was cut, wherever the cut is, and the rest is told', () => {
    const dir = written([start, noteLine('one'), noteLine('two')]);
    const whole = readFileSync(pathOf(dir), 'utf8');
    const two = whole.split('\n').slice(0, 2).join('\n').length + 1;
    for (let cut = two + 1; cut < whole.length - 1; cut += 1) {
      truncateSync(pathOf(dir), cut);
      const { lines, torn } = readJournal(dir);
      expect(lines).toHaveLength(2);
      expect(torn).toBe(whole.slice(two, cut));
      writeFileSync(pathOf(dir), whole);
    }
  });

  it('keeps a cut line beside it and goes on after the last whole one', () => {
    const dir = written([start, noteLine('one'), noteLine('two')]);
    const whole = readFileSync(pathOf(dir), 'utf8');
    const two = whole.split('\n').slice(0, 2).join('\n').length + 1;
    for (const cut of [two + 5, two + 9]) {
      writeFileSync(pathOf(dir), whole.slice(0, cut));
      const { writer, torn } = openForAppend(dir, () => 5);
      writer.close();
      expect(readFileSync(torn ?? '', 'utf8')).toBe(whole.slice(two, cut));
    }
    const { writer } = openForAppend(dir, () => 5);
    writer.append(noteLine('three'));
    writer.close();
    expect(readJournal(dir).lines).toHaveLength(3);
    expect(readdirSync(dir).sort()).toEqual(['blobs', 'journal.jsonl', 'journal.torn-3', 'journal.torn-3-2']);
  });

  it('loses nothing when only the last newline is missing', () => {
    const dir = written([start, noteLine('one')]);
    truncateSync(pathOf(dir), readFileSync(pathOf(dir)).length - 1);
    expect(readJournal(dir)).toMatchObject({ torn: null, lines: [{ seq: 1 }, { seq: 2 }] });
    const { writer, torn } = openForAppend(dir, () => 5);
    writer.append(noteLine('two'));
    writer.close();
    expect(torn).toBeNull();
    expect(readJournal(dir).lines).toHaveLength(3);
  });

  it('refuses a line of a kind that it does not know, although its hash is right', () => {
    const dir = written([start, { type: 'rumour' } as unknown as JournalBody]);
    expect(thrownBy(() => readJournal(dir)).message).toContain('line 2: this version does not know');
  });

  it('says its head without reading more than the end, whatever the size of the last line', () => {
    for (const size of [0, 70_000, 3_000_000]) {
      const dir = written([start, noteLine('x'.repeat(size))]);
      expect(journalHead(dir)).toBe(readJournal(dir).lines.at(-1)?.hash);
      writeFileSync(pathOf(dir), `${readFileSync(pathOf(dir), 'utf8')}{"half":`);
      expect(journalHead(dir)).toBe(readJournal(dir).lines.at(-1)?.hash);
    }
  });

  it('says where there is none', () => {
    const dir = folder();
    for (const act of [readJournal, journalHead]) {
      expect(thrownBy(() => act(dir))).toMatchObject({
        exit: 'session',
        message: expect.stringContaining(dir),
      });
    }
  });
});

describe('a value', () => {
  it('stands in its line, as it is or as a frame, unless it is too long for any', () => {
    const dir = folder();
    const { writer } = openForAppend(dir, () => 1);
    const kept = (value: Json) => {
      const stored = writer.keep(canonical(value));
      expect(loadStored(dir, stored)).toEqual(value);
      return Object.keys(stored);
    };
    expect(kept({ text: 'short' })).toEqual(['json']);
    expect(kept({ text: 'x'.repeat(9000) })).toEqual(['zstd']);
    expect(readdirSync(join(dir, 'blobs'))).toEqual([]);
    expect(kept({ text: noise(800) })).toEqual(['blob']);
    writer.close();
  });

  it('comes back as it was, whatever it is', () => {
    const dir = folder();
    const { writer } = openForAppend(dir, () => 1);
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 400 }), (text, times) => {
        const value = Array.from({ length: times }, () => JSON.parse(text) as Json);
        const line = writer.append({ ...noteLine(null), args: writer.keep(canonical(value)) } as JournalBody);
        const read = readJournal(dir).lines.at(-1);
        expect(read).toEqual(line);
        expect(read?.type === 'result' && loadStored(dir, read.args)).toEqual(value);
      }),
      { numRuns: 60 },
    );
    writer.close();
  });

  it('that is no frame, or unfolds to more than any may, says so', () => {
    const bomb = zstdCompressSync(Buffer.alloc(2 ** 28 + 1)).toString('base64');
    for (const zstd of ['', 'bm8gZnJhbWU=', bomb]) {
      expect(thrownBy(() => loadStored(folder(), { zstd }))).toMatchObject({
        exit: 'session',
        message: expect.stringContaining('no Zstandard frame'),
      });
    }
  });
});

describe('blobs', () => {
  it('hold values by content, and say when they no longer do', () => {
    const dir = folder();
    const value = { text: 'x'.repeat(9000) };
    const blob = storeBlob(dir, canonical(value));
    expect(blob).toBe(sha256(canonical(value)));
    expect(loadStored(dir, { blob })).toEqual(value);
    expect(loadStored(dir, { json: [1] })).toEqual([1]);
    expect(readdirSync(join(dir, 'blobs'))).toEqual([blob]);

    writeFileSync(join(dir, 'blobs', blob), 'something else');
    expect(thrownBy(() => loadStored(dir, { blob })).message).toContain('not those that were recorded');
    expect(thrownBy(() => readBlob(dir, 'f'.repeat(64))).message).toContain('missing');
  });

  it('come back byte for byte, however they are kept', () => {
    const dir = folder();
    const frame = [0x28, 0xb5, 0x2f, 0xfd];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.constantFrom([], frame), (bytes, head) => {
        const data = Uint8Array.from([...head, ...bytes]);
        expect(new Uint8Array(readBlob(dir, storeBlob(dir, data)))).toEqual(data);
      }),
      { numRuns: 60 },
    );
  });

  it('take less room than what repeats itself, and a damaged one says so', () => {
    const dir = folder();
    const text = 'the same again '.repeat(10_000);
    const path = join(dir, 'blobs', storeBlob(dir, text));
    const kept = readFileSync(path);
    expect(kept.length).toBeLessThan(text.length / 100);
    writeFileSync(path, kept.subarray(0, kept.length - 3));
    expect(thrownBy(() => readBlob(dir, sha256(text))).message).toContain('not those that were recorded');
  });

  it('are never looked for outside of their folder', () => {
    const dir = folder();
    writeFileSync(join(dir, 'secret'), 'secret');
    expect(thrownBy(() => readBlob(dir, '../secret')).message).toContain('not a SHA-256');
  });
});

describe('a full disk', () => {
  // The limit on a file's size makes the same short write and error as a disk without space, without a disk.
  const script = `
    import { openForAppend } from './agent/kernel/journal.ts';
    const { writer } = openForAppend(process.argv[1], () => 1);
    const note = (data) => ({ type: 'result', pid: '1', call: 1, kind: 'note', argsHash: '0'.repeat(64),
      args: { json: data }, outcome: { ok: true, value: { json: null } }, seconds: 0 });
    let kept = 0;
    try {
      for (;;) { writer.append(note('x'.repeat(3000))); kept += 1; }
    } catch (error) {
      const again = (() => { try { writer.append(note('small')); } catch (e) { return e === error; } })();
      console.log(JSON.stringify({ kept, again, exit: error.exit, message: error.message, mend: error.mend }));
    }`;

  it('leaves whole lines only, says so in words, and the journal goes on when there is space', () => {
    const dir = written([start]);
    const ran = spawnSync(
      'sh',
      ['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, dir],
      { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' },
    );
    expect(ran.stderr).toBe('');
    const told = JSON.parse(ran.stdout) as {
      kept: number;
      again: boolean;
      exit: string;
      message: string;
      mend: string;
    };
    expect(told).toMatchObject({ exit: 'missing', again: true });
    expect(told.kept).toBeGreaterThan(0);
    expect(told.message).toContain('No space is left');
    expect(told.mend).toContain('resume');
    const { lines, torn } = readJournal(dir);
    expect(torn).toBeNull();
    expect(lines).toHaveLength(told.kept + 1);
    const { writer } = openForAppend(dir, () => 2);
    writer.append(noteLine('after'));
    writer.close();
    expect(readJournal(dir).lines).toHaveLength(told.kept + 2);
    expect(existsSync(join(dir, `journal.torn-${told.kept + 2}`))).toBe(false);
  });
});
