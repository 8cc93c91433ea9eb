import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { desk, expectPlainFailure, jsonOf, newestSession, vibegrad } from './vibegrad.ts';

describe('vibegrad ask, with nothing but what is shipped', { timeout: 120_000 }, () => {
  it('gives the closest recorded answer, runs its claims, offers two questions, and replays', async () => {
    const at = desk();
    const ran = await vibegrad(at, ['ask', 'why are finite differences unstable?']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('No model was asked. This is');
    expect(ran.stdout).toMatch(
      /recorded earlier, from: the session textbook, \d{4}-\d\d-\d\d, a person typed this/,
    );
    expect(ran.stdout).toMatch(/^ {4}verified {2}/m);
    expect(ran.stdout).not.toContain('refuted');
    expect(ran.stdout).toMatch(/Ask next:\n {2}1 {2}.+\?\n {2}2 {2}.+\?\n/);
    expect(ran.stdout).toMatch(
      /\n1 question, 0 tokens, \S+ s\nvibegrad show \S+ reads it again; its transcript.md lies there\.\n$/,
    );
    const { id, dir } = newestSession(at);
    expect(readFileSync(join(dir, 'transcript.md'), 'utf8')).toContain('No model was asked.');
    expect(await vibegrad(at, ['replay', '--level', 'render', id])).toMatchObject({ code: 0 });
    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json', id])));
    expect(JSON.stringify(shown)).toContain('truncation-and-roundoff');
  });

  it('says so where no recorded answer is about the question', async () => {
    const ran = await vibegrad(desk(), ['ask', 'zyzzyva quokka?']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/no recorded answer is\s+about this\.\s+There\s+are,\s+for\s+example/);
  });

  it('takes only kinds, topics and phrases that there are', async () => {
    const at = desk();
    const why = ['ask', 'why are finite differences unstable?', '--about'];
    expectPlainFailure(
      await vibegrad(at, [...why, 'no such phrase']),
      2,
      /"no such phrase" does not stand in the recorded answer that is closest, to ".+"/,
    );
    expect(
      await vibegrad(at, [...why, 'Half of the sixteen digits are gone at the best step']),
    ).toMatchObject({
      code: 0,
    });
    expectPlainFailure(await vibegrad(at, ['ask', 'x', '--kind', 'ode']), 2, /no kind ode.*\n.*limits/);
    expectPlainFailure(await vibegrad(at, ['ask', 'x', '--topic', 'ode']), 2, /no topic ode.*\n.*kinks/);
    expectPlainFailure(await vibegrad(at, ['ask', ' ']), 2, /the question is empty/);
    expectPlainFailure(await vibegrad(at, ['tour', 'ode']), 2, /no topic ode/);
  });
});

describe('vibegrad ask, with a model', { timeout: 120_000 }, () => {
  it('asks in a kind of the folder, runs the claims, and hands a refuted one back once', async () => {
    const at = desk();
    const kinds = await vibegrad(at, ['kinds', 'new', 'worked-example']);
    expect(kinds, kinds.stderr).toMatchObject({ code: 0 });
    const answers = join(at.dir, 'answers');
    mkdirSync(answers);
    const answer = (value: number) =>
      JSON.stringify({
        prose: 'The slope of x·x at 3.',
        claims: [
          {
            statement: `It is ${value}.`,
            code: "import { grad, mul } from 'vibegrad/engine';\nconsole.log(grad((x) => mul(x, x))(3)[0]);\n",
            expect: { kind: 'equals', value, within: 0 },
          },
        ],
        offers: ['And at 4?', 'And of x·x·x?'],
      });
    writeFileSync(join(answers, '1.md'), answer(5));
    writeFileSync(join(answers, '2.md'), answer(6));
    const options = [
      '--kind',
      'worked-example',
      '--about',
      'slope',
      '--model',
      'manual',
      '--answers',
      answers,
    ];
    const ran = await vibegrad(at, ['ask', 'How steep?', ...options]);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/refuted {2}It is 5\./);
    expect(ran.stdout).toMatch(/verified {2}It is 6\./);
    expect(ran.stdout).toContain('2  And of x·x·x?');
    const transcript = readFileSync(join(newestSession(at).dir, 'transcript.md'), 'utf8');
    expect(transcript).toContain('kind: worked-example');
    expect(transcript).toContain('about: slope');
  });
});

describe('vibegrad tour, with nothing but what is shipped', { timeout: 240_000 }, () => {
  it('that is interrupted loses nothing, and goes on where it stopped', async () => {
    const at = desk();
    let stopped = false;
    const first = await vibegrad(at, ['tour', 'derivative-programs'], {
      watch: (output, kill) => {
        if (stopped || !output.includes('verified')) return;
        stopped = true;
        kill('SIGINT');
      },
    });
    expect(first).toMatchObject({ code: 130 });
    expect(first.stdout).toMatch(/\n[12] questions?, 0 tokens, /);
    const { id, dir } = newestSession(at);
    const resumed = await vibegrad(at, ['resume', id]);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(resumed.stdout).not.toContain('What is the derivative of a program');
    const transcript = readFileSync(join(dir, 'transcript.md'), 'utf8');
    expect(transcript.match(/^Claim \d+, verified/gm)).toHaveLength(3);
  });

  it('begins where it is told to', async () => {
    const at = desk();
    const ran = await vibegrad(at, ['tour', 'dual-numbers', '--from', 'dual-numbers']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('1 of 1: Dual numbers');
    const elsewhere = await vibegrad(at, ['tour', 'dual-numbers', '--from', 'nowhere']);
    expectPlainFailure(elsewhere, 2, /there is no topic nowhere/);
  });

  it('walks the path to a topic in order, and every claim on it holds', async () => {
    const at = desk();
    const ran = await vibegrad(at, ['tour', 'dual-numbers']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout.indexOf('1 of 2: Programs that have derivatives')).toBeGreaterThanOrEqual(0);
    expect(ran.stdout.indexOf('2 of 2: Dual numbers')).toBeGreaterThan(ran.stdout.indexOf('1 of 2'));
    expect(ran.stdout.match(/^ {4}verified/gm)?.length).toBeGreaterThanOrEqual(5);
    expect(ran.stdout).not.toMatch(/refuted|nothing claimed/);
    expect(ran.stdout).toContain('4 questions');
  });
});
