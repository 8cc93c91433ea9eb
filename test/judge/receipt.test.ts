import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { digest, type Json, sha256 } from '../../agent/base/json.ts';
import { createJudge, createVerifier, rejudge, verifyReceipt } from '../../agent/judge/index.ts';
import { type Receipt, ReceiptSchema, receiptJsonSchema, seal } from '../../agent/judge/receipt.ts';
import { gitTreeId, treeEntries } from '../../agent/judge/tree.ts';
import type { FrozenTree, Verdict } from '../../agent/judge/types.ts';
import { context, file, request, seed, tree, withRow, withRules } from './engines.ts';

const judge = createJudge();
const verifier = createVerifier();
afterAll(async () => {
  await judge.close();
  await verifier.close();
});

const right = '  neg: { value: (x) => -x, partials: [() => -1] },';
const wrong = '  neg: { value: (x) => -x, partials: [() => 1] },';
let accepted: Verdict;
let refused: Verdict;
let shrunk: Verdict;

beforeAll(async () => {
  accepted = await judge.judge(
    { ...request(tree(withRow(right)), ['r1/neg']), attempts: { 'r1/neg': 3 } },
    context(),
  );
  refused = await judge.judge(request(tree(withRow(wrong)), ['r1/neg']), context());
  shrunk = await judge.judge(
    request(tree(`${withRow(right)}\nexport const unused = 1;\n`), ['r1/neg']),
    context(),
  );
});

const copy = (verdict: Verdict): Receipt => ReceiptSchema.parse(structuredClone(verdict.receipt));

describe('a receipt', () => {
  test('follows its schema, which is published as JSON Schema', () => {
    for (const verdict of [accepted, refused, shrunk]) {
      expect(() => z.strictObject(ReceiptSchema.shape).parse(verdict.receipt)).not.toThrow();
    }
    expect(receiptJsonSchema()).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['blobs', 'evidence', 'seal']),
    });
  });

  test('is named by the SHA-256 of its canonical form', () => {
    expect(accepted.receiptId).toBe(digest(accepted.receipt));
    // Its members stand in that order already: whoever stores it writes what was hashed.
    expect(accepted.receiptId).toBe(sha256(JSON.stringify(accepted.receipt)));
  });

  test('holds the judged bytes, the draws, the attempts, the layers and the judge', () => {
    const receipt = copy(accepted);
    const engine = receipt.candidate.files.find((f) => f.path === 'engine.ts')!;
    expect(Buffer.from(receipt.blobs[engine.sha256]!, 'base64').toString()).toBe(withRow(right));
    expect(receipt.evidence[0]?.draws.map((d) => d.stage)).toEqual(['full', 'confirm']);
    expect(receipt.request.attempts).toEqual({ 'r1/neg': 3 });
    expect(receipt.sandbox.map((l) => l.name)).toContain('bubblewrap');
    expect(receipt.judge.node).toBe(process.version);
    expect(receipt.verdict).toMatchObject({ accepted: true, reasons: [], counterexample: null });
  });

  test('expands every case of the new goal, both numbers in hex, and what was met before by digest', () => {
    const [evidence] = copy(accepted).evidence;
    expect(new Set(evidence!.expanded.map((e) => e.check.split('/')[1]))).toEqual(new Set(['neg']));
    const cases = evidence!.expanded.filter((e) => e.check === 'r1/neg/grad').flatMap((e) => e.cases);
    expect(cases.length).toBeGreaterThan(30);
    expect(cases[0]).toMatchObject({
      expected: [['near', 'bff0000000000000', expect.any(String)]],
      got: ['bff0000000000000'],
    });
    expect(evidence!.checks.map((c) => c.id)).toContain('r0/mul/grad');
  });

  test('stays small', () => {
    expect(JSON.stringify(accepted.receipt).length).toBeLessThan(300_000);
  });
});

describe('trees', () => {
  test('a git tree id follows from the entries', () => {
    // From `git write-tree` on the same entries.
    expect(gitTreeId([])).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    const entries = treeEntries([
      file('a.b', 'x\n'),
      file('a/c', 'y\n'),
      file('a0', 'z\n', '100755'),
      file('l', 'a0', '120000'),
    ]);
    expect(gitTreeId(entries)).toBe('5936b159030d20ccb58adfc4c2bd4f16efe6d53a');
  });
});

