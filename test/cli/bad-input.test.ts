import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type Desk,
  desk,
  expectPlainFailure,
  fingerprint,
  git,
  newestSession,
  type Ran,
  vibegrad,
  workspaceOn,
} from './vibegrad.ts';

// What a model says wrongly, and a person's Ctrl-C: test/loop. Folders and disks that refuse: bad-disk.
const patient = { timeout: 120_000 };
const learnNeg = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg'];

/** No session was begun and nothing half-made lies about. */
function expectNothingLeft(at: Desk): void {
  const sessions = join(at.home, 'sessions');
  expect(existsSync(sessions) ? readdirSync(sessions) : []).toEqual([]);
}

describe('a folder that cannot be worked on', () => {
  it('not a repository', patient, async () => {
    const at = desk();
    expectPlainFailure(await vibegrad(at, learnNeg), 2, /is not in a git repository[\s\S]*vibegrad init/);
    expectNothingLeft(at);
  });

  it('without git on the path', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const bin = join(at.dir, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const ran = await vibegrad(at, learnNeg, { cwd: repo, env: { PATH: bin } });
    expectPlainFailure(ran, 5, /git could not be started[\s\S]*Install git/);
    expectNothingLeft(at);
  });

  it('that belongs to another user (safe.directory)', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at, 'of somebody');
    const before = fingerprint(repo);
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const bin = join(at.dir, 'bin');
    mkdirSync(bin);
    const strict = `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${real}' "$@"\n`;
    writeFileSync(join(bin, 'git'), strict, { mode: 0o755 });
    const PATH = `${bin}:${at.env.PATH}`;
    const mend = `If you trust it, run \`git config --global --add safe.directory "${repo}"\`.`;
    for (const command of [learnNeg, ['check', '--diff', 'HEAD']]) {
      const ran = await vibegrad(at, command, { cwd: repo, env: { PATH } });
      expectPlainFailure(ran, 2, /belongs to another user/);
      expect(ran.stderr).toContain(mend);
    }
    expectNothingLeft(at);
    expect(fingerprint(repo)).toEqual(before);

    git(at, at.dir, 'config', '--file', join(at.dir, '.gitconfig'), 'safe.directory', repo);
    const trusted = await vibegrad(at, learnNeg, { cwd: repo, env: { PATH } });
    expect(trusted, trusted.stderr).toMatchObject({ code: 0, stderr: '' });
  });

  it('without a commit', patient, async () => {
    const at = desk();
    git(at, at.dir, 'init', '--quiet', 'empty');
    expectPlainFailure(await vibegrad(at, learnNeg, { cwd: join(at.dir, 'empty') }), 2, /commit/);
    expectNothingLeft(at);
  });

  it('a folder that is not empty is not made a workspace', patient, async () => {
    const at = desk();
    const full = join(at.dir, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine'), 'mine');
    expectPlainFailure(await vibegrad(at, ['init', 'full']), 2, /empty/);
    expect(readdirSync(full)).toEqual(['mine']);
  });

  it('a state folder that cannot be written', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const file = join(at.dir, 'a-file');
    writeFileSync(file, '');
    const ran = await vibegrad(at, learnNeg, { cwd: repo, env: { VIBEGRAD_HOME: file } });
    expectPlainFailure(ran, 5, /cannot be made[\s\S]*VIBEGRAD_HOME/);
  });
});

describe('a repository that is unusual is worked on all the same', () => {
  it(
    'no identity, signed commits, hooks, autocrlf, a dirty tree, a detached HEAD, a path with spaces',
    patient,
    async () => {
      const at = desk();
      const repo = await workspaceOn(at, 'eine Mühle für ∂');
      git(at, repo, 'checkout', '--quiet', '--detach');
      for (const [name, value] of [
        ['commit.gpgsign', 'true'],
        ['user.useConfigOnly', 'true'],
        ['gpg.program', '/bin/false'],
        ['core.autocrlf', 'true'],
        ['core.hooksPath', 'hooks'],
      ] as const) {
        git(at, repo, 'config', name, value);
      }
      mkdirSync(join(repo, 'hooks'));
      for (const hook of ['pre-commit', 'post-checkout', 'reference-transaction', 'post-commit']) {
        const path = join(repo, 'hooks', hook);
        writeFileSync(path, `#!/bin/sh\ntouch '${join(at.dir, 'hooked')}'\nexit 1\n`);
        chmodSync(path, 0o755);
      }
      writeFileSync(join(repo, 'notes.txt'), 'not committed\n');
      appendFileSync(join(repo, 'engine.ts'), '// Not committed.\n');
      const before = fingerprint(repo);
      const ran = await vibegrad(at, learnNeg, { cwd: repo });
      expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout).toContain('r1/neg');
      expect(ran.stdout).toMatch(/^Not committed, so not part of what is judged: .*engine\.ts/m);
      expect(fingerprint(repo)).toEqual(before);
      expect(existsSync(join(at.dir, 'hooked'))).toBe(false);
    },
  );
});

