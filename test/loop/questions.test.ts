import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { desk, jsonOf, newestSession, vibegrad, workspaceOn } from '../cli/vibegrad.ts';
import { chatServer } from './chat-server.ts';
import { answerWith, byGoal, gradOfSquare, isQuestion, rules } from './script.ts';

describe('a session whose questions a bandit chooses', () => {
  it('asks before every proposal, says which kind and why, and replays', { timeout: 60_000 }, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const propose = byGoal({
      'r1/neg': [() => rules('neg: -1')],
      'r1/square': [() => rules('square: 3 * x'), () => rules('square: 2 * x')],
    });
    const server = await chatServer((call) =>
      isQuestion(call)
        ? answerWith('So it goes.', [{ statement: 'It is 6 at 3', code: gradOfSquare(3), value: 6 }])
        : propose(call),
    );
    const ran = await vibegrad(
      at,
      ['improve', '--auto', '--questions', 'bandit', '--model', server.model, '--goal', 'neg', 'square'],
      { cwd: repo },
    );
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });

    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
    const kinds = shown.entries.flatMap((entry) => (entry.kind === 'question' ? [entry.questionKind] : []));
    const why = shown.entries.flatMap((entry) =>
      entry.kind === 'observation' && entry.text.startsWith('Question by the policy bandit: ')
        ? [entry.text]
        : [],
    );
    expect(kinds).toHaveLength(shown.proposals);
    expect(why).toHaveLength(kinds.length);
    for (const [i, kind] of kinds.entries()) expect(why[i]).toContain(`drawn for ${kind}, 0.`);

    const { dir } = newestSession(at);
    const transcript = readFileSync(join(dir, 'transcript.md'), 'utf8');
    for (const text of why) expect(transcript).toContain(text);
    // What was drawn is a recorded result, so that the same choice follows from the journal alone.
    expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).toContain('"kind":"random"');
    expect(await vibegrad(at, ['replay'])).toMatchObject({ code: 0 });
  });

  it('refuses a policy that there is not', async () => {
    const ran = await vibegrad(desk(), ['improve', '--questions', 'greedy']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('none, fixed, round-robin, bandit');
  });
});
