import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finish, finishText } from '../../agent/review/finish.ts';
import { decide, type ReviewDevices, reviewDocument, undo } from '../../agent/review/keep.ts';
import { openSession } from '../../agent/review/open.ts';
import { reviewSchema } from '../../agent/review/reports.ts';
import { chainCommits, moveBranch } from '../../agent/workspace/index.ts';
import { git, sandbox } from '../workspace/repository.ts';
import { noteOf, record, type Step, say, scratch, verdict } from './fixture.ts';

const box = sandbox();

const lines = ['add', 'mul', ''];
/** Three edits: two at different places, and one to a line that the second brought. */
const edits = [
  { title: 'sub', from: 'add\n', to: 'add\nsub\n' },
  { title: 'tanh', from: 'mul\n', to: 'mul\ntanh = rough\n' },
  { title: 'sharper tanh', from: 'tanh = rough\n', to: 'tanh = sharp\n' },
  { title: 'neg', from: 'mul\n', to: 'neg\nmul\n' },
];

/** A session that landed the four edits in a real repository, and what a review needs of the world. */
async function reviewed(refuses: (text: string) => string | null = () => null) {
  const repo = box.repository({ 'engine.ts': lines.join('\n') });
  const workspace = await box.workspace(repo, { session: 'a-session', cacheDir: box.fresh('cache') });
  const steps: Step[] = [];
  let commit = workspace.base;
  let text = lines.join('\n');
  for (const [i, { title, from, to }] of edits.entries()) {
    const number = i + 1;
    text = text.replace(from, to);
    const reply = `engine.ts\n\`\`\`\n${text}\`\`\``;
    const call = { op: 'apply', commit, format: 'whole-file', text: reply } as const;
    const applied = await workspace.perform(call);
    if (!applied.ok) throw new Error(applied.failure.message);
    const said = verdict(true, { tree: applied.tree, receiptId: String(number).repeat(64) });
    const accept = {
      op: 'accept',
      commit,
      tree: applied.tree,
      subject: title,
      body: '',
      trailers: {},
    } as const;
    const landed = await workspace.perform(accept);
    if (!landed.ok) throw new Error('moved');
    steps.push(
      { model: 'propose', reply: {} },
      say('proposal', { number, goals: [`r1/${title}`], title, format: 'auto', hint: null }),
      { workspace: call, result: applied },
      { judge: [`r1/${title}`], verdict: said },
      noteOf(number, said),
      { workspace: accept, result: landed },
      say('landed', { number, commit: landed.commit, tree: applied.tree, goals: [`r1/${title}`] }),
    );
    commit = landed.commit;
  }
  const dir = await record({ dir: scratch(), steps, title: `In ${repo}` });
  const judged: string[] = [];
  const devices: ReviewDevices = {
    workspace,
    async judge(call, draw) {
      const tree = await workspace.readTree(call.candidate);
      const content = Buffer.from(tree.files[0]?.bytes ?? []).toString();
      const bytes = Buffer.from(await draw(call.candidate, 'full')).toString('hex');
      judged.push(bytes);
      const why = refuses(content);
      return verdict(why === null, {
        tree: call.candidate,
        receiptId: 'f'.repeat(64),
        reasons: why === null ? [] : [why],
      });
    },
    chain: (onto, commits) => chainCommits({ repo, session: 'a-session' }, onto, commits),
    move: (from, to) => moveBranch({ repo, session: 'a-session' }, from, to),
  };
  const content = () => git(repo, 'show', 'vibegrad/a-session:engine.ts');
  return { repo, dir, session: openSession(dir), devices, judged, content, landed: commit };
}

const states = (document: ReturnType<typeof reviewDocument>) => document.diffs.map((diff) => diff.state);

