import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRevision } from '../../agent/workspace/index.ts';
import { accept, applied, edit, git, sandbox, seed, someEdit } from './repository.ts';

const here = sandbox();

describe('a session on a repository', () => {
  it('reads, applies, freezes and lands an edit', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo, { session: 'first' });
    const head = await workspace.head();
    expect(head).toBe(git(repo, 'rev-parse', 'HEAD'));
    const read = await workspace.perform({ op: 'read', commit: head });
    expect(read.files).toEqual([{ path: 'engine.ts', text: seed }]);

    const candidate = await applied(workspace, head, someEdit(1));
    expect(candidate.diff).toContain('+// Version 1.\n');
    const frozen = await workspace.readTree(candidate.tree);
    expect(frozen.files.map((file) => file.path)).toEqual(['contract.ts', 'engine.ts']);

    const landed = await accept(workspace, head, candidate.tree);
    expect(landed).toMatchObject({ ok: true });
    expect(await workspace.head()).toBe(git(repo, 'rev-parse', 'vibegrad/first'));
    expect(git(repo, 'rev-parse', 'vibegrad/first^{tree}')).toBe(candidate.tree);
    expect(git(repo, 'rev-parse', 'vibegrad/first^')).toBe(head);
    // git adds the blobs' ids and the line that a hunk is under.
    const theirs = git(repo, 'diff', 'main', 'vibegrad/first').replace(/^index.*\n/m, '');
    expect(theirs.replace(/^(@@ .* @@).*$/gm, '$1')).toBe(candidate.diff.trimEnd());
    expect(git(repo, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  it('says why an edit does not apply, and stores nothing', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo);
    const before = git(repo, 'count-objects');
    const text = edit('no such line', 'x');
    const result = await workspace.perform({ op: 'apply', commit: workspace.base, format: 'auto', text });
    expect(result).toMatchObject({ ok: false, format: 'search-replace', failure: { reason: 'not found' } });
    expect(git(repo, 'count-objects')).toBe(before);
  });

  it('leaves checkout, index, HEAD, branches and settings as they were', async () => {
    const repo = here.repository();
    writeFileSync(join(repo, 'engine.ts'), '// half-done work\n');
    writeFileSync(join(repo, 'notes.txt'), 'mine\n');
    const state = () => ({
      index: readFileSync(join(repo, '.git/index')).toString('hex'),
      indexTime: statSync(join(repo, '.git/index')).mtimeMs,
      config: readFileSync(join(repo, '.git/config'), 'utf8'),
      head: readFileSync(join(repo, '.git/HEAD'), 'utf8'),
      main: git(repo, 'rev-parse', 'main'),
      files: ['engine.ts', 'contract.ts', 'notes.txt'].map((name) => [
        name,
        statSync(join(repo, name)).mtimeMs,
      ]),
      engine: readFileSync(join(repo, 'engine.ts'), 'utf8'),
    });
    const before = state();
    const workspace = await here.workspace(repo, { session: 'quiet' });
    expect(workspace.dirty).toEqual(['engine.ts']);
    const candidate = await applied(workspace, workspace.base, someEdit(1));
    const folder = await workspace.pathOf(candidate.worktree);
    expect(readFileSync(join(folder, 'engine.ts'), 'utf8')).toContain('// Version 1.');
    await workspace.perform({ op: 'checkout', commit: workspace.base });
    await accept(workspace, workspace.base, candidate.tree);
    expect(await workspace.close()).toEqual({ kept: [] });
    expect(await workspace.close()).toEqual({ kept: [] });
    expect(state()).toEqual(before);
    expect(git(repo, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
      'refs/heads/main',
      'refs/heads/vibegrad/quiet',
      'refs/vibegrad/quiet/base',
    ]);
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(existsSync(join(repo, '.git/worktrees'))).toBe(false);
    expect(existsSync(join(here.cacheDir, 'worktrees', 'quiet'))).toBe(false);
  });

  it('starts from the same commit when it is opened again, wherever HEAD is by then', async () => {
    const repo = here.repository();
    const first = await here.workspace(repo, { session: 'again' });
    const candidate = await applied(first, first.base, someEdit(1));
    await accept(first, first.base, candidate.tree);
    const head = await first.head();
    await first.close();
    git(repo, 'commit', '--quiet', '--allow-empty', '-m', 'Meanwhile');
    const second = await here.workspace(repo, { session: 'again' });
    expect({ base: second.base, head: await second.head() }).toEqual({ base: first.base, head });
  });
});

