import { spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paired, type Row, row } from './measure.ts';

export const name = 'start';

const PAIRS = 15;
const bin = join(import.meta.dirname, '..', 'bin', 'vibegrad.mjs');

/** How long a person waits for the bin: `--help` against `node -e 0`, in turn, and a verdict on a typed rule. */
export async function run(): Promise<readonly Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'vibegrad-bench-'));
  const engine = join(home, 'engine');
  await cp(join(import.meta.dirname, '..', 'engine', 'seed'), engine, { recursive: true });
  // In a folder that holds no engine: a rule is tried on the one that the shipped search grew.
  const node = (...args: string[]) => started(args, home, home);
  try {
    const bare = () => node('-e', '0');
    const help = await paired(() => node(bin, '--help'), bare, PAIRS);
    const typed = await paired(() => node(bin, 'try', 'tanh', '1 - y*y'), bare, PAIRS);
    const onNew = await paired(
      async () => {
        await appendFile(join(engine, 'engine.ts'), '// Another engine.\n');
        await started([bin, 'try', 'neg', '-1'], home, engine);
      },
      bare,
      PAIRS,
    );
    return [
      row(name, 'vibegrad --help ÷ node -e 0', help.ratio, '', { most: 2 }),
      row(name, 'vibegrad --help', help.a, 's'),
      row(name, 'node -e 0', help.b, 's'),
      row(name, "vibegrad try tanh '1 - y*y', from start to end", typed.a, 's', { most: 0.3 }),
      row(name, 'vibegrad try, the first rule on an engine', onNew.a, 's', { most: 0.3 }),
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function started(args: readonly string[], home: string, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, VIBEGRAD_HOME: home };
    const child = spawn(process.execPath, args, { stdio: 'ignore', cwd, env });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}
