import { expect, it, vi } from 'vitest';
import { reviewSession } from '../../agent/actions/decisions.ts';
import { tryText } from '../../agent/actions/try.ts';
import { plain, styleFor, widthOf } from '../../agent/review/style.ts';
import { record, scratch, story } from '../review/fixture.ts';

const narrow = styleFor({ isTTY: true, columns: 40 }, { NO_COLOR: '1' });
const tooWide = (text: string): string[] => text.split('\n').filter((line) => widthOf(line) > narrow.width);
const words = (text: string): string => text.replace(/\s+/g, ' ');

it('what `try` says fits the terminal, all of it, and is one line a sentence where it is piped', () => {
  const refused = {
    ...{ op: 'tanh', rule: '1 + y*y', met: false, reasons: [], cases: 50, worstUlp: null, seconds: 0.1 },
    counterexample: {
      ...{ check: 'r1/tanh/grad', label: 'the derivative of tanh at x = 1', inputs: ['1'] },
      ...{ expected: '0.4199743416140261', got: '1.5800256583859738' },
    },
  };
  const accepted = { ...refused, met: true, rule: '1 - y*y', counterexample: null, worstUlp: 0.75 };
  const reasons = ['The rule calls exp, which the engine does not hold, and says no more than that.'];
  for (const said of [refused, accepted, { ...refused, reasons, counterexample: null }]) {
    expect(tooWide(tryText(said, narrow))).toEqual([]);
    expect(words(tryText(said, narrow))).toBe(words(tryText(said, plain)));
  }
  expect(tryText(refused, plain).split('\n')).toHaveLength(3);
});

it('so does what `review` shows, but for code, which stays as it is', async () => {
  const dir = await record({
    dir: scratch(),
    steps: story(),
    title: 'A long title of a session. '.repeat(4),
  });
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  await reviewSession(dir, { style: narrow });
  log.mockRestore();
  expect(said.join('\n')).toContain('undecided');
  for (const line of tooWide(said.join('\n'))) expect(line).toMatch(/^[-+@ ]|^diff |^index /);
});
