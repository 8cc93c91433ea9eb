import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, runInPage } from './suite/browser.ts';
import { outcomes } from './suite/everywhere.ts';

interface Said {
  readonly codeFromStrings: boolean;
  readonly outcomes: readonly { name: string; error?: string; numbers: readonly string[] }[];
}

const chromium = findChromium();
const required = process.env.VIBEGRAD_REQUIRE_ALL === '1';
const here = outcomes();

/** Distance in units in the last place of the expected number; 0 for the same bits, and for two NaNs. */
function ulps(x: number, expected: number): number {
  if (Object.is(x, expected)) return 0;
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52), Number.MIN_VALUE);
  return Math.abs(x - expected) / unit;
}

describe.skipIf(chromium === null && !required)('the engine in Chromium (apt-get install chromium)', () => {
  let profile: string;
  let said: Said;

  beforeAll(async () => {
    if (chromium === null) throw new Error('there is no Chromium: apt-get install chromium, or set CHROMIUM');
    profile = await mkdtemp(join(tmpdir(), 'vibegrad-chromium-'));
    const answer = await runInPage(
      chromium,
      'test/engine/suite/page.ts',
      profile,
      AbortSignal.timeout(90_000),
    );
    expect(answer).not.toHaveProperty('failed');
    said = answer as Said;
  }, 120_000);
  afterAll(async () => {
    if (profile !== undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  it('runs where the policy of the page forbids code from strings', () => {
    expect(said.codeFromStrings).toBe(false);
  });

  it('runs every case that Node runs', () => {
    expect(said.outcomes.map(({ name }) => name)).toEqual(here.map(({ name }) => name));
  });

  it.each(here.map(({ name }, i) => ({ name, i })))('$name', ({ i }) => {
    expect(said.outcomes[i]!.error).toBeUndefined();
  });

  it('gives the numbers that Node gives, to 2 ulp', () => {
    const far = here.flatMap(({ name, numbers }, i) =>
      numbers.flatMap((x, k) => {
        const there = said.outcomes[i]!.numbers[k];
        return there !== undefined && ulps(Number(there), x) <= 2
          ? []
          : [`${name}: ${x} here, ${there} there`];
      }),
    );
    expect(far).toEqual([]);
  });
});
