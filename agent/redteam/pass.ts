import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromAttacked } from './attacked.ts';
import type { Lures } from './bait.ts';
import { holdsSecret, openCanaries } from './canaries.ts';
import { startAttacked } from './child.ts';
import { differences, type Snapshot, snapshot } from './folder.ts';
import { bearers, commandOf, leftOver, newMark } from './marked.ts';
import { plantIn } from './plant.ts';
import type { Candidate, Happened } from './types.ts';

/** What became of one candidate, and what the observer saw outside its sandbox. */
export interface Observed extends Happened {
  readonly escapes: readonly string[];
  readonly seconds: number;
}

/** One process under attack, and everything around it that it may not touch. */
export interface Pass {
  /** The honest engine, which comes first. */
  takeHonest(): Promise<Observed>;
  take(candidate: Candidate): Promise<Observed>;
  /** Ends the process under attack. What is still there then. */
  close(): Promise<readonly string[]>;
}

/** Seconds in which whatever was killed must be gone. */
const GRACE = 5;

/** Honest candidates until a judge has started all that it keeps: its compiler, and the process that starts programs. */
const ROUNDS = 3;

/** Starts a process to attack, in a home of its own. An aborted signal ends it; `close` clears up all the same. */
export async function openPass(bubblewrap: boolean, signal: AbortSignal): Promise<Pass> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'vibegrad-redteam-'));
  const at = (name: string): string => join(root, name);
  for (const name of ['home', 'home/.ssh', 'tmp']) mkdirSync(at(name), { mode: 0o700 });
  const canaries = await openCanaries(at('socket'));
  writeFileSync(at('home/.ssh/id_ed25519'), `${canaries.secret}\n`, { mode: 0o600 });
  writeFileSync(at('evil'), `#!/bin/sh\necho "$0 $*" >> '${at('home/ran')}'\ncat\n`, { mode: 0o755 });
  const victim: ChildProcess = spawn('sleep', ['86400'], { stdio: 'ignore' });
  const mark = newMark();
  const child = startAttacked(root, canaries.secret, bubblewrap, mark);
  const lures: Lures = {
    TCP: String(canaries.tcp),
    UDP: String(canaries.udp),
    SOCKET: at('socket'),
    SECRET: at('home/.ssh/id_ed25519'),
    PLANTED: at('tmp/planted'),
    EVIL: at('evil'),
    VICTIM: String(victim.pid),
    JUDGE: String(child.pid),
    INPUTS: '',
  };
  signal.addEventListener('abort', child.kill, { once: true });

  /** Processes that are there from now on: the one under attack, and those that it keeps. */
  let known: ReadonlySet<number> = new Set();
  const leftProcesses = async (): Promise<string[]> => {
    if (mark === null) return [];
    const left = await leftOver(mark, known, signal.aborted ? 0 : GRACE);
    const said = left.map((pid) => `process ${pid} was left: ${commandOf(pid)}`);
    for (const pid of left) end(pid);
    return said;
  };

  async function seen(said: FromAttacked | null): Promise<string[]> {
    const escapes = [...(await leftProcesses()), ...canaries.heard()];
    if (victim.exitCode !== null || victim.signalCode !== null)
      escapes.push('a process of the user was ended');
    const output = child.output();
    if (output !== '') escapes.push(`it wrote to the terminal: ${output.slice(0, 200)}`);
    if (holdsSecret(output + JSON.stringify(said), canaries.secret)) escapes.push('the secret was told');
    return escapes;
  }

  const close = async (): Promise<readonly string[]> => {
    signal.removeEventListener('abort', child.kill);
    await child.ask({ kind: 'close' });
    child.kill();
    known = new Set();
    const escapes = await leftProcesses();
    victim.kill('SIGKILL');
    await canaries.close();
    if (!signal.aborted) {
      for (const path of snapshot(at('tmp')).keys()) escapes.push(`tmp/${path} was left`);
    }
    rmSync(root, { recursive: true, force: true });
    return escapes;
  };

  try {
    await child.ask({ kind: 'repository', folder: at('template') });
  } catch (error) {
    await close();
    throw error;
  }

  /** Hands one over, in a repository of its own; null is the honest engine. */
  async function handOver(candidate: Candidate | null): Promise<Handed> {
    rmSync(at('repo'), { recursive: true, force: true });
    cpSync(at('template'), at('repo'), { recursive: true, verbatimSymlinks: true });
    if (candidate?.attack.kind === 'repository') await plantIn(at('repo'), candidate.attack.plant, lures);
    const before = snapshot(root);
    const started = performance.now();
    const said = await child.ask({ kind: 'take', id: candidate?.id ?? null, repo: at('repo'), lures });
    signal.throwIfAborted();
    return { said, before, seconds: (performance.now() - started) / 1000 };
  }

  function observed({ said, seconds }: Handed, escapes: readonly string[]): Observed {
    if (said?.kind === 'taken') {
      const { accepted, ended, reason } = said;
      return { accepted, ended, reason, escapes, seconds };
    }
    const reason =
      said?.kind === 'broken' ? said.error : `its process ended: ${child.output().slice(0, 300)}`;
    const broken = [...escapes, `the judge broke: ${reason}`];
    return { accepted: false, ended: 'apply', reason, escapes: broken, seconds };
  }

  return {
    close,
    async takeHonest() {
      for (let left = ROUNDS; ; left--) {
        const handed = await handOver(null);
        if (mark !== null) known = new Set(bearers(mark));
        const seenNow = observed(handed, await seen(handed.said));
        if (left === 1 || !seenNow.accepted) return seenNow;
      }
    },
    async take(candidate) {
      const handed = await handOver(candidate);
      const escapes = await seen(handed.said);
      escapes.push(...differences(handed.before, snapshot(root), mayAppear));
      return observed(handed, escapes);
    },
  };
}

interface Handed {
  readonly said: FromAttacked | null;
  readonly before: Snapshot;
  readonly seconds: number;
}

/** Objects and Vibegrad's own refs; the folder for worktrees. None of these was there before. */
function mayAppear(path: string): boolean {
  return (
    /^repo\/\.git\/(?:objects\/|refs\/vibegrad(?:\/|$)|(?:logs\/)?refs\/heads\/vibegrad(?:\/|$))/.test(
      path,
    ) || /^home\/cache(?:\/worktrees)?$/.test(path)
  );
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
