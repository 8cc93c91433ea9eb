/* Runs the whole session of world.ts in a process of its own, which a crash point may kill. */
import { runSession } from '../../agent/kernel/index.ts';
import { startOf, unlimited, wholeSession, worldIn } from './world.ts';

const [dir, world] = process.argv.slice(2);
if (dir === undefined || world === undefined) throw new Error('usage: crash-child SESSION WORLD');
await runSession({
  dir,
  programs: wholeSession,
  devices: worldIn(world).devices,
  budget: unlimited,
  start: startOf('whole'),
});