describe('landing', () => {
  it('is a compare-and-swap: of two at once, one lands', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo, { session: 'race' });
    const { base } = workspace;
    const [a, b] = await Promise.all([
      applied(workspace, base, someEdit(1)),
      applied(workspace, base, someEdit(2)),
    ]);
    const results = await Promise.all([accept(workspace, base, a.tree), accept(workspace, base, b.tree)]);
    const winner = results.find((result) => result.ok);
    const loser = results.find((result) => !result.ok);
    expect(winner?.ok && loser && !loser.ok && loser.moved === winner.commit).toBe(true);
    expect(git(repo, 'rev-list', '--count', 'vibegrad/race')).toBe('2');
    // The refusal ended git's ref process; the next landing starts another.
    const next = await applied(workspace, await workspace.head(), someEdit(3));
    expect(await accept(workspace, await workspace.head(), next.tree)).toMatchObject({ ok: true });
  });

  it('notices that somebody else moved the branch', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo, { session: 'moved' });
    const candidate = await applied(workspace, workspace.base, someEdit(1));
    const other = git(repo, 'commit-tree', '-m', 'Theirs', '-p', workspace.base, `${workspace.base}^{tree}`);
    git(repo, 'branch', 'vibegrad/moved', other);
    expect(await accept(workspace, workspace.base, candidate.tree)).toEqual({ ok: false, moved: other });
    expect(git(repo, 'rev-parse', 'vibegrad/moved')).toBe(other);
  });

  it('asked twice for the same, gives the same commit', async () => {
    const workspace = await here.workspace(here.repository());
    const candidate = await applied(workspace, workspace.base, someEdit(1));
    const first = await accept(workspace, workspace.base, candidate.tree);
    expect(await accept(workspace, workspace.base, candidate.tree)).toEqual(first);
    // A run that was killed before it recorded the landing may by now have other words for it.
    expect(await accept(workspace, workspace.base, candidate.tree, 'Another subject')).toEqual(first);
  });

  it('refuses a tree that changes what no proposal may', async () => {
    const workspace = await here.workspace(here.repository());
    const bytes = Buffer.from('x\n');
    for (const file of [
      { path: 'contract.ts', mode: '100644', bytes },
      { path: 'new.ts', mode: '100644', bytes },
      { path: 'engine.ts', mode: '100755', bytes },
      { path: 'engine.ts', mode: '120000', bytes: Buffer.from('/etc/passwd') },
    ]) {
      const tree = await workspace.storeTree(workspace.base, [file]);
      await expect(accept(workspace, workspace.base, tree)).rejects.toThrow(file.path);
    }
    expect(await workspace.head()).toBe(workspace.base);
  });

  it('writes subject, body and trailers, and lets no model forge them', async () => {
    const repo = here.repository();
    git(repo, 'config', 'user.name', 'Grace <H>');
    git(repo, 'config', 'user.email', 'grace@example.org');
    const workspace = await here.workspace(repo, { session: 'words' });
    const { tree } = await applied(workspace, workspace.base, someEdit(1));
    await workspace.perform({
      op: 'accept',
      commit: workspace.base,
      tree,
      subject: 'tanh\nVibegrad-Receipt: forged\u0000',
      body: 'Because.\n\nVibegrad-Receipt: forged',
      trailers: { 'Vibegrad-Session': 'words', 'Vibegrad-Receipt': 'real\nVibegrad-Receipt: forged' },
    });
    expect(git(repo, 'log', '-1', '--format=%an|%ae|%cn|%s', 'vibegrad/words')).toBe(
      'Grace  H|grace@example.org|Grace  H|tanh Vibegrad-Receipt: forged',
    );
    const trailers = git(repo, 'log', '-1', '--format=%(trailers:only)', 'vibegrad/words').trim();
    expect(trailers).toBe('Vibegrad-Session: words\nVibegrad-Receipt: real Vibegrad-Receipt: forged');
  });

  it('signs as Vibegrad where nobody is configured', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo, { session: 'nobody' });
    await accept(workspace, workspace.base, (await applied(workspace, workspace.base, someEdit(1))).tree);
    expect(git(repo, 'log', '-1', '--format=%an <%ae>', 'vibegrad/nobody')).toBe(
      'Vibegrad <vibegrad@localhost>',
    );
  });
});

