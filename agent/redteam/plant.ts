import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../workspace/git.ts';
import { bait, type Lures } from './bait.ts';
import type { Plant } from './types.ts';

/** Gives a repository what it brings along: committed files first, then hooks and configuration. */
export async function plantIn(repo: string, plant: Plant, lures: Lures): Promise<void> {
  for (const { path, text } of plant.files ?? []) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), bait(text, lures));
  }
  if (plant.files !== undefined) {
    const settings = ['user.name=A Person', 'user.email=person@example.org'];
    await git(['add', '--', ...plant.files.map(({ path }) => path)], { cwd: repo });
    await git(['commit', '--quiet', '-m', 'More files'], { cwd: repo, settings });
  }
  for (const name of plant.hooks ?? []) {
    mkdirSync(join(repo, '.git/hooks'), { recursive: true });
    writeFileSync(join(repo, '.git/hooks', name), `#!/bin/sh\nexec ${lures.EVIL} "$0" "$@"\n`, {
      mode: 0o755,
    });
  }
  for (const [name, value] of plant.config ?? []) {
    const [, section, subsection, key] = /^([^.]+)(?:\.(.+))?\.([^.]+)$/.exec(name)!;
    const head = subsection === undefined ? `[${section}]` : `[${section} "${subsection}"]`;
    appendFileSync(join(repo, '.git/config'), `${head}\n\t${key} = "${bait(value, lures)}"\n`);
  }
}
