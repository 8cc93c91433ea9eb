import { engineTarget } from '../targets/index.ts';
import { type Bench, createSlots } from './bench.ts';
import { createFormatter } from './formatter.ts';
import { DEFAULT_LIMITS, type JudgeLimits } from './limits.ts';
import { type OraclePool, openPool } from './oracle/index.ts';
import { openLauncher, openPythonPool } from './sandbox/index.ts';
import { createTypeChecker } from './types-check.ts';

export interface JudgeOptions {
  /** Warm oracles to take from; without one the judge keeps two of its own, and closes them. */
  readonly pool?: OraclePool;
  readonly limits?: Partial<JudgeLimits>;
}

/** Everything the stages work with, and its end. */
export function openBench(options: JudgeOptions = {}): { readonly bench: Bench; close(): Promise<void> } {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const launcher = openLauncher();
  const { spawn } = launcher;
  const pool = options.pool ?? openPool(2, { spawn });
  const pythons = openPythonPool();
  const dying = new Set<Promise<void>>();
  const types = createTypeChecker(limits.toolSeconds);
  const formatter = createFormatter({ spawn, limits });
  return {
    bench: { target: engineTarget, limits, pool, pythons, types, formatter, slots: createSlots(2), dying },
    close: async () => {
      await Promise.all([
        types.close(),
        formatter.close(),
        pythons.close(),
        options.pool ? null : pool.close(),
        ...dying,
      ]);
      launcher.close();
    },
  };
}
