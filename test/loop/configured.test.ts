import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { desk, git, jsonOf, newestSession, vibegrad } from '../cli/vibegrad.ts';
import { chatServer } from './chat-server.ts';
import { goalsAsked } from './script.ts';

const row = '  sin: { value: Math.sin, slopes: (_, x) => [Math.cos(x!)] },';
const adding = (slope: string): string =>
  `The hyperbolic sine.\n\nsrc/rules.ts\n<<<<<<< SEARCH\n${row}\n=======\n${row}\n  sinh: { value: Math.sinh, slopes: (_, x) => [${slope}] },\n>>>>>>> REPLACE\n`;

const tries = [adding('Math.sinh(x!)'), adding('Math.cosh(x!)')];

describe('a session on a repository with an engine of its own', () => {
  it('proposes on what the config leaves open, judges behind the adapter, and can be replayed and verified', {
    timeout: 180_000,
  }, async () => {
    const at = desk();
    const repo = join(at.dir, 'tape');
    cpSync(join(import.meta.dirname, '../../examples/tape'), repo, { recursive: true });
    git(at, repo, 'init', '--quiet');
    git(at, repo, 'add', '-A');
    git(at, repo, 'commit', '--quiet', '-m', 'Start');
    const prompts: string[] = [];
    let asked = 0;
    const server = await chatServer((call) => {
      if (goalsAsked(call).length === 0) return 'I have nothing to say.';
      prompts.push(call.messages[0]!.content);
      return tries[asked++] ?? 'I have nothing better.';
    });
    const improve = [
      'improve',
      '--auto',
      '--questions',
      'none',
      '--model',
      server.model,
      '--goal',
      'r1/sinh',
    ];
    const ran = await vibegrad(at, [...improve, '--candidates', '2'], { cwd: repo });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });
    // What a judge builds on, and what may be changed.
    expect(prompts[0]).toContain('vibegrad.adapter.ts');
    expect(prompts[0]).toContain(row);

    const session = newestSession(at);
    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
    const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
    expect(proposals.map(({ outcome }) => outcome)).toEqual(['refused', 'landed']);
    const landed = git(at, repo, 'show', `vibegrad/${session.id}:src/rules.ts`);
    expect(landed).toContain('sinh: { value: Math.sinh');
    expect(readFileSync(join(repo, 'src/rules.ts'), 'utf8')).not.toContain('sinh');

    const replayed = await vibegrad(at, ['replay', '--level', 'verdict']);
    expect(replayed, replayed.stdout + replayed.stderr).toMatchObject({ code: 0 });
    const verified = await vibegrad(at, ['verify', `${session.id}#2`]);
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });
  });
});
