import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median, type Row, row, seconds } from '../measure.ts';
import { distance, type Problem } from './problem.ts';
import { calls, callsFor } from './timing.ts';

const BENCH = 'engine';
const SAMPLE = 0.02;
const PAIRS = 9;
/** After so many milliseconds a peer that has not finished is ended. */
const PATIENCE = 180_000;

/** A library that the engine is measured beside. */
interface Peer {
  readonly title: string;
  /** Largest difference from our gradient that its type explains. */
  readonly agrees: number;
  readonly installed: boolean;
  readonly install: string;
  readonly command: readonly string[];
}

function peers(): readonly Peer[] {
  const cache =
    process.env.VIBEGRAD_TEST_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vibegrad-test');
  const here = (file: string) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));
  const packages = join(cache, 'peers');
  const npm = (name: string, title: string, agrees: number): Peer => ({
    title,
    agrees,
    installed: existsSync(join(packages, 'installed')),
    install: 'sh bench/engine/install-peers.sh',
    command: [process.execPath, here('serve.mjs'), name, packages],
  });
  const python = (name: string, title: string): Peer => ({
    title,
    agrees: 1e-10,
    installed: existsSync(join(cache, 'python', 'installed')),
    install: 'sh test/python/install.sh',
    command: [join(cache, 'python', 'bin', 'python'), '-B', here('python.py'), name],
  });
  return [
    npm('rose', 'rose', 1e-10),
    npm('jax-js', 'jax-js float64', 1e-10),
    npm('jax-js-float32', 'jax-js float32', 1e-4),
    npm('tfjs', 'tfjs float32', 1e-4),
    python('torch', 'PyTorch'),
    python('jax', 'JAX'),
  ];
}

interface Said {
  readonly gradient?: readonly (readonly (number | null)[])[];
  readonly seconds?: number;
  readonly error?: string;
}

/** A peer's process, asked a line at a time. */
function conversation(command: readonly string[]) {
  const child: ChildProcessWithoutNullStreams = spawn(command[0]!, command.slice(1), {
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  let complained = '';
  child.stderr.on('data', (chunk) => {
    complained = `${complained}${chunk}`.slice(-400);
  });
  child.stdin.on('error', () => {}); // It ended early: the next answer says so.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(asked: object): Promise<Said> {
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      // Libraries print, too.
      for (;;) {
        const { value, done } = await lines.next();
        if (done) return { error: `it ended: ${complained.trim()}` };
        if (value.startsWith('{')) return JSON.parse(value) as Said;
      }
    },
    close: () => child.kill('SIGKILL'),
  };
}

/** Every peer at every problem: whether its gradient is ours, and its time ÷ hand-written, in turn with the same. */
export async function peerRows(problems: readonly Problem[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const peer of peers()) {
    if (!peer.installed) {
      rows.push(
        row(BENCH, `${peer.title} is not installed (${peer.install}): problems measured`, 0, 'problems'),
      );
      continue;
    }
    process.stderr.write(`  ${peer.title} …\n`);
    const peerProcess = conversation(peer.command);
    try {
      for (const problem of problems) rows.push(...(await atProblem(peer, peerProcess, problem)));
    } finally {
      peerProcess.close();
    }
  }
  rows.push(
    row(BENCH, 'scalar-autograd cannot be installed, npm has it no more: problems measured', 0, 'problems'),
  );
  return rows;
}

async function atProblem(
  peer: Peer,
  { ask }: ReturnType<typeof conversation>,
  problem: Problem,
): Promise<Row[]> {
  const title = `${problem.title}: ${peer.title}`;
  const { key } = problem;
  const inputs = Object.fromEntries(
    Object.entries(problem.inputs).map(([name, { shape, data }]) => [name, [shape, Array.from(data)]]),
  );
  const { gradient, error } = await ask({ do: 'load', key, inputs });
  if (gradient === undefined)
    return [row(BENCH, `${title} fails (${error}): problems measured`, 0, 'problems')];
  const found = gradient.map((part) => part.map((e) => e ?? Number.NaN));
  const off = distance(
    problem.engine().map((part) => part.data),
    found,
  );
  const time = async (count: number): Promise<number> => {
    const said = await ask({ do: 'time', key, calls: count });
    if (said.seconds === undefined) throw new Error(`${title}: ${said.error}`);
    return said.seconds;
  };
  const { theirs, ratio } = await inTurn(time, problem.hand);
  const verdict = off <= peer.agrees ? '' : ` (WRONG by ${off.toExponential(1)})`;
  return [
    row(BENCH, title, theirs * 1e6, 'µs'),
    row(BENCH, `${title} ÷ hand-written${verdict}`, ratio, '×'),
    row(BENCH, `${title}, largest difference from the engine`, off, 'relative'),
  ];
}

/** A peer's seconds for a call, and the median of that ÷ the hand-written one's. */
async function inTurn(time: (count: number) => Promise<number>, hand: () => unknown) {
  let count = 1;
  for (let taken = await time(1); taken < SAMPLE; taken = await time(count)) {
    count = Math.ceil(count * Math.min(10, Math.max(1.5, (1.2 * SAMPLE) / Math.max(taken, 1e-9))));
  }
  const own = await callsFor(hand);
  const times: number[] = [];
  const ratios: number[] = [];
  for (let i = 0; i <= PAIRS; i++) {
    const theirs = (await time(count)) / count;
    const byHand = (await seconds(calls(hand, own))) / own;
    if (i === 0) continue;
    times.push(theirs);
    ratios.push(theirs / byHand);
  }
  return { theirs: median(times), ratio: median(ratios) };
}
