import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { canonical, digest, type Json } from '../base/json.ts';

/**
 * `review.jsonl`: what a reviewer decided, beside the journal and chained like it. It starts from the journal's
 * first line, so that it cannot be put beside another session. It says nothing about the session itself.
 */

const decision = z.object({
  type: z.literal('decision'),
  number: z.int().positive(),
  choice: z.enum(['keep', 'drop']),
});
/** Takes the last decision back that has not been taken back. */
const undo = z.object({ type: z.literal('undo') });
/** Drawn for a tree before it was judged again; never redrawn. */
const draw = z.object({
  type: z.literal('draw'),
  tree: z.string(),
  stage: z.string(),
  bytes: z.string().regex(/^[0-9a-f]{64}$/),
});
/** A verdict, as a blob of the session. */
const verdict = z.object({
  type: z.literal('verdict'),
  base: z.string(),
  candidate: z.string(),
  blob: z.string(),
});
/** Commits were made of what is kept, and the branch goes from one head to another. */
const rebuilt = z.object({
  type: z.literal('rebuilt'),
  from: z.string(),
  to: z.string(),
  diffs: z.array(
    z.object({
      number: z.int().positive(),
      state: z.enum(['kept', 'lost']),
      why: z.string().nullable(),
      commit: z.string().nullable(),
      receiptId: z.string().nullable(),
    }),
  ),
});
const entry = z.discriminatedUnion('type', [decision, undo, draw, verdict, rebuilt]);
const line = z.object({
  seq: z.int().positive(),
  at: z.number(),
  prev: z.string(),
  hash: z.string(),
  entry,
});

export type LedgerEntry = z.infer<typeof entry>;
export type Rebuilt = z.infer<typeof rebuilt>;

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** Appends and syncs. */
  append(entry: LedgerEntry): void;
}

/**
 * `anchor` is the hash of the journal's first line. Half a last line, which a crash leaves, was never acted upon:
 * the next append takes its place.
 *
 * @throws UserError('session') naming the line that is damaged or does not follow.
 */
export function openLedger(dir: string, anchor: string, now: () => number = Date.now): Ledger {
  const path = join(dir, 'review.jsonl');
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let size = bytes.lastIndexOf(0x0a) + 1;
  const entries: LedgerEntry[] = [];
  let prev = anchor;
  const texts = bytes.toString('utf8', 0, size).split('\n').slice(0, -1);
  // A line that is whole but for the byte that ends it was not cut by a crash.
  const open = bytes.toString('utf8', size);
  if (readLine(open.slice(0, -1)) !== null) texts.push(open);
  for (const [i, raw] of texts.entries()) {
    const read = readLine(raw);
    if (read === null || read.prev !== prev || read.seq !== i + 1) {
      throw new UserError(
        'session',
        `The review is damaged: ${path}, line ${i + 1} does not follow the line before`,
        'Move the file away to review afresh; the session itself is untouched.',
      );
    }
    entries.push(read.entry);
    prev = read.hash;
  }
  return {
    entries,
    append(added) {
      const body = { seq: entries.length + 1, at: now(), prev, entry: added as unknown as Json };
      const hash = digest(body);
      const text = Buffer.from(`${canonical({ ...body, hash })}\n`);
      const fd = openSync(path, 'a', 0o600);
      try {
        ftruncateSync(fd, size);
        writeSync(fd, text);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      size += text.length;
      prev = hash;
      entries.push(added);
    },
  };
}

function readLine(raw: string): z.infer<typeof line> | null {
  try {
    const { hash, ...body } = JSON.parse(raw) as { hash: string } & { [key: string]: Json };
    if (digest(body) !== hash) return null;
    const parsed = line.safeParse({ ...body, hash });
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The decision that stands for each proposal, undone ones left out. */
export function decisionsOf(entries: readonly LedgerEntry[]): ReadonlyMap<number, 'keep' | 'drop'> {
  return new Map(standingOf(entries).map(({ number, choice }) => [number, choice]));
}

/** Decisions that were not taken back, the last one last. */
export function standingOf(entries: readonly LedgerEntry[]): readonly Decision[] {
  const standing: Decision[] = [];
  for (const added of entries) {
    if (added.type === 'decision') standing.push(added);
    if (added.type === 'undo') standing.pop();
  }
  return standing;
}

export interface Decision {
  readonly number: number;
  readonly choice: 'keep' | 'drop';
}

export function lastRebuilt(entries: readonly LedgerEntry[]): Rebuilt | null {
  return entries.findLast((added): added is Rebuilt => added.type === 'rebuilt') ?? null;
}
