import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../agent/base/json.ts';
import { compareReceipts } from '../../agent/judge/compare-receipts.ts';
import { createJudge, createVerifier } from '../../agent/judge/index.ts';
import { damages } from '../../agent/judge/integrity.ts';
import { type Receipt, ReceiptSchema, seal } from '../../agent/judge/receipt.ts';
import { isTakenAsRecorded } from '../../agent/judge/receipt-members.ts';
import { context, request, tree, withRow } from './engines.ts';

const judge = createJudge();
const verifier = createVerifier();
afterAll(async () => {
  await judge.close();
  await verifier.close();
});

const row = (slope: string): string => `  neg: { value: (x) => -x, partials: [() => ${slope}] },`;
const receipts: Receipt[] = [];

beforeAll(async () => {
  // A right rule, a wrong one, and one that throws.
  for (const slope of ['-1', '1', '{ throw new Error("no"); }']) {
    const verdict = await judge.judge(request(tree(withRow(row(slope))), ['r1/neg']), context());
    receipts.push(ReceiptSchema.parse(verdict.receipt));
  }
});

type Member = { [key: string | number]: Json };

/** A receipt in which one thing was changed, and where. */
interface Forgery {
  readonly path: string;
  readonly how: string;
  apply(receipt: Member): void;
}

/**
 * Every leaf changed; every list without its last entry, and with it twice; every object without each of its members. Of the
 * entries of a long list the first two and the last two: the others are made the same way.
 */
function* forgeries(value: Json, path: readonly (string | number)[] = []): Generator<Forgery> {
  const at = (how: string, change: (parent: Member, key: string | number) => void): Forgery => ({
    path: path.join('.'),
    how,
    apply: (receipt) => {
      const parent = path.slice(0, -1).reduce((node: Member, key) => node[key] as unknown as Member, receipt);
      change(parent, path.at(-1)!);
    },
  });
  if (Array.isArray(value)) {
    if (value.length > 0) {
      yield at('without its last entry', (parent, key) => void (parent[key] as Json[]).pop());
      yield at('with its last entry twice', (parent, key) => {
        const list = parent[key] as Json[];
        list.push(structuredClone(list.at(-1)!));
      });
    }
    for (const [i, item] of value.entries()) {
      if (i < 2 || i >= value.length - 2) yield* forgeries(item, [...path, i]);
    }
  } else if (typeof value === 'object' && value !== null) {
    if (path.length > 0) yield at('left out', (parent, key) => void delete parent[key]);
    for (const [key, item] of Object.entries(value)) yield* forgeries(item!, [...path, key]);
  } else {
    yield at('changed', (parent, key) => {
      parent[key] = other(value);
    });
    yield at('left out', (parent, key) => void delete parent[key]);
  }
}

/** Another value of the same kind, one that a schema would let pass. */
function other(leaf: Json): Json {
  if (leaf === null) return 0.5;
  if (typeof leaf === 'boolean') return !leaf;
  if (typeof leaf === 'number') return leaf === 0 ? 0.5 : Number.isSafeInteger(leaf) ? leaf + 1 : leaf / 2;
  const last = String(leaf).at(-1);
  if (/^[0-9a-f]+$/.test(String(leaf))) return `${String(leaf).slice(0, -1)}${last === '0' ? '1' : '0'}`;
  return `${leaf}x`;
}

/** The receipt of a forger, sealed again; null where no schema lets it pass or nothing changed. */
function forged(receipt: Receipt, { apply }: Forgery): Receipt | null {
  const copy = structuredClone(receipt) as unknown as Member;
  apply(copy);
  const { seal: _, ...rest } = copy;
  const parsed = ReceiptSchema.safeParse(seal(rest as unknown as Receipt).receipt);
  return parsed.success ? parsed.data : null;
}

/** What judging again reads; all else is only held against what came of it. */
const READ =
  /^(?:target|kind|limits|base|baseDraws|candidate|landed|blobs|request|evidence\.\d+\.draws|own)\b/;

describe('a member that was changed under a new seal', () => {
  test.each([0, 1, 2])(
    'is found, or listed as taken as recorded (receipt %i)',
    (which) => {
      const receipt = receipts[which]!;
      const now = receipt;
      const missed: string[] = [];
      let tried = 0;
      for (const forgery of forgeries(receipt as unknown as Json)) {
        if (/^(?:seal|judge\.digest)$/.test(forgery.path) || READ.test(forgery.path)) continue;
        const lie = forged(receipt, forgery);
        if (lie === null) continue;
        tried++;
        const found = damages(lie).length > 0 || compareReceipts(lie, now, false).class !== 'bit-equal';
        if (!found && !isTakenAsRecorded(forgery.path)) missed.push(`${forgery.path} ${forgery.how}`);
      }
      expect(missed).toEqual([]);
      expect(tried).toBeGreaterThan(400);
    },
    120_000,
  );

  test('is found where judging again reads it: never the same bits, and no exit code 0', async () => {
    const receipt = receipts[0]!;
    const missed: string[] = [];
    const seen = new Set<string>();
    for (const forgery of forgeries(receipt as unknown as Json)) {
      // Blobs and files of one tree are read alike.
      const kind = `${forgery.path.replace(/\.(?:\d+|[0-9a-f]{64})(?=\.|$)/g, '.*')} ${forgery.how}`;
      if (!READ.test(forgery.path) || isTakenAsRecorded(forgery.path) || seen.has(kind)) continue;
      seen.add(kind);
      const lie = forged(receipt, forgery);
      if (lie === null) continue;
      const verified = await verifier.verify(lie as unknown as Json);
      if (!['damaged', 'verdict flipped', 'judge changed'].includes(verified.class)) missed.push(kind);
    }
    expect(missed).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  }, 120_000);

  test('is found in an empty sandbox, a missing row, and an error that no answer has', async () => {
    const lies: [string, (receipt: Receipt) => void, string][] = [
      [
        'sandbox',
        (r) => void r.sandbox.splice(0),
        'The sandbox layers are none; a judge writes down process,',
      ],
      ['row', (r) => void r.evidence[0]!.checks.pop(), 'is asked and not in the receipt.'],
      [
        'ulp',
        (r) => {
          r.evidence[0]!.checks[0]!.worstUlp = 0.5;
        },
        'evidence.0.checks.0.worstUlp is recorded as 0.5;',
      ],
    ];
    for (const [name, change, told] of lies) {
      const lie = forged(receipts[0]!, {
        path: name,
        how: '',
        apply: (r) => change(r as unknown as Receipt),
      });
      const verified = await verifier.verify(lie as unknown as Json);
      expect(verified).toMatchObject({ class: 'damaged' });
      expect(verified.differences.join('\n')).toContain(told);
    }
  });

  test('is found where it is one that no receipt has', async () => {
    const extra = { ...receipts[0]!, more: 1 } as unknown as Json;
    expect(await verifier.verify(extra)).toMatchObject({ class: 'damaged' });
  });
});
