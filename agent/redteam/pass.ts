import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromAttacked } from './attacked.ts';
import type { Lures } from './bait.ts';
import { holdsSecret, openCanaries } from './canaries.ts';
import { startAttacked } from './child.ts';
import { differences, snapshot } from './folder.ts';
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
  /** A candidate; null is the honest engine, which comes first. */
  take(candidate: Candidate | null): Promise<Observed>;
  /** Ends the process under attack. What is still there then. */
  close(): Promise<readonly string[]>;
}

/** Seconds in which whatever was killed must be gone. */
const GRACE = 5;

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

  /** Processes that are there from now on: the one under attack, and the compiler that it keeps. */
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

  return {
    close,
    async take(candidate) {
      rmSync(at('repo'), { recursive: true, force: true });
      cpSync(at('template'), at('repo'), { recursive: true, verbatimSymlinks: true });
      if (candidate?.attack.kind === 'repository') await plantIn(at('repo'), candidate.attack.plant, lures);
      const before = snapshot(root);
      const started = performance.now();
      const said = await child.ask({ kind: 'take', id: candidate?.id ?? null, repo: at('repo'), lures });
      const seconds = (performance.now() - started) / 1000;
      signal.throwIfAborted();
      if (candidate === null && mark !== null) known = new Set(bearers(mark));
      const escapes = await seen(said);
      if (candidate !== null) escapes.push(...differences(before, snapshot(root), mayAppear));
      if (said?.kind === 'taken') {
        const { accepted, ended, reason } = said;
        return { accepted, ended, reason, escapes, seconds };
      }
      const why = said?.kind === 'broken' ? said.error : `the process ended: ${child.output().slice(0, 300)}`;
      escapes.push(`the judge broke: ${why}`);
      return { accepted: false, ended: 'apply', reason: why, escapes, seconds };
    },
  };
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
