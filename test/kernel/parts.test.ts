import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlob, storeBlob, storeParts } from '../../agent/kernel/index.ts';
import { assemblyBytes, type Piece, textOf } from '../../agent/kernel/parts.ts';
import { folder } from './folder.ts';

const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.record({ shared: fc.string() }),
    fc
      .tuple(fc.uint8Array(), fc.boolean())
      .map(([bytes, packed]) => ({ encoded: Buffer.from(bytes).toString('base64'), packed })),
  ),
);

describe('a text kept in parts', () => {
  it('goes by the digest of the whole, and reads back as it was', () => {
    const [dir, other] = [folder(), folder()];
    fc.assert(
      fc.property(pieces, (list: Piece[]) => {
        const name = storeParts(dir, list);
        expect(name).toBe(storeBlob(other, textOf(list)));
        expect(readBlob(dir, name).toString('utf8')).toBe(Buffer.from(textOf(list)).toString('utf8'));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps what two texts share once', () => {
    const dir = folder();
    const encoded = randomBytes(3000).toString('base64');
    storeParts(dir, ['first', { encoded, packed: false }]);
    const before = readdirSync(join(dir, 'blobs')).length;
    storeParts(dir, ['second', { encoded, packed: false }]);
    expect(readdirSync(join(dir, 'blobs'))).toHaveLength(before + 1);
  });

  it('keeps what changes together in one blob', () => {
    const dir = folder();
    const list = Array.from({ length: 9 }, () => ({
      encoded: randomBytes(30).toString('base64'),
      packed: true,
    }));
    const name = storeParts(dir, ['a', ...list, 'z']);
    expect(readdirSync(join(dir, 'blobs'))).toHaveLength(2);
    expect(readBlob(dir, name).toString('utf8')).toBe(textOf(['a', ...list, 'z']));
  });

  it('is damaged where a part was changed, is missing, or is in parts itself', () => {
    const dir = folder();
    const shared = randomBytes(400).toString('hex');
    const name = storeParts(dir, ['a', { shared }]);
    const part = storeBlob(dir, shared);
    const path = join(dir, 'blobs', part);
    const whole = readFileSync(path);
    writeFileSync(path, 'something else');
    expect(() => readBlob(dir, name)).toThrow(/damaged/);
    writeFileSync(path, assemblyBytes([shared]));
    expect(() => readBlob(dir, name)).toThrow(/damaged/);
    writeFileSync(path, whole);
    expect(readBlob(dir, name).toString('utf8')).toBe(`a${shared}`);
  });

  it('a blob that looks like one is a blob all the same', () => {
    const dir = folder();
    const bytes = assemblyBytes(['x']);
    expect(readBlob(dir, storeBlob(dir, bytes))).toEqual(bytes);
  });
});
