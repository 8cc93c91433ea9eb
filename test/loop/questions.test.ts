import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QuestionArgs } from '../../agent/programs/questions.ts';
import { showSchema } from '../../agent/review/reports.ts';
import { desk, jsonOf, newestSession, vibegrad, workspaceOn } from '../cli/vibegrad.ts';
import { chatServer } from './chat-server.ts';
import { answerWith, byGoal, gradOfSquare, isQuestion, rules } from './script.ts';

describe('a session whose questions a bandit chooses', () => {
  it('asks before every proposal, says which kind and why, and replays', { timeout: 120_000 }, async () => {
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

    // The next one in this repository begins with what came of these, and says so; its journal holds it.
    const startOf = (session: string) => {
      const [line] = readFileSync(join(session, 'journal.jsonl'), 'utf8').split('\n', 1);
      return (JSON.parse(line!) as { args: { questions: QuestionArgs } }).args.questions;
    };
    const came = Object.fromEntries(kinds.map((kind) => [kind, { accepted: 0, refused: 0 }]));
    const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
    for (const [i, kind] of kinds.entries())
      came[kind]![proposals[i]?.outcome === 'landed' ? 'accepted' : 'refused'] += 1;
    /** Begins a session, and says which one it is. */
    const improve = async (policy: string, folder: string): Promise<string> => {
      const all = () => readdirSync(join(at.home, 'sessions'));
      const before = new Set(all());
      const args = ['improve', '--auto', '--questions', policy, '--model', server.model, '--goal', 'square'];
      expect(await vibegrad(at, args, { cwd: folder })).toMatchObject({ code: 0 });
      return join(at.home, 'sessions', all().find((id) => !before.has(id))!);
    };
    const second = await improve('bandit', repo);
    const begun = startOf(second);
    expect(begun.earlier).toEqual([basename(dir)]);
    for (const { kind, question: _, ...counts } of begun.kinds) expect(counts).toEqual(came[kind] ?? {});
    expect(readFileSync(join(second, 'transcript.md'), 'utf8')).toContain(
      `The policy bandit begins with what came of ${kinds.length} proposals in ${basename(dir)}.`,
    );
    expect(await vibegrad(at, ['replay', basename(second)])).toMatchObject({ code: 0 });

    // Elsewhere, and by a policy that learns nothing, a session begins with nothing.
    for (const other of [
      await improve('bandit', await workspaceOn(at, 'another')),
      await improve('round-robin', repo),
    ]) {
      expect(startOf(other)).not.toHaveProperty('earlier');
    }
  });

  it('refuses a policy that there is not', async () => {
    const ran = await vibegrad(desk(), ['improve', '--questions', 'greedy']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('none, fixed, round-robin, bandit');
  });
});