describe('a session that is damaged', () => {
  let at: Desk;
  let repo: string;
  let whole: { readonly id: string; readonly dir: string };
  beforeAll(async () => {
    at = desk({}, afterAll);
    repo = await workspaceOn(at);
    expect(await vibegrad(at, learnNeg, { cwd: repo })).toMatchObject({ code: 0 });
    whole = newestSession(at);
  }, 120_000);

  /** A copy of the session, its journal changed. */
  function damaged(name: string, change: (journal: string) => string): string {
    const dir = join(at.dir, name);
    cpSync(whole.dir, dir, { recursive: true });
    writeFileSync(join(dir, 'journal.jsonl'), change(readFileSync(join(dir, 'journal.jsonl'), 'utf8')));
    return dir;
  }
  const journalOf = (dir: string): string => readFileSync(join(dir, 'journal.jsonl'), 'utf8');

  it.each([
    ['a flipped byte', (text: string) => text.replace('"r1/neg"', '"r1/nef"'), /line \d+/],
    [
      'a missing line',
      (text: string) =>
        text
          .split('\n')
          .filter((_, i) => i !== 4)
          .join('\n'),
      /line 5|line 4|line 6/,
    ],
  ])('%s: named by its number, nothing overwritten', patient, async (name, change, says) => {
    const dir = damaged(name.replaceAll(' ', '-'), change);
    const journal = journalOf(dir);
    for (const command of ['show', 'resume', 'replay', 'review', 'finish', 'export']) {
      expectPlainFailure(await vibegrad(at, [command, dir], { cwd: repo }), 6, says);
    }
    expect(journalOf(dir)).toBe(journal);
  });

  it('cut in mid-line: read up to there; a resume sets the rest aside and goes on', patient, async () => {
    const dir = damaged('cut', (text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) - 40));
    const journal = journalOf(dir);
    expect(await vibegrad(at, ['show', dir], { cwd: repo })).toMatchObject({ code: 0 });
    expect(journalOf(dir)).toBe(journal);
    const resumed = await vibegrad(at, ['resume', dir], { cwd: repo });
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(resumed.stdout).toMatch(/half-written last line was set aside/);
  });

  it('empty: said so by whatever reads it, and by list', patient, async () => {
    const dir = damaged('empty', () => '');
    for (const command of ['show', 'resume', 'replay', 'review', 'finish', 'export']) {
      expectPlainFailure(
        await vibegrad(at, [command, dir], { cwd: repo }),
        6,
        /is empty: the session was stopped/,
      );
    }
    cpSync(dir, join(at.home, 'sessions', '2020-01-01-0000-empty-0000'), { recursive: true });
    expect((await vibegrad(at, ['list'])).stdout).toMatch(
      /damaged {2}2020-01-01-0000-empty-0000: .* is empty/,
    );
  });

  it('whole, and a receipt or every blob is gone: replay names the file', patient, async () => {
    const dir = damaged('without-blobs', (text) => text);
    rmSync(join(dir, 'blobs'), { recursive: true });
    expectPlainFailure(
      await vibegrad(at, ['replay', dir], { cwd: repo }),
      6,
      /blobs\/[0-9a-f]{64}: it is missing/,
    );
  });

  it('list names it and hides no other', patient, async () => {
    const dir = join(at.home, 'sessions', '2020-01-01-0000-broken-0000');
    cpSync(whole.dir, dir, { recursive: true });
    writeFileSync(join(dir, 'journal.jsonl'), 'nonsense\n');
    const listed = await vibegrad(at, ['list']);
    expect(listed).toMatchObject({ code: 0 });
    expect(listed.stdout).toContain(whole.id);
    expect(listed.stdout).toContain('2020-01-01-0000-broken-0000');
  });

  it.each([
    [['show', 'no-such-session'], 2, /there is no session no-such-session/],
    [
      ['verify', 'no-such-file'],
      2,
      /no-such-file is no receipt: there is no such file, .*\.\n {2}Give a file/,
    ],
    [['verify', '.'], 2, /\. is no receipt: it is a folder/],
    [['verify', 'package.json'], 2, /is no receipt: it does not say that it is one/],
    [['verify', 'engine.ts'], 2, /is no receipt: it cannot be read \(/],
    [['check', '--receipt', 'nowhere/receipt.json'], 2, /cannot be written: its folder is not there/],
    [['verify', 'last#99'], 2, /no verdict on a proposal 99/],
    [['review', 'last', '--drop', '99'], 2, /99/],
    [['import', 'no-such-file'], 2, /no-such-file cannot be read: there is no such file or folder\.?$/m],
    [['export', 'last', '-o', '.'], 2, /cannot be written/],
  ] as const)('%j is refused in words', patient, async (args, code, says) => {
    expectPlainFailure(await vibegrad(at, args, { cwd: repo }), code, says);
  });
});

