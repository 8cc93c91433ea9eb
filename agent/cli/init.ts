import type { Command } from 'commander';
import type { CommandFile } from './command.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command.argument('<dir>', 'a new or empty folder').action(async (dir: string) => {
    const { initWorkspace } = await import('../workspace/index.ts');
    const made = await initWorkspace(dir);
    console.log(`A seed engine lies in ${made.root}: it knows add and mul. Next:\n`);
    console.log(`  cd ${/[^\w./-]/.test(dir) ? JSON.stringify(dir) : dir}`);
    console.log('  npx vibegrad goals                      what it could learn');
    console.log("  npx vibegrad try neg '-1'               propose a rule yourself");
    console.log('  npx vibegrad improve --model embedded   let a search propose (no key, no network)');
  });
};
