import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Row, row, testPython } from './measure.ts';

export const name = 'python';

/** How often each right op is checked, each time with fresh inputs. */
const SEEDS = 3;

interface Measured {
  readonly library: string;
  readonly checker: string;
  readonly refused: number;
  readonly planted: number;
  readonly seconds: number;
  readonly accused: number;
  readonly right: number;
}

/** `vibegrad.check` on planted wrong ops and on right ones, and the libraries' own checkers on the same. */
export async function run(): Promise<readonly Row[]> {
  const script = join(import.meta.dirname, '..', 'python', 'bench', 'beside.py');
  const { stdout } = await promisify(execFile)(
    testPython(),
    ['-B', script, '--json', '--seeds', String(SEEDS)],
    { env: { ...process.env, JAX_PLATFORMS: 'cpu' }, maxBuffer: 1e8 },
  );
  return (JSON.parse(stdout) as Measured[]).flatMap((found) => {
    const title = `${found.library}: ${found.checker}`;
    const ours = found.checker === 'vibegrad.check';
    const refused = `${title}, planted wrong ops refused, of ${found.planted}`;
    const accused = `${title}, right ops accused, of ${found.right}`;
    return [
      row(name, refused, found.refused, '', ours ? { least: found.planted } : {}),
      row(name, accused, found.accused, '', ours ? { most: 0 } : {}),
      row(name, `${title}, CPU time for a planted op`, found.seconds, 's'),
    ];
  });
}
