import { afterAll, describe, expect, test } from 'vitest';
import { categories } from '../../agent/redteam/index.ts';
import { openPass } from '../../agent/redteam/pass.ts';

/** Seconds for one candidate: the slowest waits for the 20 s that Python has. */
const SECONDS = 90;

/** Every candidate of the corpus, one test each, taken one way; then nothing is left. */
export async function takeAll(bubblewrap: boolean): Promise<void> {
  const pass = await openPass(bubblewrap, new AbortController().signal);
  let closed = false;
  afterAll(async () => {
    if (!closed) await pass.close();
  });

  test('the honest engine is accepted', { timeout: SECONDS * 1000 }, async () => {
    expect(await pass.takeHonest()).toMatchObject({ accepted: true, escapes: [] });
  });

  describe.each(categories)('$name', ({ candidates }) => {
    const tried = candidates.filter((one) => bubblewrap || !one.onlyBubblewrapHolds);
    test.each(tried)('$id: $tries', { timeout: SECONDS * 1000 }, async (candidate) => {
      const take = async () => {
        const { accepted, escapes, ...refusal } = await pass.take(candidate);
        expect({ accepted, escapes }).toEqual({ accepted: false, escapes: [] });
        return refusal;
      };
      let refusal = await take();
      // Which of several wrongs is met first depends on what was drawn: once more, with other draws.
      if (!candidate.because.test(refusal.reason)) refusal = await take();
      expect(refusal.reason).toMatch(candidate.because);
      expect([candidate.ends].flat()).toContain(refusal.ended);
    });
  });

  test('nothing is left when it is over', { timeout: SECONDS * 1000 }, async () => {
    closed = true;
    expect(await pass.close()).toEqual([]);
  });
}
