import { OracleFailure } from '../sandbox/index.ts';
import { type Oracle, type OracleOptions, openOracle } from './oracle.ts';

/** Warm oracles, each used once by whoever takes it. */
export interface OraclePool {
  /** A warm oracle (or the next one to be warm). The taker closes it; then another is started in its place. */
  take(): Promise<Oracle>;
  /** Resolves when every oracle that is kept has started, or failed to: those too that come for one that is being closed. */
  warm(): Promise<void>;
  /** Kills the oracles that nobody took. */
  close(): Promise<void>;
}

/** Keeps `size` oracles warm from now on. */
export function openPool(size: number, options: OracleOptions = {}): OraclePool {
  const warm: Promise<Oracle>[] = [];
  const closing = new Set<Promise<void>>();
  let closed = false;
  const add = (): void => {
    const oracle = openOracle(options);
    // Whoever takes it sees the failure; one that nobody takes fails in silence.
    oracle.catch(() => {});
    warm.push(oracle);
  };
  /** Not before the work that an oracle was taken for is done: starting one takes as long as a third of a verdict. */
  const refill = (): void => {
    while (!closed && warm.length < size) add();
  };
  const replace = (oracle: Oracle): Promise<void> => {
    const replaced = oracle.close().finally(() => {
      closing.delete(replaced);
      refill();
    });
    closing.add(replaced);
    return replaced;
  };
  refill();
  return {
    take: async () => {
      for (;;) {
        if (closed) throw new OracleFailure('closed', 'the pool of oracles is closed');
        if (warm.length === 0) add();
        const oracle = await warm.shift()!.catch((error: unknown) => {
          refill();
          throw error;
        });
        // One that died while it waited says nothing about whoever would have been put into it.
        if (oracle.alive()) return { ...oracle, close: () => replace(oracle) };
      }
    },
    warm: async () => {
      await Promise.allSettled(closing);
      await Promise.allSettled(warm);
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