describe('verifying', () => {
  test('recomputes to the same bits: accepted, refused and shrunk', async () => {
    for (const verdict of [accepted, refused, shrunk]) {
      const result = await verifier.verify(verdict.receipt);
      expect(result.differences).toEqual([]);
      expect(result).toMatchObject({ class: 'bit-equal', verdictSame: true, judgeChanged: false });
    }
  });

  test('with a fresh draw the verdict is the same', async () => {
    for (const verdict of [accepted, refused]) {
      const result = await verifier.verify(verdict.receipt, { fresh: true });
      expect(result).toMatchObject({ verdictSame: true, numbers: null });
    }
  });

  test('any single changed character is noticed', async () => {
    const text = JSON.stringify(accepted.receipt);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom('0', '1', 'a', 'f', '"', 'Z'),
        async (at, by) => {
          if (text[at] === by) return;
          let changed: Json;
          try {
            changed = JSON.parse(text.slice(0, at) + by + text.slice(at + 1));
          } catch {
            return;
          }
          // A number may be written in two ways; then nothing has changed.
          if (digest(changed) === digest(accepted.receipt)) return;
          expect((await verifier.verify(changed)).class).toBe('damaged');
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a forged verdict with a new seal is found out by running the tree', async () => {
    const { seal: _, ...forged } = copy(refused);
    forged.verdict = {
      ...forged.verdict,
      accepted: true,
      stage: 'accept',
      reasons: [],
      counterexample: null,
    };
    const result = await verifier.verify(seal(forged).receipt as unknown as Json);
    expect(result).toMatchObject({ class: 'verdict flipped', verdictSame: false, now: { accepted: false } });
    expect(result.differences[0]).toContain('Recorded as accepted, now refused.');
  });

  test('other bytes for the candidate, or another draw, with a new seal', async () => {
    const { seal: _, ...other } = copy(accepted);
    other.evidence[0]!.draws[0]!.bytes = 'ab'.repeat(32);
    const drawn = await verifier.verify(seal(other).receipt as unknown as Json);
    expect(drawn.class).toBe('damaged');
    expect(drawn.differences.join('\n')).toContain('other inputs follow from the draw');

    const { seal: __, ...swapped } = copy(accepted);
    const engine = swapped.candidate.files.find((f) => f.path === 'engine.ts')!;
    swapped.blobs[engine.sha256] = Buffer.from(withRow(wrong)).toString('base64');
    const bytes = await verifier.verify(seal(swapped).receipt as unknown as Json);
    expect(bytes).toMatchObject({ class: 'damaged' });
    expect(bytes.differences.join('\n')).not.toContain('lacks');
  });

  test('another judge is a class of its own', async () => {
    const { seal: _, ...older } = copy(accepted);
    older.judge = { ...older.judge, digest: '0'.repeat(64), node: 'v26.0.0' };
    const result = await verifier.verify(seal(older).receipt as unknown as Json);
    expect(result).toMatchObject({
      class: 'judge changed',
      judgeChanged: true,
      verdictSame: true,
      numbers: 'bit-equal',
    });
  });

  test('something else than a receipt', async () => {
    for (const junk of [null, 1, 'x', [], {}, { format: 'vibegrad receipt' }] as Json[]) {
      expect((await verifier.verify(junk)).class).toBe('damaged');
    }
  });

  test('one call verifies, another judges the recorded inputs again', async () => {
    expect((await verifyReceipt(refused.receipt)).class).toBe('bit-equal');
    expect((await rejudge(accepted.receipt)).class).toBe('bit-equal');
  });
});

describe('judging the recorded inputs again', () => {
  test('gives the same for what was accepted, refused and shrunk', async () => {
    for (const verdict of [accepted, refused, shrunk]) {
      const result = await verifier.rejudge(verdict.receipt);
      expect(result.differences).toEqual([]);
      expect(result).toMatchObject({ class: 'bit-equal', verdictSame: true });
    }
  });

  test('a static refusal, a refusal by types and one by format stay what they are', async () => {
    const rows = [
      'process.exit(0);',
      `${right}`.replace('-x', '`x` as never'),
      right.replace('value: ', 'value:  '),
    ];
    const engines = [`${seed}\n${rows[0]}\n`, withRow(rows[1]!), withRow(rows[2]!)];
    const stages: string[] = [];
    for (const engine of engines) {
      const verdict = await judge.judge(request(tree(engine), ['r1/neg']), context());
      stages.push(verdict.stage);
      expect(await verifier.rejudge(verdict.receipt)).toMatchObject({ verdictSame: true, differences: [] });
    }
    expect(stages).toEqual(['static', 'smoke', 'format']);
  });

  test('a number that no longer holds flips the verdict', async () => {
    const { seal: _, ...other } = copy(accepted);
    const group = other.evidence[0]!.expanded.find((e) => e.check === 'r1/neg/grad')!;
    group.cases[0]!.expected = [['same', '3ff0000000000000']];
    const result = await verifier.rejudge(seal(other).receipt as unknown as Json);
    expect(result).toMatchObject({ class: 'verdict flipped', verdictSame: false });
    expect(result.differences[0]).toMatch(/r1\/neg\/grad: the derivative of neg at .* passed, and now fails/);
  });
});

test('with thirty rules a receipt of one new rule stays below 300 kB', async () => {
  const { RIGHT } = await import('./engines.ts');
  let base = seed;
  for (const rules of RIGHT.filter((r) => !r.startsWith('cbrt') && !r.startsWith('pow')))
    base = withRules(base, rules);
  const from: FrozenTree = tree(base);
  const verdict = await judge.judge(
    request(tree(withRules(base, 'pow: b*pow(a, b - 1), y*log(a)')), ['r1/pow'], from),
    context(),
  );
  expect(verdict.reasons).toEqual([]);
  expect(verdict.goals.filter((g) => g.before).length).toBeGreaterThan(30);
  expect(JSON.stringify(verdict.receipt).length).toBeLessThan(300_000);
}, 60_000);
