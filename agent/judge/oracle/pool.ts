import { OracleFailure } from '../sandbox/index.ts';
import { type Oracle, type OracleOptions, openOracle } from './oracle.ts';

/** Warm oracles, each used once by whoever takes it. */
export interface OraclePool {
  /** A warm oracle (or the next one to be warm); another is started in its place. The taker closes it. */
  take(): Promise<Oracle>;
  /** Kills the oracles that nobody took. */
  close(): Promise<void>;
}

/** Keeps `size` oracles warm from now on. */
export function openPool(size: number, options: OracleOptions = {}): OraclePool {
  const warm: Promise<Oracle>[] = [];
  let closed = false;
  const add = (): void => {
    const oracle = openOracle(options);
    // Whoever takes it sees the failure; one that nobody takes fails in silence.
    oracle.catch(() => {});
    warm.push(oracle);
  };
  for (let i = 0; i < size; i++) add();
  return {
    take: async () => {
      for (;;) {
        if (closed) throw new OracleFailure('closed', 'the pool of oracles is closed');
        add();
        const oracle = await warm.shift()!;
        // One that died while it waited says nothing about whoever would have been put into it.
        if (oracle.alive()) return oracle;
      }
    },
    close: async () => {
      closed = true;
      await Promise.all(
        warm.splice(0).map((oracle) =>
          oracle.then(
            (one) => one.close(),
            () => {},
          ),
        ),
      );
    },
  };
}
