import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import {
  type Desk,
  desk,
  expectPlainFailure,
  fingerprint,
  improving,
  jsonOf,
  newestSession,
  vibegrad,
  workspaceOn,
} from '../cli/vibegrad.ts';
import { chatServer } from './chat-server.ts';
import { answerWith, isQuestion, rules } from './script.ts';

const goals = ['r1/neg', 'r1/exp'];
const improveEmbedded = ['improve', '--auto', '--model', 'embedded', '--goal', ...goals];

/** What a session landed, in order: trees and goals. Commits carry times and heads, and differ. */
async function landedBy(at: Desk): Promise<readonly { tree: string; goals: readonly string[] }[]> {
  const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
  return shown.entries
    .flatMap((entry) => (entry.kind === 'proposal' && entry.landed !== null ? [entry.landed] : []))
    .map(({ tree, goals: gained }) => ({ tree, goals: gained }));
}

let expected: Awaited<ReturnType<typeof landedBy>>;

beforeAll(async () => {
  const at = desk({}, afterAll);
  const ran = await vibegrad(at, improveEmbedded, { cwd: await workspaceOn(at) });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expected = await landedBy(at);
  expect(expected.map((one) => one.goals)).toEqual([['r1/neg'], ['r1/exp']]);
}, 120_000);

describe('a session that is killed', () => {
  it('resumes to the same accepted trees, wherever it was', { timeout: 300_000 }, async () => {
    const points = [
      'append:middle:start',
      'device:before:model',
      'device:after:model',
      'sync:before',
      'device:after:judge',
      '90',
    ];
    for (const point of points) {
      const at = desk();
      const repo = await workspaceOn(at);
      const before = fingerprint(repo);
      const killed = await vibegrad(at, improveEmbedded, {
        cwd: repo,
        env: { VIBEGRAD_TEST: '1', VIBEGRAD_CRASH_AT: point },
      });
      expect(killed.signal, `${point}: ${killed.stderr}`).toBe('SIGKILL');
      const resumed = await vibegrad(at, ['resume'], { cwd: repo });
      if (point === 'append:middle:start') {
        // Not one whole line: there is nothing to resume, and it is said.
        expectPlainFailure(resumed, 6, /stopped before its first line|no session/i);
        continue;
      }
      expect(resumed, `${point}: ${resumed.stderr}`).toMatchObject({ code: 0 });
      expect(await landedBy(at), point).toEqual(expected);
      expect(fingerprint(repo)).toEqual(before);
    }
  });
});

describe('a person who stops it', () => {
  it('once: it ends cleanly, says how to resume, and resumes to the same trees', {
    timeout: 180_000,
  }, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    let sent = false;
    const stopped = await vibegrad(at, improveEmbedded, {
      cwd: repo,
      watch: (output, kill) => {
        if (!sent && output.includes('✓')) kill('SIGINT');
        sent ||= output.includes('✓');
      },
    });
    expect(stopped, stopped.stderr).toMatchObject({ code: 130, stderr: '' });
    const { id } = newestSession(at);
    expect(stopped.stdout).toContain(`vibegrad resume ${id}`);
    const resumed = await vibegrad(at, ['resume', id], { cwd: repo });
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(await landedBy(at)).toEqual(expected);
  });

  it('twice: it ends at once, and the session is whole all the same', { timeout: 180_000 }, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    // A server that never answers: only a stop ends this.
    let asked = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await chatServer(() => ({ raw: () => asked() }));
    let kill: ((signal: NodeJS.Signals) => void) | null = null;
    const running = vibegrad(at, ['improve', '--auto', '--model', server.model, '--goal', 'neg'], {
      cwd: repo,
      watch: (output, send) => {
        kill ??= send;
        if (output.includes('Ctrl-C again')) send('SIGINT');
      },
    });
    await reached;

    // Meanwhile a second run on the same session is refused by name.
    const { id, dir } = newestSession(at);
    const second = await vibegrad(at, ['resume', id], { cwd: repo });
    expectPlainFailure(second, 6, new RegExp(`${dir} is in use by process \\d+`));

    (kill as ((signal: NodeJS.Signals) => void) | null)?.('SIGINT');
    expect(await running).toMatchObject({ code: 130 });
    expect((await vibegrad(at, ['show', id])).code).toBe(0);
  });
});

describe('a budget', () => {
  it.each([
    ['--max-iterations', '1', 'iterations'],
    ['--max-tokens', '9000', 'tokens'],
    ['--max-time', '0.001', 'time'],
  ])('%s %s stops cleanly, and a larger one goes on', { timeout: 180_000 }, async (option, value, limit) => {
    const at = desk();
    const repo = await workspaceOn(at);
    const server = await chatServer((call) => {
      if (isQuestion(call)) return answerWith('So it goes.', []);
      return call.messages[0]?.content.includes('### r1/neg') ? rules('neg: -1') : rules('square: 2 * x');
    });
    const improve = [...improving(server.model, 'neg', 'square'), '--auto'];
    const stopped = await vibegrad(at, [...improve, option, value], { cwd: repo });
    expect(stopped, stopped.stderr).toMatchObject({ code: 8, stderr: '' });
    expect(stopped.stdout).toContain(`The ${limit} limit was met`);
    if (option === '--max-iterations') expect(stopped.stdout).toMatch(/left: 0 proposals/);
    expect(existsSync(join(newestSession(at).dir, 'transcript.md'))).toBe(true);

    const resumed = await vibegrad(at, ['resume', option, '100000'], { cwd: repo });
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect((await landedBy(at)).flatMap((one) => one.goals).toSorted()).toEqual(['r1/neg', 'r1/square']);
  });
});
