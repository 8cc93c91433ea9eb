import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { canonical, digest, type Json } from '../base/json.ts';

/**
 * `review.jsonl`: what a reviewer decided, beside the journal and chained like it. It starts from the journal's
 * head, so that it cannot be put beside another session. It says nothing about the session itself.
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

/** @throws UserError('session') naming the line that is damaged or does not follow. */
export function openLedger(dir: string, journalHead: string, now: () => number = Date.now): Ledger {
  const path = join(dir, 'review.jsonl');
  const entries: LedgerEntry[] = [];
  let prev = journalHead;
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    // A crash may leave half of a last line; it was never acted upon.
    const torn = lines.pop() ?? '';
    for (const [i, raw] of lines.entries()) {
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
    if (torn !== '') {
      throw new UserError(
        'session',
        `The review is damaged: ${path} ends in half a line`,
        `Delete what follows line ${lines.length}; nothing was done on its account.`,
      );
    }
  }
  return {
    entries,
    append(added) {
      const body = { seq: entries.length + 1, at: now(), prev, entry: added as unknown as Json };
      const hash = digest(body);
      const fd = openSync(path, 'a', 0o600);
      try {
        appendFileSync(fd, `${canonical({ ...body, hash })}\n`);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
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
  const standing: { number: number; choice: 'keep' | 'drop' }[] = [];
  for (const added of entries) {
    if (added.type === 'decision') standing.push(added);
    if (added.type === 'undo') standing.pop();
  }
  return new Map(standing.map(({ number, choice }) => [number, choice]));
}

export function lastRebuilt(entries: readonly LedgerEntry[]): Rebuilt | null {
  return entries.findLast((added): added is Rebuilt => added.type === 'rebuilt') ?? null;
}