describe('words that mean nothing', () => {
  const at = (): Desk => desk();
  it.each([
    [['improve', '--model', 'nonsense'], 2, /names no model/],
    [['improve', '--model', 'anthropic:any'], 5, /ANTHROPIC_API_KEY is not set/],
    [['improve', '--model', 'http://127.0.0.1:1/v1'], 2, /the model is missing after #/],
    [['improve', '--model', 'http://example.org/v1#x', '--max-cost', '2'], 2, /no price is known/],
    [['improve', '--model', 'manual', '--answers', 'nowhere'], 2, /nowhere/],
    [['improve', '--model', 'embedded', '--goal', 'r1/nothing'], 2, /there is no goal r1\/nothing/],
    [['improve', '--model', 'embedded', '--rung', '9'], 2, /no rung 9/],
    [['improve', '--model', 'embedded', '--goal', 'make it nice'], 2, /cannot read a wish/],
    [['improve', '--model', 'embedded', '--metric', 'beauty'], 2, /there is no metric beauty/],
    [['improve', '--max-time', 'long'], 2, /must be a number/],
    [['improve'], 2, /no terminal to ask at[\s\S]*embedded/],
    [['try', 'nothing', 'x'], 2, /no goal for an operation nothing/],
    [['try', 'tanh', '1 -'], 2, /does not read/],
    [['try', 'tanh', '1 - y^2'], 2, /does not read: column 6: "\^"/],
    [['try', 'tanh', 'tanh: 1 - y^2'], 2, /line 1, column 12: "\^"/],
    [['try', 'mul', 'b'], 2, /mul has 2 inputs and so needs 2 partials, not 1/],
    [['try', 'tanh', '1, pow(y, 2)'], 2, /tanh has 1 input and so needs 1 partial, not 2/],
    [
      ['try', 'matmul', '1'],
      2,
      /matmul has a goal \(r4\/matmul\), but none of its own: only operations of one or two/,
    ],
    [['goals', 'nowhere'], 2, /There is no nowhere/],
    [['goals', '--rung', '9'], 2, /no rung 9/],
    [['frobnicate'], 2, /unknown command/],
    [['doctor', '--live'], 2, /which model/],
  ] as const)('%j', patient, async (args, code, says) => {
    const here = at();
    const repo = args[0] === 'improve' ? await workspaceOn(here) : here.dir;
    expectPlainFailure(await vibegrad(here, args, { cwd: repo }), code, says);
    expectNothingLeft(here);
  });
});

describe('a machine that lacks something', () => {
  it('bubblewrap: doctor, the receipt and whatever judges say which layers remain', patient, async () => {
    const at = desk({ VIBEGRAD_NO_BWRAP: '1' });
    const layers = (await vibegrad(at, ['doctor', '--json'])).stdout;
    const { sandbox } = JSON.parse(layers) as { sandbox: { name: string; on: boolean; why: string }[] };
    const off = sandbox.filter(({ on }) => !on);
    expect(off.map(({ name }) => name)).toContain('bubblewrap');
    expect(sandbox.filter(({ on }) => on).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['process', 'context', 'permissions', 'codegen', 'environment']),
    );
    const repo = await workspaceOn(at);
    const receipt = join(at.dir, 'receipt.json');
    const checked = await vibegrad(at, ['check', '--receipt', receipt], { cwd: repo });
    expect(checked, checked.stderr).toMatchObject({ code: 0 });
    const text = readFileSync(receipt, 'utf8');
    expect(text).toContain('VIBEGRAD_NO_BWRAP');
    const tried = await vibegrad(at, ['try', 'neg', '-1'], { cwd: repo });
    const improved = await vibegrad(at, ['improve', '--model', 'embedded', '--goal', 'r1/neg'], {
      cwd: repo,
    });
    for (const { stdout } of [checked, tried, improved]) {
      expect(stdout).toMatch(/Sandbox: bubblewrap is off \(.*\); the layers that remain: process, context, /);
    }
  });
});

