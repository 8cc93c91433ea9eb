import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../agent/judge/types.ts';
import { ulps, verdictView } from '../../agent/review/verdict.ts';
import { verdict } from './fixture.ts';

const check = (id: string, pass: boolean, worstRatio: number | null = 0.5): CheckResult => ({
  id,
  family: id.endsWith('grad') ? 'grad' : 'value',
  pass,
  cases: 64,
  worstUlp: null,
  worstRatio,
});

describe('what a reading keeps of a verdict', () => {
  it('leaves out the rungs that nobody was talking about', () => {
    const view = verdictView(
      verdict(true, {
        goals: [
          { id: 'r1/neg', before: true, after: true },
          { id: 'r1/tanh', before: false, after: true },
          { id: 'r2/mish', before: false, after: false },
        ],
        checks: [
          check('r1/neg/value', true, 0.9),
          check('r1/tanh/value', true, 0.7),
          check('r1/tanh/grad', true, null),
          check('r2/mish/value', false, null),
        ],
      }),
      ['r1/tanh'],
    );
    expect(view.rows).toEqual([{ check: 'r1/tanh', before: 'not met', after: 'met' }]);
    expect(view).toMatchObject({ checks: 3, passed: 3, worstRatio: 0.7, refusedBy: null });
  });

  it('shows what regressed, named or not, and by what it was refused', () => {
    const view = verdictView(
      verdict(false, {
        goals: [
          { id: 'r1/neg', before: true, after: false },
          { id: 'r1/tanh', before: false, after: true },
        ],
        checks: [
          check('r1/neg/grad', false, 3e9),
          check('r0/fan-out/value', false),
          check('r1/tanh/value', true),
        ],
      }),
      ['r1/tanh'],
    );
    expect(view.rows).toEqual([
      { check: 'r1/neg', before: 'met', after: 'not met' },
      { check: 'r1/tanh', before: 'not met', after: 'met' },
      { check: 'r1/neg/grad', before: '', after: 'fails, 3.0e+9 × what is allowed' },
      { check: 'r0/fan-out/value', before: '', after: 'fails, 0.5 × what is allowed' },
    ]);
    expect(view).toMatchObject({ checks: 3, passed: 1, refusedBy: 'grad' });
  });

  it('counts what a small table has no room for', () => {
    const goals = Array.from({ length: 20 }, (_, i) => ({ id: `r1/g${i}`, before: true, after: false }));
    const { rows } = verdictView(verdict(false, { goals, checks: [] }), []);
    expect(rows).toHaveLength(13);
    expect(rows.at(-1)).toEqual({ check: 'and 8 more', before: '', after: 'not met' });
  });

  it('says an error in ulp shortly', () => {
    expect([0, 0.5234, 12.3, 9999, 10_000, 3.14e9].map(ulps)).toEqual([
      '0',
      '0.52',
      '12',
      '10000',
      '1.0e+4',
      '3.1e+9',
    ]);
  });
});
