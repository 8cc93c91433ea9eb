import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportHtml } from '../../agent/review/html.ts';
import { openSession } from '../../agent/review/open.ts';
import { plotOf } from '../../agent/review/plot.ts';
import { scaleOf } from '../../agent/review/plot-scale.ts';
import { plotSvg } from '../../agent/review/plot-svg.ts';
import { writeTranscript } from '../../agent/review/transcript-file.ts';
import { record, say, scratch } from './fixture.ts';

/** Any characters at all, halves of pairs among them. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));

const claim = (printed: unknown, expectation: Parameters<typeof plotOf>[0]['expect'] = null) => ({
  statement: 'It falls.',
  expect: expectation,
  printed: ['first', typeof printed === 'string' ? printed : JSON.stringify(printed)],
});
const series = [
  [1e-8, 1e-3],
  [1e-4, 1e-8],
  [1, 0.1],
] as const;

describe('the data of a claim', () => {
  it('is a series or several by name, whatever was claimed of it', () => {
    expect(plotOf(claim(series))?.curves).toEqual([{ name: '', points: series, turn: null, power: null }]);
    expect(plotOf(claim({ a: series, b: series }))?.curves.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(plotOf(claim('7'))).toBeNull();
    expect(plotOf(claim({ a: 1 }))).toBeNull();
    expect(plotOf({ ...claim(series), printed: [] })).toBeNull();
  });

  it('carries along where theory puts a turn, and what the axes are', () => {
    const turn = { at: 1e-4, factor: 3 };
    const valley = { kind: 'shape', shape: 'valley', by: 2, turn } as const;
    expect(plotOf(claim(series, valley))?.curves[0]?.turn).toEqual(turn);
    const curves = [{ name: 'b', expect: valley }];
    expect(
      plotOf(claim({ a: series, b: series }, { kind: 'curves', x: 'h', y: 'error', curves })),
    ).toMatchObject({
      ...{ x: 'h', y: 'error' },
      curves: [{ turn: null }, { turn }],
    });
  });
});

describe('an axis', () => {
  it('is logarithmic where positive numbers span two decades, with a place below for zeros', () => {
    const axis = scaleOf([0, 1e-8, 1], 100, 0);
    expect(axis.log).toBe(true);
    expect(axis.place(1)).toBeCloseTo(0);
    expect(axis.place(0)).toBe(100);
    expect(axis.place(1e-8)).toBeLessThan(100);
    expect(axis.ticks[0]).toEqual({ at: 100, label: '0' });
    expect(scaleOf([1, 2, 3], 0, 100).log).toBe(false);
    expect(scaleOf([-1, 1000], 0, 100).log).toBe(false);
  });

  it('places greater numbers further along, and all within it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
        const axis = scaleOf(values, 0, 100);
        const places = values.toSorted((a, b) => a - b).map(axis.place);
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual((places[i - 1] ?? 0) - 1e-6);
          expect(place).toBeLessThanOrEqual(100 + 1e-6);
        }
      }),
    );
  });
});

describe('a plot', () => {
  it('holds nothing but its own elements, whatever stands in its names', () => {
    const pairs = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(anyText, pairs), anyText, (data, name) => {
        const plot = plotOf({ ...claim(data), statement: name });
        if (plot === null) return;
        const svg = plotSvg(plot, 'page');
        const own = /^<\/?(svg|title|rect|path|g|text|circle)( [a-zA-Z-]+="[^"<>]*")*\/?>$/;
        expect((svg.match(/<[^>]*>?/g) ?? []).filter((tag) => !own.test(tag))).toEqual([]);
        expect(svg).not.toMatch(/NaN|Infinity/);
      }),
    );
  });

  it('draws each method in a colour and its second precision dashed, and rings the turn', () => {
    const valley = { kind: 'shape', shape: 'valley', by: 2, turn: { at: 1e-4, factor: 3 } } as const;
    const plot = plotOf(
      claim(
        { 'forward, float64': series, 'forward, float32': series, AD: series },
        { kind: 'curves', x: '', y: '', curves: [{ name: 'forward, float64', expect: valley }] },
      ),
    );
    const svg = plotSvg(plot!, 'page');
    expect(svg.match(/<g class="c0"><path class="line"/g)).toHaveLength(1);
    expect(svg.match(/<g class="c0"><path class="line dashed"/g)).toHaveLength(1);
    expect(svg.match(/<g class="c1"><path class="line"/g)).toHaveLength(1);
    expect(svg.match(/class="theory"/g)).toHaveLength(1);
    expect(svg).toContain('where theory puts the turn');
  });

  it('stands in the transcript as a file beside it, and in the page', async () => {
    const printed = [JSON.stringify(series)];
    const code = { statement: 'It falls.', code: 'x', language: 'ts' as const, expect: null };
    const dir = await record({
      dir: scratch(),
      steps: [
        say('question', { topic: 't', kind: 'limits', text: 'Why?' }),
        say('answer', {
          ...{ prose: 'So.', claims: [code], offers: [], source: 'recorded', model: 'm', structured: true },
        }),
        say('claims', {
          round: 1,
          results: [{ statement: 'It falls.', badge: 'ran, nothing claimed', why: '', printed }],
        }),
      ],
    });
    const transcript = readFileSync(writeTranscript(dir), 'utf8');
    const [, path = ''] = /!\[The printed data, drawn\]\((plots\/\w+\.svg)\)/.exec(transcript) ?? [];
    expect(existsSync(join(dir, path))).toBe(true);
    expect(readdirSync(join(dir, 'plots'))).toHaveLength(1);
    expect(readFileSync(join(dir, path), 'utf8')).toContain('<style>');
    expect(exportHtml(openSession(dir))).toContain('<figure><svg class="plot"');
  });
});
