import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { correctionSchema } from '../../agent/actions/schemas.ts';
import { INSTALL, realServerWanted, startRealServer } from '../models/real-server.ts';
import { desk, jsonOf, newestSession, vibegrad } from './vibegrad.ts';

const run = ['control', 'correction', '--json'];

describe('vibegrad control correction', () => {
  it('finds known chances again, draws them, and reads them from the session once more', {
    timeout: 180_000,
  }, async () => {
    const at = desk();
    const rates = { right: 0.3, alone: [0, 0.1], verdict: [0.1, 0], evidence: [1, 0] } as const;
    const model = 'simulated:0.3,0/0.1,0.1/0,1/0';
    const picture = join(at.dir, 'rates.svg');
    const ran = await vibegrad(at, [...run, '--model', model, '--items', '20', '--picture', picture]);
    expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' });
    const document = correctionSchema.parse(jsonOf(ran));
    expect(jsonOf(ran)).toEqual(document);
    expect(document).toMatchObject({
      model: { id: model, kind: 'simulation, not a language model' },
      status: 'done',
      questions: 20,
      unjudged: 0,
      unreadable: 0,
    });
    expect(document.first.low).toBeLessThanOrEqual(rates.right);
    expect(document.first.high).toBeGreaterThanOrEqual(rates.right);
    for (const { arm, ecr, eir } of document.arms) {
      const [mended, broken] = rates[arm];
      expect(ecr.low, arm).toBeLessThanOrEqual(mended);
      expect(ecr.high, arm).toBeGreaterThanOrEqual(mended);
      expect(eir.low, arm).toBeLessThanOrEqual(broken);
      expect(eir.high, arm).toBeGreaterThanOrEqual(broken);
    }
    // What was printed mends every answer here; the bare verdict hardly any.
    expect(document.effects.map(({ arm, shown }) => [arm, shown])).toEqual([
      ['verdict', false],
      ['evidence', true],
    ]);
    expect(readFileSync(picture, 'utf8')).toContain('(simulation, not a language model)');

    const { id, dir } = newestSession(at);
    expect(jsonOf(await vibegrad(at, [...run, '--session', id]))).toEqual(document);
    const text = await vibegrad(at, ['control', 'correction', '--session', id]);
    expect(text.stdout).toContain('○ The verdict: no effect is shown');
    expect(readFileSync(join(dir, 'transcript.md'), 'utf8')).not.toContain('(language model)');
    expect(await vibegrad(at, ['replay', id])).toMatchObject({ code: 0 });
  });

  it('refuses what it cannot measure, in a sentence', { timeout: 60_000 }, async () => {
    const at = desk();
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /either --model or --session is needed/],
      [['--model', 'embedded'], /embedded is a search for rules: it answers no questions/],
      [['--model', 'simulated:half'], /simulated:half names no rates/],
      [['--model', 'simulated:0.5,0/0,0/0,0/0', '--items', '1000'], /there are \d+ questions, not 1000/],
      [['--session', 'manual'], /is a session of improve, not of this experiment/],
    ];
    for (const [args, why] of cases) {
      const ran = await vibegrad(at, ['control', 'correction', ...args]);
      expect(ran, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(why);
    }
  });

  it.skipIf(!realServerWanted())(
    `measures a real language model through its server (install it with ${INSTALL})`,
    { timeout: 180_000 },
    async () => {
      const server = await startRealServer();
      try {
        const ran = await vibegrad(desk(), [...run, '--model', server.id, '--items', '3']);
        expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' });
        expect(correctionSchema.parse(jsonOf(ran))).toMatchObject({
          model: { kind: 'language model' },
          questions: 3,
          unjudged: 0,
          first: { of: 3 },
        });
      } finally {
        await server.stop();
      }
    },
  );
});
