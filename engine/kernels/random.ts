import type { MakeKernel } from '../core/kernel.ts';
import type { StructuralParams } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/**
 * Threefry-2x32 with 20 rounds: two words of a key and two of a counter to two random words, which replace those in `words`.
 * J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function threefry(key0: number, key1: number, words: Int32Array): void {
  const key2 = PARITY ^ key0 ^ key1;
  let x = (words[0]! + key0) | 0;
  let y = (words[1]! + key1) | 0;
  for (let round = 0; round < 20; round++) {
    const by = ROTATIONS[round & 7]!;
    x = (x + y) | 0;
    y = ((y << by) | (y >>> (32 - by))) ^ x;
    if ((round & 3) === 3) {
      const turn = (round + 1) >> 2;
      x = (x + keyWord(turn, key0, key1, key2)) | 0;
      y = (y + keyWord(turn + 1, key0, key1, key2) + turn) | 0;
    }
  }
  words[0] = x;
  words[1] = y;
}

function keyWord(i: number, key0: number, key1: number, key2: number): number {
  const at = i % 3;
  return at === 0 ? key0 : at === 1 ? key1 : key2;
}

/** The second word of the counter says what the numbers are for, so that splitting a key never repeats its draws. */
const DRAW = 0;
const SPLIT = 1;

export const randomUniform: MakeKernel<StructuralParams['randomUniform']> = (_, { shape }) => {
  const n = sizeOf(shape);
  const words = new Int32Array(2);
  return ([key], out) => {
    for (let i = 0; i < n; i++) {
      words[0] = i;
      words[1] = DRAW;
      threefry(key![0]!, key![1]!, words);
      out[i] = ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) * 2 ** -53;
    }
  };
};

export const randomSplit: MakeKernel<StructuralParams['randomSplit']> = (_, { count }) => {
  const words = new Int32Array(2);
  return ([key], out) => {
    for (let i = 0; i < count; i++) {
      words[0] = i;
      words[1] = SPLIT;
      threefry(key![0]!, key![1]!, words);
      out[2 * i] = words[0]!;
      out[2 * i + 1] = words[1]!;
    }
  };
};
