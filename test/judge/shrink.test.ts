import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { applyHunks, diffLines, linesOf } from '../../agent/judge/hunks.ts';
import { createJudge } from '../../agent/judge/index.ts';
import { type Receipt, ReceiptSchema } from '../../agent/judge/receipt.ts';
import type { FrozenFile, FrozenTree, Verdict } from '../../agent/judge/types.ts';
import { context, file, request, seed, tree, withRow } from './engines.ts';

const text = (lines: readonly string[], end = '\n'): Buffer => Buffer.from(lines.join('\n') + end);
const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', 'é'), { maxLength: 24 });

describe('hunks', () => {
  test('all of them turn the base into the candidate, none of them into itself, byte for byte', () => {
    fc.assert(
      fc.property(lines, lines, fc.constantFrom('', '\n', '\r\n'), (a, b, end) => {
        const [before, after] = [linesOf(text(a, end)), linesOf(text(b))];
        const hunks = diffLines('f', before, after);
        expect(Buffer.from(applyHunks(before, hunks))).toEqual(text(b));
        expect(Buffer.from(applyHunks(before, []))).toEqual(text(a, end));
      }),
    );
  });

  test('they touch no line that stays, and stand apart', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const hunks = diffLines('f', linesOf(text(a)), linesOf(text(b)));
        hunks.forEach((hunk, i) => {
          expect(hunk.end > hunk.start || hunk.lines.length > 0).toBe(true);
          if (i > 0) expect(hunk.start).toBeGreaterThan(hunks[i - 1]!.end);
        });
      }),
    );
  });

  test('any bytes come through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
        const hunks = diffLines('f', linesOf(a), linesOf(b));
        expect(Uint8Array.from(applyHunks(linesOf(a), hunks))).toEqual(Uint8Array.from(b));
      }),
    );
  });

  test('a rewrite is one hunk', () => {
    const many = (prefix: string): Buffer => text(Array.from({ length: 3000 }, (_, i) => `${prefix}${i}`));
    expect(diffLines('f', linesOf(many('a')), linesOf(many('b')))).toHaveLength(1);
  });
});

describe('after a verdict', () => {
  const judge = createJudge();
  afterAll(() => judge.close());

  const right = '  neg: { value: (x) => -x, partials: [() => -1] },';
  const unused = '\n/** Twice a number, for later. */\nexport const twice = (x: number): number => x + x;\n';

  async function judged(
    candidate: FrozenTree,
    shrink = true,
  ): Promise<{ verdict: Verdict; stored: FrozenTree[] }> {
    const stored: FrozenTree[] = [];
    const outer = context();
    const store = async (files: readonly FrozenFile[]): Promise<string> => {
      const id = await outer.store(files);
      stored.push({ id, files });
      return id;
    };
    const asked = { ...request(candidate, ['r1/neg']), shrink };
    return { verdict: await judge.judge(asked, { ...outer, store }), stored };
  }

  const engineOf = (stored: readonly FrozenTree[], id: string): string =>
    Buffer.from(stored.find((t) => t.id === id)!.files.find((f) => f.path === 'engine.ts')!.bytes).toString();

  test('code that no goal needs is dropped, its comment with it', async () => {
    const candidate = tree(withRow(right) + unused);
    const { verdict, stored } = await judged(candidate);
    expect(verdict.reasons).toEqual([]);
    expect(verdict.tree).not.toBe(candidate.id);
    expect(engineOf(stored, verdict.tree)).toBe(withRow(right));
    expect(verdict.goals).toContainEqual({ id: 'r1/neg', before: false, after: true });
    const receipt: Receipt = ReceiptSchema.parse(verdict.receipt);
    expect(receipt.candidate.id).toBe(candidate.id);
    expect(receipt.landed?.id).toBe(verdict.tree);
    // What landed met the candidate's cases, and then its own draws.
    const [first, second] = receipt.evidence;
    expect(second?.draws.map((d) => [d.tree, d.stage])).toEqual([
      [verdict.tree, 'full'],
      [verdict.tree, 'confirm'],
    ]);
    const cases = (e: typeof first): number => e!.checks.find((c) => c.id === 'r1/neg/grad')!.cases[1];
    expect(cases(second)).toBeGreaterThan(cases(first));
  });

  test('without shrinking the candidate itself may land', async () => {
    const candidate = tree(withRow(right) + unused);
    const { verdict, stored } = await judged(candidate, false);
    expect(verdict).toMatchObject({ accepted: true, tree: candidate.id });
    expect(stored).toEqual([]);
  });

  test('a new file that nothing needs goes', async () => {
    const extra = file('engine/extra.ts', 'export const extra = 1;\n');
    const { verdict, stored } = await judged(tree(withRow(right), [extra]));
    expect(stored.find((t) => t.id === verdict.tree)?.files.map((f) => f.path)).toEqual([
      'contract.ts',
      'engine.ts',
    ]);
  });

  test('comments and types beside code that is needed stay', async () => {
    const engine = withRow(`  // The easiest of all.\n${right}`).replace(
      'interface Primitive {',
      'type Nothing = never;\n\ninterface Primitive {',
    );
    const candidate = tree(engine);
    const { verdict } = await judged(candidate);
    expect(verdict).toMatchObject({ accepted: true, tree: candidate.id });
  });

  test('hunks that need each other stay together', async () => {
    const engine = withRow('  neg: { value: minus, partials: [() => -1] },').replace(
      'const primitives:',
      'const minus = (x: number): number => -x;\n\nconst primitives:',
    );
    const candidate = tree(engine);
    const { verdict, stored } = await judged(candidate);
    expect(verdict).toMatchObject({ accepted: true, tree: candidate.id });
    expect(stored).toEqual([]);
  });

  test('a tree that shrinking leaves is the next base without being asked again', async () => {
    const { verdict, stored } = await judged(tree(withRow(right) + unused));
    const base = stored.find((t) => t.id === verdict.tree)!;
    const next = tree(
      withRow(right).replace(
        right,
        `${right}\n  square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },`,
      ),
    );
    const drawn = context();
    const after = await judge.judge(request(next, ['r1/square'], base), drawn);
    expect(after.reasons).toEqual([]);
    expect(drawn.asked.every((key) => key.startsWith(next.id))).toBe(true);
    expect(seed).not.toContain('square:');
  });
});