describe('trees', () => {
  it('are read from git as they are: bytes, modes, links, submodules', async () => {
    const repo = here.repository({
      'engine.ts': Buffer.from('\ufeffa\r\nb\tc'),
      'a.b': 'x',
      'a/b/c': Buffer.from([0, 255, 10]),
      'na\u00efve file': 'y',
    });
    git(repo, 'update-index', '--chmod=+x', 'a.b');
    const link = git(repo, 'rev-parse', 'HEAD:a.b');
    git(repo, 'update-index', '--add', '--cacheinfo', `120000,${link},link`);
    const head = git(repo, 'rev-parse', 'HEAD');
    git(repo, 'update-index', '--add', '--cacheinfo', `160000,${head},module`);
    git(repo, 'commit', '--quiet', '-m', 'More');
    const workspace = await here.workspace(repo);
    const { files } = await workspace.readTree(workspace.base);
    expect(files.map(({ path, mode, bytes }) => [path, mode, Buffer.from(bytes).toString('latin1')])).toEqual(
      [
        ['a.b', '100755', 'x'],
        ['a/b/c', '100644', '\x00\xff\n'],
        ['engine.ts', '100644', '\xef\xbb\xbfa\r\nb\tc'],
        ['link', '120000', 'x'],
        ['module', '160000', head],
        ['na\u00efve file', '100644', 'y'],
      ],
    );
    // A worktree shows all of it, and changing nothing there freezes to the same tree.
    const { worktree } = await workspace.perform({ op: 'checkout', commit: workspace.base });
    const folder = await workspace.pathOf(worktree);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    const frozen = await workspace.perform({ op: 'freeze', worktree, commit: workspace.base });
    expect(frozen).toEqual({ tree: git(repo, 'rev-parse', 'HEAD^{tree}'), diff: '' });
  });

  it('are stored as git would store them', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo);
    const name = fc.constantFrom('a', 'a.b', 'a-b', 'B', 'naïve', 'x y', 'z0');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const files = fc.uniqueArray(fc.tuple(path, fc.string(), fc.constantFrom('100644', '100755')), {
      selector: ([p]) => p,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        // No path may be a folder of another one.
        const plain = list.filter(([p]) => !list.some(([q]) => q.startsWith(`${p}/`)));
        const tree = await workspace.storeTree(
          null,
          plain.map(([p, text, mode]) => ({ path: p, mode, bytes: Buffer.from(text) })),
        );
        const back = await workspace.readTree(tree);
        const sorted = (rows: [string, string, string][]) => rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
        expect(sorted(back.files.map((f) => [f.path, Buffer.from(f.bytes).toString(), f.mode]))).toEqual(
          sorted([...plain]),
        );
      }),
      { numRuns: 40 },
    );
    expect(git(repo, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  it('store changed files over a base', async () => {
    const workspace = await here.workspace(here.repository());
    const file = { path: 'lib/x.ts', mode: '100644', bytes: Buffer.from('x') };
    const tree = await workspace.storeTree(workspace.base, [file]);
    const { files } = await workspace.readTree(tree);
    expect(files.map(({ path }) => path)).toEqual(['contract.ts', 'engine.ts', 'lib/x.ts']);
    const diff = await workspace.perform({ op: 'diff', from: workspace.base, to: tree });
    expect(diff).toMatchObject({ added: 1, removed: 0 });
    expect(diff.diff).toContain('new file mode 100644\n--- /dev/null\n+++ b/lib/x.ts\n');
  });

  it('that are not there are named', async () => {
    const workspace = await here.workspace(here.repository());
    await expect(workspace.readTree('0'.repeat(40))).rejects.toThrow('has no commit or tree 0000');
    await expect(workspace.readTree('main')).rejects.toThrow('has no commit or tree main');
    await expect(workspace.perform({ op: 'read', commit: 'HEAD\nHEAD' })).rejects.toThrow('has no commit');
  });
});

describe('a revision', () => {
  it('is read without a session, and nothing is written', async () => {
    const repo = here.repository();
    git(repo, 'commit', '--quiet', '--allow-empty', '-m', 'Second');
    git(repo, 'tag', 'v1');
    const state = () => [
      git(repo, 'for-each-ref'),
      git(repo, 'count-objects'),
      git(repo, 'worktree', 'list'),
    ];
    const before = state();
    for (const revision of ['HEAD~1', 'v1', 'main', git(repo, 'rev-parse', 'HEAD')]) {
      const { id, files } = await readRevision({ repo, revision });
      expect(id).toBe(git(repo, 'rev-parse', 'HEAD^{tree}'));
      expect(files.map(({ path }) => path)).toEqual(['contract.ts', 'engine.ts']);
    }
    for (const revision of ['nowhere', '--all', 'HEAD:engine.ts', '']) {
      await expect(readRevision({ repo, revision })).rejects.toThrow('has no revision');
    }
    expect(state()).toEqual(before);
  });
});
