import { describe, expect, it } from 'vitest';
import { createSimulated, parseRates } from '../../agent/models/simulated.ts';
import type { ModelRequest } from '../../agent/models/types.ts';

const { signal } = new AbortController();
const rates = '0.3,0.1/0.2,0.5/0.05,0.9/0.02';
const model = createSimulated(`simulated:${rates}`, parseRates(rates), async (code) => Number(code));

const ask = async (
  code: string,
  asked: 'first' | 'alone' | 'evidence',
  earlier?: number,
): Promise<number> => {
  const said =
    earlier === undefined ? [] : [{ role: 'assistant', content: JSON.stringify({ value: earlier }) }];
  const request = {
    ...{ system: '', maxTokens: 1, task: { kind: 'predict', code, asked } },
    messages: [{ role: 'user', content: '' }, ...said, { role: 'user', content: '' }],
  } as ModelRequest;
  return (JSON.parse((await model.complete(request, { signal })).text) as { value: number }).value;
};

describe('a simulation of known chances', () => {
  it('is never called a language model, and says so where it is asked something else', async () => {
    expect(model.kind).toBe('simulation, not a language model');
    const request = { system: '', messages: [], maxTokens: 1 };
    expect((await model.complete(request, { signal })).text).toContain('not a language model');
  });

  it('answers rightly as often as its rates say, and the same to the same question', async () => {
    const codes = Array.from({ length: 4000 }, (_, i) => String(i));
    const share = async (answers: Promise<boolean>[]) =>
      (await Promise.all(answers)).filter(Boolean).length / answers.length;
    const near = (found: number, p: number) =>
      expect(Math.abs(found - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / codes.length));
    near(await share(codes.map(async (code) => (await ask(code, 'first')) === Number(code))), 0.3);
    const mended = codes.map(
      async (code) => (await ask(code, 'evidence', Number(code) + 1)) === Number(code),
    );
    near(await share(mended), 0.9);
    const broken = codes.map(async (code) => (await ask(code, 'alone', Number(code))) !== Number(code));
    near(await share(broken), 0.2);
    expect(await ask('5', 'first')).toBe(await ask('5', 'first'));
  });

  it('refuses rates that are none', () => {
    for (const text of ['', '0.5', '2,0/0,0/0,0/0', '0.5,0.1,0.1,0.1', `${rates},x`])
      expect(() => parseRates(text), text).toThrow(/names no rates/);
    expect(parseRates(`${rates},7`).seed).toBe(7);
  });
});
