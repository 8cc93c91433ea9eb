import { hash } from 'node:crypto';
import { powerOfTwo } from './dd.ts';
import type { Draw } from './types.ts';

/** Bytes of a block: most checks take fewer, and a hash call costs more than what it hashes. */
const BLOCK = 256;

/**
 * The integers of a draw: SHAKE-256 (FIPS 202) over the 32 drawn bytes, then `tree`, `check` and a block index, one a
 * line. Each block gives 64 big-endian 32-bit integers. A sponge needs no HMAC around it: a key in front of the message
 * is how KMAC works (NIST SP 800-185, 4).
 * @throws TypeError when the key has another length.
 */
export function drawFrom(bytes: Uint8Array, tree: string, check: string): Draw {
  if (bytes.length !== 32) throw new TypeError(`a draw has 32 bytes, not ${bytes.length}`);
  let block: Buffer = Buffer.alloc(0);
  let offset = 0;
  let index = 0;
  return {
    uint32() {
      if (offset === block.length) {
        const message = Buffer.concat([bytes, Buffer.from(`${tree}\n${check}\n${index}`)]);
        block = hash('shake256', message, { outputEncoding: 'buffer', outputLength: BLOCK });
        index += 1;
        offset = 0;
      }
      const word = block.readUInt32BE(offset);
      offset += 4;
      return word;
    },
  };
}

/** An integer from 0 to n − 1, each as likely up to n·2⁻³². */
export function below(draw: Draw, n: number): number {
  return Math.floor((draw.uint32() * n) / 2 ** 32);
}

export function pick<T>(draw: Draw, list: readonly T[]): T {
  return list[below(draw, list.length)]!;
}

/** 1 ≤ m < 2 with 52 random bits. */
function mantissa(draw: Draw): number {
  const high = draw.uint32() >>> 12;
  return 1 + (high * 2 ** 32 + draw.uint32()) * 2 ** -52;
}

/** Where inputs are drawn: an open interval, and points beside which to look closely. */
export interface Domain {
  readonly low: number;
  readonly high: number;
  /** Edges of the mathematical domain and other delicate points; each may lie on the interval's border. */
  readonly near: readonly number[];
}

/** `plain`: between about 0.25 and 16 and simple fractions; `scales`: 1e-3 … 1e3 and close to `near`. */
export type Spread = 'plain' | 'scales';

const ATTEMPTS = 64;

/**
 * A float64 strictly inside a domain. Integers become float64 by exact products with powers of two and by
 * single IEEE additions, so that the same draw gives the same bits on every machine.
 */
export function drawReal(draw: Draw, domain: Domain, spread: Spread): number {
  for (let i = 0; i < ATTEMPTS; i++) {
    const x = attempt(draw, domain, spread);
    if (x > domain.low && x < domain.high) return x;
  }
  return domain.low + (domain.high - domain.low) / 2;
}

function attempt(draw: Draw, domain: Domain, spread: Spread): number {
  // One word makes all small choices: blocks of a draw are the dearest thing here.
  const word = draw.uint32();
  const how = word & 3;
  const sign = (word & 4) === 0 ? 1 : -1;
  const size = word >>> 3;
  if (spread === 'plain') {
    // A quarter simple fractions: they meet rules that are right only between or only at round numbers.
    if (how === 0) return (sign * (1 + (size % 32))) / 4;
    return sign * mantissa(draw) * powerOfTwo((size % 6) - 2);
  }
  if (how === 0 && domain.near.length > 0) {
    const point = domain.near[(size >>> 5) % domain.near.length]!;
    return point + sign * mantissa(draw) * powerOfTwo(-1 - (size % 20));
  }
  return sign * mantissa(draw) * powerOfTwo((size % 20) - 10);
}
