import { describe, expect, it } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { ARMS, type Arm, CORRECTION_TOPIC } from '../../agent/programs/correction.ts';
import { correctionDocument } from '../../agent/review/correction.ts';
import { correctionPicture } from '../../agent/review/correction-picture.ts';
import { correctionSchema } from '../../agent/review/correction-schema.ts';
import { correctionText } from '../../agent/review/correction-text.ts';
import { mcnemar } from '../../agent/review/shares.ts';
import { plain } from '../../agent/review/style.ts';
import type { AnswerView, ClaimView, SessionView } from '../../agent/review/view.ts';

type Right = boolean | null;
type Item = { readonly first: Right } & { readonly [arm in Arm]: Right };

const answer = (right: Right, correction: string | null): AnswerView => ({
  ...{
    correction,
    prose: '',
    unstated: [],
    offers: [],
    source: 'language model',
    model: 'm',
    structured: true,
  },
  claims: [
    {
      badge: right === null ? 'not run' : right ? 'verified' : 'refuted',
    } as ClaimView,
  ],
});

/** A session of the experiment that came out so. */
const viewOf = (items: readonly Item[]): SessionView =>
  ({
    ...{ id: 's', model: { id: 'm', kind: 'language model' }, status: 'done' },
    entries: items.map((item) => ({
      kind: 'question',
      topic: CORRECTION_TOPIC,
      answers: [
        answer(item.first, null),
        ...(Object.keys(ARMS) as Arm[]).map((arm) => answer(item[arm], ARMS[arm])),
      ],
    })),
  }) as unknown as SessionView;

const times = (n: number, item: Item): Item[] => Array.from({ length: n }, () => item);
const none = { alone: false, verdict: false, evidence: false } as const;
const all = { alone: true, verdict: true, evidence: true } as const;

describe('the rates of the correction experiment', () => {
  it('are counted over first answers that were wrong, and right; the fixed point follows', () => {
    const document = correctionDocument(
      viewOf([
        ...times(6, { first: false, ...none, evidence: true }),
        ...times(2, { first: false, ...none }),
        ...times(3, { first: true, ...all }),
        ...times(1, { first: true, ...all, alone: false }),
        { first: null, ...all },
      ]),
    );
    expect(correctionSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({ questions: 13, unjudged: 1, first: { hits: 4, of: 12 } });
    const [alone, verdict, evidence] = document.arms;
    expect(alone).toMatchObject({ ecr: { hits: 0, of: 8 }, eir: { hits: 1, of: 4 }, fixedPoint: 0 });
    expect(verdict).toMatchObject({ ecr: { hits: 0, of: 8 }, eir: { hits: 0, of: 4 }, fixedPoint: null });
    expect(evidence).toMatchObject({
      ecr: { hits: 6, of: 8, share: 0.75 },
      eir: { hits: 0 },
      after: { hits: 10, of: 12 },
      fixedPoint: 1,
    });
    expect(document.effects).toMatchObject([
      { arm: 'verdict', better: 1, worse: 0, p: 1, shown: false },
      { arm: 'evidence', better: 7, worse: 0, p: 2 / 2 ** 7, shown: true },
    ]);
    const text = correctionText(document, plain);
    expect(text).toContain(
      '○ The verdict: no effect is shown; 1 question right only with it, 0 only without',
    );
    expect(text).toContain('● The verdict with what was printed helps: 7 questions right only with it');
    expect(text).toContain('not determined');
  });

  it('are open where nothing was seen, and no effect is shown', () => {
    const document = correctionDocument(viewOf([]));
    expect(correctionSchema.parse(document)).toEqual(document);
    for (const { ecr, fixedPoint, low, high } of document.arms) {
      expect(ecr).toEqual({ hits: 0, of: 0, share: null, low: 0, high: 1 });
      expect([fixedPoint, low, high]).toEqual([null, 0, 1]);
    }
    expect(document.effects.some(({ shown }) => shown)).toBe(false);
    expect(correctionText(document, plain)).toContain('none seen');
    expect(correctionPicture(document)).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it('of known chances are found again: every interval holds its chance in at least 95 of 100 experiments', () => {
    const rates = { right: 0.4, alone: [0.1, 0.2], verdict: [0.5, 0.05], evidence: [0.9, 0.02] } as const;
    const draw = drawFrom(new Uint8Array(32).fill(7), 'correction', 'coverage');
    const chance = (p: number): boolean => draw.uint32() / 2 ** 32 < p;
    const again = (first: boolean, [mended, broken]: readonly [number, number]): boolean =>
      first ? !chance(broken) : chance(mended);
    const held: Record<string, number> = {};
    const count = (name: string, holds: boolean): void => {
      held[name] = (held[name] ?? 0) + (holds ? 1 : 0);
    };
    const experiments = 300;
    for (let k = 0; k < experiments; k++) {
      const items = Array.from({ length: 40 }, (): Item => {
        const first = chance(rates.right);
        return {
          first,
          alone: again(first, rates.alone),
          verdict: again(first, rates.verdict),
          evidence: again(first, rates.evidence),
        };
      });
      const document = correctionDocument(viewOf(items));
      for (const { arm, ecr, eir, low, high } of document.arms) {
        const [e, i] = rates[arm];
        count(`${arm} ecr`, ecr.low <= e && e <= ecr.high);
        count(`${arm} eir`, eir.low <= i && i <= eir.high);
        count(`${arm} p*`, low <= e / (e + i) && e / (e + i) <= high);
      }
      count('effect shown', document.effects[1]!.shown);
    }
    for (const [name, hits] of Object.entries(held)) expect(hits / experiments, name).toBeGreaterThan(0.92);
  });

  it('show an effect where there is none in at most one experiment of forty', () => {
    const draw = drawFrom(new Uint8Array(32).fill(8), 'correction', 'null');
    const chance = (p: number): boolean => draw.uint32() / 2 ** 32 < p;
    const experiments = 400;
    let shown = 0;
    for (let k = 0; k < experiments; k++) {
      const items = Array.from({ length: 40 }, (): Item => {
        const first = chance(0.4);
        const say = () => (first ? !chance(0.2) : chance(0.3));
        return { first, alone: say(), verdict: say(), evidence: say() };
      });
      if (correctionDocument(viewOf(items)).effects[0]!.shown) shown += 1;
    }
    expect(shown / experiments).toBeLessThan(0.045);
  });
});

describe('McNemar’s exact test', () => {
  it('is a fair coin thrown for the pairs that differ', () => {
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(3, 3)).toBe(1);
    expect(mcnemar(5, 0)).toBeCloseTo(2 / 32, 15);
    expect(mcnemar(1, 9)).toBeCloseTo((2 * 11) / 1024, 15);
    expect(mcnemar(9, 1)).toBe(mcnemar(1, 9));
  });
});
