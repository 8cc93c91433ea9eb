import { shown } from './refusal.ts';
import { type ByteString, fromByteString } from './text.ts';

const MOST_LINES = 20_000;
const MOST_WANTED = 400;
const MOST_VOTES = 200_000;
/** Lines that stand everywhere (`}`) say nothing about the place. */
const COMMON = 40;

/**
 * Says which lines of a file come nearest to a block that was not found, and how they differ, as the end
 * of a sentence: `the nearest are lines 12-14, where line 13 reads "…", not "…"`. Bounded work.
 */
export function nearestTo(block: readonly ByteString[], lines: readonly ByteString[]): string {
  const wanted = block.slice(0, MOST_WANTED);
  const start = placeByVotes(wanted, lines) ?? placeByLikeness(wanted, lines);
  if (start === null) return 'nothing in the file comes near it';
  const end = Math.min(lines.length, start + wanted.length);
  const range = end - start <= 1 ? `line ${start + 1}` : `lines ${start + 1}-${end}`;
  for (let i = 0; i < wanted.length; i++) {
    const there = lines[start + i];
    if (there !== wanted[i])
      return `the nearest ${end - start <= 1 ? 'is' : 'are'} ${range}, ${difference(start + i, there, wanted[i]!)}`;
  }
  return `the nearest ${end - start <= 1 ? 'is' : 'are'} ${range}`;
}

function difference(at: number, there: ByteString | undefined, wanted: ByteString): string {
  if (there === undefined) return `and the file ends before ${shown(fromByteString(wanted))}`;
  const how =
    there.replaceAll('\r', '') === wanted.replaceAll('\r', '')
      ? ' (they differ in their line endings)'
      : there.replace(/\s+/g, '') === wanted.replace(/\s+/g, '')
        ? ' (they differ in white space)'
        : '';
  return `where line ${at + 1} reads ${shown(fromByteString(there))}, not ${shown(fromByteString(wanted))}${how}`;
}

/** The start at which most lines agree but for white space at their ends. */
function placeByVotes(wanted: readonly ByteString[], lines: readonly ByteString[]): number | null {
  const where = new Map<string, number[]>();
  const most = Math.min(lines.length, MOST_LINES);
  for (let i = 0; i < most; i++) {
    const key = lines[i]!.trim();
    if (key === '') continue;
    const places = where.get(key);
    if (places === undefined) where.set(key, [i]);
    else if (places.length <= COMMON) places.push(i);
  }
  const votes = new Map<number, number>();
  let cast = 0;
  let best: number | null = null;
  for (let i = 0; i < wanted.length && cast < MOST_VOTES; i++) {
    const places = where.get(wanted[i]!.trim()) ?? [];
    if (places.length > COMMON) continue;
    for (const place of places) {
      cast++;
      if (place < i) continue;
      const count = (votes.get(place - i) ?? 0) + 1;
      votes.set(place - i, count);
      if (best === null || count > votes.get(best)!) best = place - i;
    }
  }
  return best;
}

/** Where no line agrees: the line most like the block's longest, by pairs of letters (Dice). */
function placeByLikeness(wanted: readonly ByteString[], lines: readonly ByteString[]): number | null {
  let longest = 0;
  wanted.forEach((line, i) => {
    if (line.trim().length > wanted[longest]!.trim().length) longest = i;
  });
  const pairs = pairsOf(wanted[longest] ?? '');
  if (pairs.size === 0) return null;
  let best: number | null = null;
  let bestScore = 0.4;
  const most = Math.min(lines.length, MOST_LINES);
  for (let i = longest; i < most; i++) {
    const others = pairsOf(lines[i]!);
    let common = 0;
    for (const pair of others) if (pairs.has(pair)) common++;
    const score = (2 * common) / (pairs.size + others.size);
    if (score > bestScore) {
      bestScore = score;
      best = i - longest;
    }
  }
  return best;
}

function pairsOf(line: ByteString): Set<string> {
  const text = line.replace(/\s+/g, '').slice(0, 200);
  const pairs = new Set<string>();
  for (let i = 0; i + 1 < text.length; i++) pairs.add(text.slice(i, i + 2));
  return pairs;
}
