import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { simpleGit } from 'simple-git';
import { messageOf, UserError } from '../base/errors.ts';
import { packageRoot, packageVersion } from '../base/package.ts';
import { identityAt } from './detect.ts';
import { makeFolder, onDisk } from './disk.ts';
import { explain, gitEnvironment, HARDENED_SETTINGS, tryGit } from './git.ts';

export interface InitializedWorkspace {
  readonly root: string;
  readonly commit: string;
  readonly files: readonly string[];
  /** Whose name the first commit bears: the configured one, or Vibegrad's because none is. */
  readonly author: 'configured' | 'supplied';
}

/**
 * Makes a new repository that starts from the seed engine, with one commit, and links this installation into
 * its `node_modules`, so that `npx vibegrad` works there without a network.
 * @throws UserError when the folder is not empty or cannot be written, or git is missing; nothing is left of it then
 */
export async function initWorkspace(folder: string): Promise<InitializedWorkspace> {
  const root = resolve(folder);
  // Where it is missing nothing is made.
  await tryGit(['version'], { cwd: process.cwd() });
  const there = existsSync(root);
  await makeFolder(root);
  if ((await onDisk(root, () => readdir(root))).length > 0) {
    throw new UserError('usage', `${root} is not empty.`, 'Give a new folder: `vibegrad init my-engine`.');
  }
  const seed = join(packageRoot, 'engine', 'seed');
  const modules = (await readdir(seed)).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const texts = templates(basename(root), packageVersion());
  const files = [...modules, ...Object.keys(texts)].sort();
  try {
    await onDisk(root, async () => {
      for (const name of modules) await copyFile(join(seed, name), join(root, name));
      for (const [name, text] of Object.entries(texts)) await writeFile(join(root, name), text);
      await linkInstallation(root);
    });
    return { root, files, ...(await firstCommit(root, files)) };
  } catch (error) {
    // What is half-made would be in the way of the same command.
    for (const name of [...files, 'node_modules', '.git']) {
      await rm(join(root, name), { recursive: true, force: true });
    }
    if (!there) await rmdir(root).catch(() => undefined);
    throw error;
  }
}

async function firstCommit(
  root: string,
  files: string[],
): Promise<Pick<InitializedWorkspace, 'commit' | 'author'>> {
  const { name, email, configured } = await identityAt(root);
  const git = simpleGit({
    baseDir: root,
    config: [...HARDENED_SETTINGS, `user.name=${name}`, `user.email=${email}`],
    allowEnvironment: Object.keys(gitEnvironment()),
    // These settings switch hooks, monitors, pagers and helpers off; simple-git guards the names alone.
    unsafe: {
      allowUnsafeCredentialHelper: true,
      allowUnsafeEditor: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafePager: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeTemplateDir: true,
    },
  }).env(gitEnvironment());
  try {
    await git.init(['--quiet', '--template=', '--initial-branch=main']);
    await git.add(['--', ...files]);
    await git.commit('The seed engine', { '--no-verify': null, '--quiet': null });
    return { commit: await git.revparse(['HEAD']), author: configured ? 'configured' : 'supplied' };
  } catch (error) {
    throw explain(messageOf(error), root, error);
  }
}

/** What `npm install` would make of the dev dependency; a checkout's own Node comes along for its bin. */
async function linkInstallation(root: string): Promise<void> {
  const bin = join(root, 'node_modules', '.bin');
  await mkdir(bin, { recursive: true });
  await symlink(packageRoot, join(root, 'node_modules', 'vibegrad'), 'dir');
  await symlink(
    relative(bin, join(root, 'node_modules', 'vibegrad', 'bin', 'vibegrad.mjs')),
    join(bin, 'vibegrad'),
  );
  const node = join(packageRoot, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(node)) await symlink(node, join(bin, 'node'));
}

function templates(folder: string, version: string): Record<string, string> {
  const name =
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+|-+$/g, '') || 'engine';
  return {
    'package.json': `${JSON.stringify(
      {
        name,
        version: '0.0.0',
        private: true,
        type: 'module',
        exports: './engine.ts',
        scripts: { check: 'vibegrad check', improve: 'vibegrad improve' },
        devDependencies: { vibegrad: `^${version}` },
      },
      null,
      2,
    )}\n`,
    'tsconfig.json': `${JSON.stringify(
      {
        compilerOptions: {
          target: 'es2024',
          module: 'nodenext',
          types: [],
          noEmit: true,
          strict: true,
          exactOptionalPropertyTypes: true,
          erasableSyntaxOnly: true,
          verbatimModuleSyntax: true,
          allowImportingTsExtensions: true,
        },
        include: ['*.ts'],
      },
      null,
      2,
    )}\n`,
    '.gitignore': 'node_modules/\n',
    'README.md': README.replace('NAME', folder),
  };
}

const README = `# NAME

An engine for automatic differentiation. It starts small: scalar reverse mode over a table of two
primitives, \`add\` and \`mul\`. Every accepted change makes it know more, and none is accepted that
gradient checks refute.

- \`engine.ts\` is the engine. Proposals change it, and nothing else.
- \`contract.ts\` is what a judge builds on. It stays as it is.

\`\`\`
npx vibegrad goals                   # what there is to meet, and what is met
npx vibegrad try tanh '1 - y*y'      # propose a rule by hand
npx vibegrad improve                 # let a model propose; every proposal is judged
npx vibegrad check                   # judge the engine as it is in this folder
npx vibegrad review --cli            # look at what was accepted, keep or drop it
\`\`\`

Accepted changes land on branches \`vibegrad/<session>\`; \`npx vibegrad finish\` says how to merge one.
`;
