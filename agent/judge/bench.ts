import { messageOf, UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { targetNamed } from '../targets/index.ts';
import { type FormatComplaint, formatFlags } from './format-check.ts';
import type { Formatter } from './formatter.ts';
import type { JudgeLimits } from './limits.ts';
import { type Oracle, OracleFailure, type OraclePool } from './oracle/index.ts';
import { openPythonCandidate } from './oracle/python.ts';
import { prepared } from './prepare.ts';
import type { PythonPool } from './sandbox/index.ts';
import type { LinkedModule } from './static.ts';
import { FORMAT_SETTINGS, fileMap, isUnder, readerOf, sameBytes } from './tree.ts';
import type { FrozenTree } from './types.ts';
import type { TypeChecker } from './types-check.ts';

/** What every stage works with: one for each judge. */
export interface Bench {
  readonly target: Target;
  readonly limits: JudgeLimits;
  readonly pool: OraclePool;
  /** Warm Pythons for claims; none is started before one is taken. */
  readonly pythons: PythonPool;
  readonly types: TypeChecker;
  readonly formatter: Formatter;
  /** Two oracles at most run at a time: one for each core that the judge counts on. */
  readonly slots: Slots;
  /** Oracles that were killed and are not gone yet: whoever closes the bench waits for them. */
  readonly dying: Set<Promise<void>>;
}

/** The same bench for another target, which may follow from the base. @throws UserError where there is none of that name. */
export async function benchFor(bench: Bench, name: string, base: FrozenTree): Promise<Bench> {
  const target = targetNamed(name, readerOf(base));
  if (target === undefined) {
    throw new UserError('usage', `There is no target ${JSON.stringify(name)} to judge.`);
  }
  return { ...bench, target: await prepared(target, base) };
}

/** A counting lock; who waits longest goes first. */
export interface Slots {
  take(): Promise<() => void>;
}

export function createSlots(free: number): Slots {
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const next = waiting.shift();
        if (next) next();
        else free++;
      };
    },
  };
}

/** The candidate's own fault: it did not load, or its process came to an end while it was asked. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
}

/**
 * Opens a single-use oracle on a tree's modules and kills it whatever happens.
 * @throws EngineFailure when the engine does not load, crashes, hangs or floods; UserError when no oracle starts.
 */
export async function withOracle<T>(
  bench: Bench,
  modules: readonly LinkedModule[],
  signal: AbortSignal,
  use: (oracle: Oracle) => Promise<T>,
): Promise<T> {
  const release = await bench.slots.take();
  try {
    signal.throwIfAborted();
    const oracle = await oracleFor(bench);
    const abort = (): void => void oracle.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const defined = await oracle.define(modules, bench.target.entry);
      if (!defined.ok) throw new EngineFailure(`The engine does not load: ${defined.error}`);
      return await use(oracle);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OracleFailure)) throw error;
      throw new EngineFailure(`The engine's process failed (${error.reason}): ${error.message}`, {
        cause: error,
      });
    } finally {
      signal.removeEventListener('abort', abort);
      // It has its signal; nobody needs to see it go but the bench, at its own end.
      const gone = oracle.close().finally(() => bench.dying.delete(gone));
      bench.dying.add(gone);
    }
  } finally {
    release();
  }
}

/** An oracle of the target's language. @throws UserError where none starts */
async function oracleFor({ target: { own }, pool }: Bench): Promise<Oracle> {
  return own?.language === 'python' ? openPythonCandidate(own) : takeOracle(pool);
}

/** An oracle that has started. One that died while it waited is nobody's fault: the next one is taken. */
export async function takeOracle(pool: OraclePool): Promise<Oracle> {
  try {
    return await pool.take();
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
  }
  try {
    return await pool.take();
  } catch (error) {
    const said = `No oracle starts: ${messageOf(error)}.`;
    throw new UserError('missing', said, '`vibegrad doctor` says which layers work.', { cause: error });
  }
}

/** The type errors of a tree's TypeScript files, as sentences. Of a configured target nothing says what its types are. */
export async function typeReasons(bench: Bench, tree: FrozenTree): Promise<readonly string[]> {
  if (bench.target.own) return [];
  const paths = [...bench.target.editable, ...bench.target.pinned];
  const modules = tree.files
    .filter((f) => f.path.endsWith('.ts') && isUnder(f.path, paths))
    .map((f) => ({ path: f.path, text: Buffer.from(f.bytes).toString('utf8') }));
  return bench.types.check(modules);
}

/**
 * Where changed TypeScript files differ from what the formatter writes. A file that was not formatted in the base need
 * not be now: the gate keeps order, it does not make a proposal pay for the past.
 */
export async function formatReasons(
  bench: Bench,
  base: FrozenTree,
  candidate: FrozenTree,
): Promise<readonly string[]> {
  if (bench.target.own) return [];
  const before = fileMap(base);
  const config = before.get(FORMAT_SETTINGS)?.bytes;
  const flags = formatFlags(config ? Buffer.from(config).toString('utf8') : null);
  const check = (path: string, bytes: Uint8Array): Promise<FormatComplaint | null> =>
    bench.formatter.complaint(path, Buffer.from(bytes).toString('utf8'), flags);
  const changed = candidate.files.filter((file) => {
    const old = before.get(file.path);
    return file.path.endsWith('.ts') && (old === undefined || !sameBytes(old.bytes, file.bytes));
  });
  const reasons = await Promise.all(
    changed.map(async (file) => {
      const complaint = await check(file.path, file.bytes);
      if (complaint === null) return [];
      const old = before.get(file.path);
      // What the formatter cannot read is no matter of the past.
      const pardoned = complaint.read && old !== undefined && (await check(file.path, old.bytes)) !== null;
      return pardoned ? [] : [complaint.said];
    }),
  );
  return reasons.flat();
}