describe('a review', () => {
  it('lists each accepted diff with goals, verdict, cost and receipt', async () => {
    const { session, landed } = await reviewed();
    const document = reviewSchema.parse(reviewDocument(session));
    expect(document).toMatchObject({ session: 'a-session', branch: 'vibegrad/a-session', head: landed });
    expect(document.diffs.map((diff) => [diff.number, diff.title, diff.state])).toEqual([
      [1, 'sub', 'undecided'],
      [2, 'tanh', 'undecided'],
      [3, 'sharper tanh', 'undecided'],
      [4, 'neg', 'undecided'],
    ]);
    expect(document.diffs[0]).toMatchObject({ goals: ['r1/sub'], receiptId: '1'.repeat(64) });
    expect(document.diffs[0]?.cost).toMatchObject({ tokens: 120, cost: 0.001 });
    expect(document.diffs[0]?.diff).toContain('+sub');
  });

  it('does not keep what was lost when another was dropped', async () => {
    const { session, devices } = await reviewed();
    await decide(session, 2, 'drop', devices);
    await expect(decide(session, 3, 'keep', devices)).rejects.toThrow(
      /Proposal 3 cannot be kept: .* no longer holds/,
    );
    await decide(session, 2, 'keep', devices);
    expect(states(await decide(session, 3, 'keep', devices))[2]).toBe('kept');
  });

  it('keeps without touching the branch', async () => {
    const { session, devices, repo, landed, judged } = await reviewed();
    expect(states(await decide(session, 2, 'keep', devices))[1]).toBe('kept');
    expect(git(repo, 'rev-parse', 'vibegrad/a-session')).toBe(landed);
    expect(judged).toEqual([]);
  });

  it('dropping rebuilds the branch, judges what follows again, and says which diff no longer holds', async () => {
    const { session, devices, content, judged, repo, landed } = await reviewed();
    const first = git(repo, 'rev-list', '--reverse', 'main..vibegrad/a-session').split('\n')[0];
    const document = await decide(session, 2, 'drop', devices);
    expect(content()).toBe('add\nsub\nneg\nmul');
    expect(states(document)).toEqual(['undecided', 'dropped', 'lost', 'undecided']);
    expect(document.diffs[2]).toMatchObject({ commit: null, why: expect.stringMatching(/engine\.ts/) });
    expect(document.diffs[3]).toMatchObject({ receiptId: 'f'.repeat(64), commit: document.head });
    expect(judged).toHaveLength(1);
    expect(git(repo, 'rev-list', '--reverse', 'main..vibegrad/a-session').split('\n')[0]).toBe(first);
    expect(git(repo, 'log', '-1', '--format=%B', 'vibegrad/a-session')).toContain(
      `Vibegrad-Receipt: ${'f'.repeat(64)}`,
    );
    expect(git(repo, 'rev-parse', 'refs/vibegrad/a-session/landed')).toBe(landed);
  });

  it('a diff that applies but no longer passes is lost with the judge’s reason', async () => {
    const { session, devices, content } = await reviewed((text) =>
      text.includes('sub') ? null : 'neg needs sub',
    );
    const document = await decide(session, 1, 'drop', devices);
    expect(states(document)).toEqual(['dropped', 'lost', 'lost', 'lost']);
    expect(document.diffs[3]?.why).toBe('neg needs sub');
    expect(content()).toBe('add\nmul');
  });

  it('undo brings back what was dropped, and all that was lost with it', async () => {
    const { session, devices, content } = await reviewed();
    const before = content();
    await decide(session, 2, 'drop', devices);
    const document = await undo(session, devices);
    expect(content()).toBe(before);
    expect(states(document)).toEqual(['undecided', 'undecided', 'undecided', 'undecided']);
    await expect(undo(session, devices)).rejects.toThrow(/No decision/);
  });

  it('a tree that was judged once keeps its verdict, and a draw is never redrawn', async () => {
    const { session, dir, devices, judged } = await reviewed();
    await decide(session, 2, 'drop', devices);
    await undo(session, devices);
    await decide(session, 2, 'drop', devices);
    expect(judged).toHaveLength(1);
    const drawn = readFileSync(join(dir, 'review.jsonl'), 'utf8').match(/"type":"draw"/g);
    expect(drawn).toHaveLength(1);
  });

  it('moves the branch even if it was killed after recording where to', async () => {
    const { session, devices, content } = await reviewed();
    const killed = { ...devices, move: () => Promise.reject(new Error('killed')) };
    await expect(decide(session, 4, 'drop', killed)).rejects.toThrow('killed');
    expect(content()).toContain('neg');
    await decide(session, 1, 'keep', devices);
    expect(content()).not.toContain('neg');
  });

  it('refuses what did not land, a branch that somebody moved, and one that is checked out', async () => {
    const { session, devices, repo, landed } = await reviewed();
    await expect(decide(session, 9, 'drop', devices)).rejects.toThrow(/Proposal 9 .* was not accepted/);
    git(repo, 'update-ref', 'refs/heads/vibegrad/a-session', 'main');
    await expect(decide(session, 2, 'drop', devices)).rejects.toThrow(/somebody moved it/);
    git(repo, 'update-ref', 'refs/heads/vibegrad/a-session', landed);
    git(repo, 'switch', '--quiet', 'vibegrad/a-session');
    await expect(decide(session, 4, 'drop', devices)).rejects.toThrow(/is checked out/);
    expect(git(repo, 'rev-parse', 'HEAD')).toBe(landed);
  });
});

describe('the record of a review', () => {
  it('is refused where a line was changed, and of another session', async () => {
    const { session, dir, devices } = await reviewed();
    await decide(session, 1, 'keep', devices);
    const path = join(dir, 'review.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"keep"', '"drop"'));
    expect(() => reviewDocument(session)).toThrow(/review\.jsonl, line 1/);
    const other = await reviewed();
    await decide(other.session, 1, 'keep', other.devices);
    const [line = ''] = readFileSync(join(other.dir, 'review.jsonl'), 'utf8').split('\n');
    writeFileSync(path, `${line}\n`);
    expect(() => reviewDocument(session)).toThrow(/review\.jsonl, line 1/);
  });

  it('goes on after half a line that a crash left', async () => {
    const { session, dir, devices } = await reviewed();
    await decide(session, 1, 'keep', devices);
    appendFileSync(join(dir, 'review.jsonl'), '{"seq":2,"at"');
    expect(states(reviewDocument(session))[0]).toBe('kept');
    await decide(session, 2, 'keep', devices);
    expect(states(reviewDocument(session)).slice(0, 2)).toEqual(['kept', 'kept']);
  });
});

describe('finishing', () => {
  it('gives merge commands and a pull-request text with the receipts of what is kept', async () => {
    const { session, devices, repo } = await reviewed();
    await decide(session, 2, 'drop', devices);
    const result = finish(session);
    expect(result.commands).toContain('git merge --no-ff vibegrad/a-session');
    expect(result.pullRequest.body).toContain(`\`${'1'.repeat(64)}\``);
    expect(result.pullRequest.body).not.toContain('2'.repeat(64));
    expect(result.pullRequest.body).toContain('Left out after review: 2 (tanh), 3 (sharper tanh)');
    expect(finishText(result)).toContain('git merge --no-ff vibegrad/a-session');
    git(repo, 'merge', '--quiet', '--no-ff', '--no-edit', 'vibegrad/a-session');
    expect(git(repo, 'show', 'main:engine.ts')).toBe('add\nsub\nneg\nmul');
  });

  it('has nothing to merge where nothing was kept', async () => {
    const session = openSession(await record({ dir: scratch(), steps: [] }));
    expect(finishText(finish(session))).toMatch(/there is nothing to merge/);
  });
});
