import { afterAll, describe, expect, it } from 'vitest';
import { createJudge, createVerifier } from '../../agent/judge/index.ts';
import { type Receipt, seal } from '../../agent/judge/receipt.ts';
import { sizeChange, sizeReasons } from '../../agent/judge/size.ts';
import type { Metric } from '../../agent/judge/types.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import { context, file, request, seed, tree } from './engines.ts';

const sizes = (candidate: string, base = seed) => {
  const change = sizeChange(tree(base), tree(candidate), engineTarget);
  if (typeof change === 'string') throw new Error(change);
  return change;
};
const module = (text: string): number => sizes(text, '').after;
const swap = (from: string, to: string, text = seed): string => {
  if (!text.includes(from)) throw new Error(`the seed has no ${from}`);
  return text.replace(from, to);
};

/** One `?? 0` less: every step behind the output has a cotangent by the time it is reached. */
const smaller = swap('cotangents.get(step) ?? 0', 'cotangents.get(step)!');

describe('the size of an engine', () => {
  it('does not change with names, comments, types, white space and layout', () => {
    const bare = seed
      .replace(/\/\*\*[\s\S]*?\*\//g, '')
      .replaceAll('cotangent', 'c')
      .replaceAll('primitive', 'p')
      .replaceAll('readonly ', '');
    expect(bare.length).toBeLessThan(0.8 * seed.length);
    expect(sizes(bare)).toMatchObject({ before: sizes(seed).before, after: sizes(seed).before });
    expect(sizeReasons(tree(seed), tree(bare), engineTarget)[0]).toMatch(/Nothing got better/);
    for (const [one, other] of [
      ['export const f = (x) => { return x + 1; };', 'export const f = (x) => x + 1;'],
      ['export const a = 1, b = 2;', 'export const a = 1;\nexport const b = (2);'],
      ['let x = 1;;; export { x };', 'let x = 1; export { x };'],
    ] as const) {
      // A second `export` is a node of its own; all else of the two is the same.
      expect(Math.abs(module(one) - module(other))).toBeLessThanOrEqual(1);
    }
  });

  it('shrinks with code, and counts every editable module, loaded or not', () => {
    expect(sizes(smaller).after).toBe(sizes(seed).before - 2);
    const elsewhere = tree(smaller, [file('engine/spare.ts', 'export const spare = [1, 2, 3];\n')]);
    expect(sizeReasons(tree(seed), elsewhere, engineTarget)).toHaveLength(1);
  });

  it('counts new text as code, whether in a string, a template, a pattern, a number or a long name', () => {
    const padding = 'a'.repeat(400);
    for (const more of [
      `'${padding}'`,
      `\`${padding}\``,
      `/${padding}/`,
      `0x${padding}n`,
      `{ ${padding}: 1 }`,
    ]) {
      expect(sizes(`${seed}\nexport const more = ${more};\n`).after, more.slice(0, 9)).toBeGreaterThan(
        sizes(seed).before + 90,
      );
    }
    // Text that is taken away is no gain: an error that says less is no simplification.
    const terse = swap('grad does not nest yet', 'no');
    expect(sizes(terse).after).toBe(sizes(seed).before);
  });

  it('is no smaller for checks that no longer throw', () => {
    const careless = swap(
      "    if (xs.some((x) => typeof x !== 'number')) throw new TypeError('grad does not nest yet');\n",
      '',
    );
    expect(sizes(careless).after).toBeLessThan(sizes(seed).before);
    expect(sizeReasons(tree(seed), tree(careless), engineTarget)[0]).toMatch(/`throw` where the base has 2/);
  });

  it('cannot be told of a module that does not parse', () => {
    const broken = tree(smaller, [file('engine/spare.ts', '\nexport const = ;\n')]);
    expect(sizeReasons(broken, tree(smaller), engineTarget)[0]).toMatch(
      /engine\/spare\.ts does not parse: line 2: /,
    );
  });
});

describe('a verdict by size', () => {
  const judge = createJudge();
  const verifier = createVerifier();
  afterAll(() => Promise.all([judge.close(), verifier.close()]));
  const by = (metric: Metric, candidate: string, base = tree(seed)) =>
    judge.judge({ ...request(tree(candidate), [], base), metric }, context());

  it('accepts what is smaller and keeps everything, and the receipt holds both sizes, recomputed', async () => {
    const verdict = await by('size', smaller);
    const size = { before: sizes(seed).before, after: sizes(smaller).after, unit: 'syntax-tree nodes' };
    expect(verdict).toMatchObject({ accepted: true, stage: 'accept', size, tree: tree(smaller).id });
    const receipt = verdict.receipt as unknown as Receipt;
    expect(receipt.verdict.size).toEqual(size);
    expect(receipt.request.metric).toBe('size');
    // Only what is kept can be broken, so it is asked for as often as a new goal would be.
    const row = receipt.evidence[0]?.checks.find((check) => check.id === 'r0/mul/grad');
    expect(row?.cases.slice(1)).toEqual([receipt.limits.full.fresh, receipt.limits.confirm.fresh]);
    expect(await verifier.verify(verdict.receipt)).toMatchObject({ class: 'bit-equal', verdictSame: true });
    expect(await verifier.verify(verdict.receipt, { fresh: true })).toMatchObject({ verdictSame: true });
    expect(await verifier.rejudge(verdict.receipt)).toMatchObject({ class: 'bit-equal', verdictSame: true });

    const { seal: _, ...rest } = structuredClone(receipt);
    const forged = seal({ ...rest, verdict: { ...rest.verdict, size: { ...size, after: 1 } as never } });
    expect(await verifier.verify(forged.receipt as never)).toMatchObject({ verdictSame: false });
  });

  it('refuses what is smaller and loses something, with the smallest failing input', async () => {
    const wrong = swap('cotangent * partial', 'partial', smaller);
    const verdict = await by('size', wrong);
    expect(verdict).toMatchObject({ accepted: false, size: { before: sizes(seed).before } });
    expect(verdict.reasons.join(' ')).toMatch(/The base meets r0\/\w+/);
    expect(verdict.counterexample).not.toBeNull();
  });

  it('refuses an engine that is no smaller before it runs, and a rejudgement still does', async () => {
    const verdict = await by('size', seed.replaceAll('cotangent', 'c'));
    expect(verdict).toMatchObject({ accepted: false, stage: 'static' });
    expect(verdict.checks.filter((check) => !check.pass).map((check) => check.family)).toEqual(['size']);
    expect(await verifier.verify(verdict.receipt)).toMatchObject({ class: 'bit-equal' });
    expect(await verifier.rejudge(verdict.receipt)).toMatchObject({ verdictSame: true });
  });

  it('holds nothing to a base that meets nothing', async () => {
    const nothing = tree(`${seed}\nexport const broken = undefined!.x;\n`);
    const verdict = await by('size', smaller, nothing);
    expect(verdict).toMatchObject({ accepted: false });
    expect(verdict.reasons[0]).toMatch(/the base meets no goal/);
  });

  it('without any metric decides nothing, whatever came of it, and says what was lost', async () => {
    const kept = await by('none', smaller);
    expect(kept).toMatchObject({ accepted: false, unmeasured: true, stage: 'unmeasured' });
    const lost = await by('none', swap('cotangent * partial', 'partial'));
    expect(lost).toMatchObject({ accepted: false, unmeasured: true });
    expect(lost.counterexample).not.toBeNull();
    for (const { receipt } of [kept, lost]) {
      expect(await verifier.verify(receipt)).toMatchObject({
        class: 'bit-equal',
        recorded: { accepted: false, unmeasured: true },
      });
      expect(await verifier.rejudge(receipt)).toMatchObject({ verdictSame: true });
    }
  });
});
