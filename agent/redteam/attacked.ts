import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { createJudge } from '../judge/index.ts';
import { type OraclePool, openOracle } from '../judge/oracle/index.ts';
import { openLauncher } from '../judge/sandbox/index.ts';
import { git } from '../workspace/git.ts';
import { initWorkspace } from '../workspace/index.ts';
import type { Lures } from './bait.ts';
import { candidates } from './corpus/index.ts';
import { heardIn } from './heard.ts';
import { baseEngine, honestEngine } from './honest.ts';
import { type Held, SECONDS } from './sandboxed.ts';
import { type Stand, type Taken, take, takeHonest } from './take.ts';

/**
 * The process that is attacked: a judge and a workspace as any command has them, in a home of its own. It takes what
 * the observer, its parent, sends; the observer alone says what came of it.
 */

/** The lures that the observer lays; inputs of an earlier receipt are known to the judge's side alone. */
export type Laid = Omit<Lures, 'INPUTS'>;

export type ToAttacked =
  | { readonly kind: 'repository'; readonly folder: string }
  /** `id` null: the honest engine and an honest claim, which must be accepted. */
  | { readonly kind: 'take'; readonly id: string | null; readonly repo: string; readonly lures: Lures }
  | { readonly kind: 'close' };

export type FromAttacked =
  | { readonly kind: 'done' }
  | ({ readonly kind: 'taken' } & Taken)
  | { readonly kind: 'broken'; readonly error: string };

const launcher = openLauncher();
const sandbox: Held = { bubblewrap: process.env.VIBEGRAD_NO_BWRAP !== '1', spawn: launcher.spawn };
const stop = new AbortController();

/** Each oracle is started when it is taken: between two candidates none is there. */
const pool: OraclePool = {
  take: () => openOracle({ ...sandbox, seconds: SECONDS }),
  warm: async () => {},
  close: async () => {},
};
const judge = createJudge({ pool });
const base = baseEngine();
let serial = 0;
/** From the receipt of the honest engine, which is taken first. */
let INPUTS = '';

async function answer(message: ToAttacked): Promise<FromAttacked> {
  switch (message.kind) {
    case 'repository':
      await makeRepository(message.folder);
      return { kind: 'done' };
    case 'take': {
      const { id, repo, lures } = message;
      const stand: Stand = {
        ...{ repo, judge, sandbox, base },
        lures: { ...lures, INPUTS },
        cacheDir: join(process.env.HOME!, 'cache'),
        session: `redteam-${serial++}`,
        signal: stop.signal,
      };
      if (id === null) {
        const { verdict, taken } = await takeHonest(stand);
        INPUTS = await heardIn(verdict, honestEngine(base), sandbox);
        return { kind: 'taken', ...taken };
      }
      return { kind: 'taken', ...(await take(candidates.find((one) => one.id === id)!, stand)) };
    }
    case 'close':
      await judge.close();
      launcher.close();
      return { kind: 'done' };
  }
}

/** A repository as `init` makes it, with an engine that knows a few rules. */
async function makeRepository(folder: string): Promise<void> {
  await initWorkspace(folder);
  writeFileSync(join(folder, 'engine.ts'), base);
  const who = ['user.name=A Person', 'user.email=person@example.org'];
  await git(['commit', '--quiet', '--all', '-m', 'A few rules'], { cwd: folder, settings: who });
}

process.on('message', (message: ToAttacked) => {
  answer(message)
    .catch((error: unknown): FromAttacked => ({ kind: 'broken', error: messageOf(error) }))
    .then((said) => process.send?.(said, () => message.kind === 'close' && process.disconnect?.()));
});
// Whoever observes is gone: nothing is to stay behind.
process.on('disconnect', () => {
  stop.abort(new DOMException('the observer is gone', 'AbortError'));
  void judge.close().finally(launcher.close);
});
