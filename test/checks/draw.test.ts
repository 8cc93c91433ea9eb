import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import { below, drawFrom, drawReal } from '../../agent/checks/draw.ts';

const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('a draw', () => {
  test('is SHAKE-256 of the bytes, tree, check and block index, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string(),
        fc.string(),
        (key, tree, check) => {
          const draw = drawFrom(key, tree, check);
          const words = Array.from({ length: 150 }, () => draw.uint32());
          const blocks = [0, 1, 2].map((i) =>
            hash('shake256', Buffer.concat([key, Buffer.from(`${tree}\n${check}\n${i}`)]), {
              outputEncoding: 'buffer',
              outputLength: 256,
            }),
          );
          const stream = Buffer.concat(blocks);
          expect(words).toEqual(Array.from({ length: 150 }, (_, i) => stream.readUInt32BE(4 * i)));
        },
      ),
    );
  });

  test('gives these integers and these float64 on every machine', () => {
    const draw = drawFrom(bytes, 'tree', 'r1/tanh/grad');
    expect(Array.from({ length: 3 }, () => draw.uint32())).toEqual(VECTOR.words);
    const line = { low: -1100, high: 1100, near: [0] };
    expect(Array.from({ length: 3 }, () => toHex64(drawReal(draw, line, 'plain')))).toEqual(VECTOR.plain);
    expect(Array.from({ length: 3 }, () => toHex64(drawReal(draw, line, 'scales')))).toEqual(VECTOR.scales);
  });

  test('takes 32 bytes and no other number', () => {
    expect(() => drawFrom(bytes.subarray(1), 't', 'c')).toThrow(TypeError);
  });

  test('differs by bytes, tree and check', () => {
    const first = (key: Uint8Array, tree: string, check: string) => drawFrom(key, tree, check).uint32();
    const all = [
      first(bytes, 't', 'c'),
      first(new Uint8Array(32), 't', 'c'),
      first(bytes, 'u', 'c'),
      first(bytes, 't', 'd'),
    ];
    expect(new Set(all).size).toBe(4);
  });
});

test('below(n) is an integer from 0 to n − 1 and reaches both ends', () => {
  const draw = drawFrom(bytes, 'below', '');
  const seen = new Set(Array.from({ length: 400 }, () => below(draw, 5)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
});

describe('drawn inputs', () => {
  const domains = [
    { low: 0, high: 1100, near: [0] },
    { low: -1, high: 1, near: [-1, 0, 1] },
    { low: 1, high: 1100, near: [1] },
    { low: -700, high: 700, near: [0] },
  ];
  test('lie strictly inside their domain', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...domains),
        fc.constantFrom('plain', 'scales'),
        (seed, domain, spread) => {
          const draw = drawFrom(bytes, 'inside', seed);
          for (let i = 0; i < 20; i++) {
            const x = drawReal(draw, domain, spread as 'plain' | 'scales');
            expect(x > domain.low && x < domain.high).toBe(true);
          }
        },
      ),
    );
  });

  test('reach six orders of magnitude, both signs, simple fractions and the edges', () => {
    const draw = drawFrom(bytes, 'spread', '');
    const line = { low: -1100, high: 1100, near: [0] };
    const wide = Array.from({ length: 1000 }, () => Math.abs(drawReal(draw, line, 'scales')));
    expect(Math.min(...wide)).toBeLessThan(1e-5);
    expect(Math.max(...wide)).toBeGreaterThan(900);
    const plain = Array.from({ length: 200 }, () => drawReal(draw, line, 'plain'));
    expect(plain.filter((x) => Number.isInteger(4 * x)).length).toBeGreaterThan(20);
    expect(plain.filter((x) => x < 0).length).toBeGreaterThan(60);
    const near = Array.from({ length: 400 }, () => drawReal(draw, domains[1]!, 'scales'));
    expect(Math.max(...near)).toBeGreaterThan(1 - 1e-4);
    expect(Math.min(...near)).toBeLessThan(-1 + 1e-4);
  });
});
const VECTOR = {
  words: [924166672, 1488818537, 2179421429],
  plain: ['402d5639af1dba54', '4013000000000000', 'bfede31430fe4876'],
  scales: ['c08cdb5761f11314', 'bf8167c3f65b8141', '40432f20a4a9dbee'],
};