it(
  'answers that are not there yet: the command that goes on is told, and works as it is printed',
  patient,
  async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const answers = join(at.dir, "Ada's answers");
    mkdirSync(answers);
    const asked = [
      'improve',
      '--model',
      'manual',
      '--answers',
      answers,
      '--goal',
      'r1/neg',
      '--questions',
      'none',
    ];
    const { code, stderr } = await vibegrad(at, asked, { cwd: repo });
    expect([code, stderr]).toEqual([5, expect.stringMatching(/holds no answer 1/)]);
    writeFileSync(join(answers, '1.md'), '```rule\nneg: -1\n```\n');
    const [, command = ''] = /^ {2}vibegrad (resume .*) tries again from there\.$/m.exec(stderr) ?? [];
    const bin = join(import.meta.dirname, '..', '..', 'bin', 'vibegrad.mjs');
    const again = execFileSync('sh', ['-c', `'${process.execPath}' '${bin}' ${command}`], {
      env: { ...at.env },
    });
    expect(again.toString()).toContain('Accepted commits are on');
  },
);

it('a model that does not answer `doctor --live` fails it', patient, async () => {
  const server = createServer((_, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const model = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#toy`;
  const ran = await vibegrad(desk(), ['doctor', '--live', '--model', model]);
  expect(ran).toMatchObject({ code: 7, stdout: expect.stringMatching(/✗ no answer: .* wants a key/) });
});

describe('an error as JSON', () => {
  it.each([
    [['list', '--no-such-option', '--json'], 2],
    [['show', 'nothing', '--json'], 2],
    [['verify', 'nothing', '--json'], 2],
    [['goals', '--json', '--rung', 'x'], 2],
  ] as const)('%j is one document, with the sentence on standard error', patient, async (args, exit) => {
    const { errorSchema } = await import('../../agent/actions/schemas.ts');
    const ran: Ran = await vibegrad(desk(), args);
    expect(ran.code).toBe(exit);
    const { error } = errorSchema.parse(JSON.parse(ran.stdout));
    expect(error.exit).toBe(exit);
    expect(ran.stderr).toContain(error.message);
  });
});

describe('text that is meant to do harm', () => {
  it('a module nested too deep is refused in words', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    appendFileSync(join(repo, 'engine.ts'), `export const deep = ${'('.repeat(4000)}1${')'.repeat(4000)};\n`);
    const checked = await vibegrad(at, ['check'], { cwd: repo });
    expect(checked, checked.stderr).toMatchObject({ code: 1, stderr: '' });
    expect(checked.stdout).toContain('nested too deep');
  });

  it('what drives a terminal is taken out of what an error quotes', patient, async () => {
    const at = desk();
    writeFileSync(join(at.dir, 'receipt.json'), '\u001b]0;owned\u0007');
    const { code, stderr } = await vibegrad(at, ['verify', 'receipt.json']);
    expect(code).toBe(2);
    expect(stderr).toContain('is no receipt');
    expect(stderr).not.toMatch(/[\u001b\u0007]/);
  });
});
