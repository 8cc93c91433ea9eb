import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { NDArray, ops, type Value } from '../../../engine/index.ts';

export const INSTALL = 'sh test/python/install.sh';

export type Library = 'torch' | 'jax';

/** What is compared of a program; one array for each result, or for each argument. */
export const PARTS = ['value', 'jvp', 'gradient', 'hvp'] as const;
export type Part = (typeof PARTS)[number];
export type Found = Readonly<Record<Part, readonly NDArray[]>>;

/** Shape, and the bytes of the numbers: both sides compute on the same ones. */
type Sent = readonly [shape: readonly number[], digits: string];
export type Asked = Readonly<Record<'inputs' | 'direction', readonly Value[]>> & { readonly weights: Value };

/** Whether the libraries are installed, or have to be: then the tests run and fail instead of being skipped. */
export function librariesWanted(): boolean {
  return existsSync(join(folder(), 'installed')) || process.env.VIBEGRAD_REQUIRE_ALL === '1';
}

/** What a library finds for every program, from one process. @throws where it is not installed, or says that one fails */
export async function ask(
  library: Library,
  asked: Readonly<Record<string, Asked>>,
): Promise<Map<string, Found>> {
  if (!existsSync(join(folder(), 'installed')))
    throw new Error(`PyTorch and JAX are not installed: ${INSTALL}`);
  const script = fileURLToPath(new URL('../../python/agree.py', import.meta.url));
  const python = spawn(join(folder(), 'bin', 'python'), ['-B', script, library], {
    env: {
      ...process.env,
      // What JAX has compiled once it does not compile again.
      JAX_COMPILATION_CACHE_DIR: join(folder(), 'compiled'),
      JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: '0',
      JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES: '-1',
      JAX_PLATFORMS: 'cpu',
    },
  });
  const answered = Promise.all([text(python.stdout), text(python.stderr)]);
  python.stdin.on('error', () => {}); // It ended early: what it said tells why.
  python.stdin.end(
    JSON.stringify(asked, (_, value) => (value instanceof NDArray ? (encode(value) as unknown) : value)),
  );
  const [said, complained] = await answered;
  if (said === '') throw new Error(`${library} did not answer:\n${complained.slice(-2000)}`);
  const results = JSON.parse(said) as Record<string, Record<Part, Sent[]> | { error: string }>;
  return new Map(
    Object.entries(results).map(([name, found]) => {
      if ('error' in found) throw new Error(`${library}, ${name}: ${found.error}`);
      const parts = PARTS.map((part) => [part, found[part].map(decode)]);
      return [name, Object.fromEntries(parts) as Found];
    }),
  );
}

function encode(x: NDArray): Sent {
  const data = Float64Array.from(ops.unpack(x).data);
  return [x.shape, Buffer.from(data.buffer).toString('hex')];
}

function decode([shape, digits]: Sent): NDArray {
  const bytes = Buffer.from(digits, 'hex');
  const data = Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
  return new NDArray(data, shape, 'float64');
}

/** Where the libraries are installed. */
export function folder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(process.env.VIBEGRAD_TEST_CACHE ?? join(cache, 'vibegrad-test'), 'python');
}
