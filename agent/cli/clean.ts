import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--remove', 'remove what no running session uses')
    .option('--json', 'one JSON document')
    .action(async (options: { remove?: boolean; json?: boolean }) => {
      const [{ cacheDir }, { cleanWorkspaces }, { columns }] = await Promise.all([
        import('../host/paths.ts'),
        import('../workspace/index.ts'),
        import('../review/style.ts'),
      ]);
      const remove = options.remove === true;
      const { found, removed, failed } = await cleanWorkspaces({
        cacheDir: cacheDir(),
        remove: () => remove,
      });
      if (options.json) {
        printJson({ found, removed, failed });
        return;
      }
      if (found.length === 0) console.log(`Nothing in ${cacheDir()}.`);
      const gone = new Set(removed.map((remains) => remains.path));
      console.log(
        columns(
          found.map(({ kind, path, bytes, inUse }) => [
            gone.has(path) ? style.red('removed') : inUse ? style.yellow('in use') : 'there',
            kind,
            `${(bytes / 1e6).toFixed(1)} MB`,
            path,
          ]),
          [2],
        ),
      );
      for (const { path, why } of failed) console.log(`${style.red('not removed')} ${path}: ${why}`);
      if (!remove && found.length > 0) console.log('\nvibegrad clean --remove removes them. Sessions stay.');
    });
};
