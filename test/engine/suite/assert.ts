import { EngineError, NDArray, ops, type Value } from '../../../engine/index.ts';

/** What one case of the suite does: it throws where the engine is wrong, and gives the numbers that it met. */
export interface Case {
  readonly name: string;
  run(): readonly number[];
}

/** What a value or a tree of values holds, in order, as plain numbers. */
export function numbers(tree: unknown): number[] {
  if (Array.isArray(tree)) return tree.flatMap(numbers);
  if (typeof tree === 'number') return [tree];
  if (typeof tree === 'boolean') return [Number(tree)];
  if (tree instanceof NDArray) return Array.from(ops.unpack(tree).data);
  if (typeof tree === 'object' && tree !== null) return Object.values(tree).flatMap(numbers);
  throw new Error(`no tree of values: ${String(tree)}`);
}

/** Numbers within a relative error of what they must be; gives them. */
export function near(actual: unknown, expected: unknown, tolerance = 1e-14): number[] {
  const [got, wanted] = [numbers(actual), numbers(expected)];
  const wrong = wanted.findIndex((y, i) => {
    const x = got[i]!;
    return !(Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(Math.abs(y), 1));
  });
  if (got.length !== wanted.length || wrong >= 0) {
    throw new Error(`expected ${wanted.join(', ')}; got ${got.join(', ')}`);
  }
  return got;
}

/** Exactly these numbers. */
export const same = (actual: unknown, expected: unknown): number[] => near(actual, expected, 0);

/** A value of this type and shape. */
export function is(x: Value, dtype: string, shape: readonly number[]): void {
  const own = `${ops.dtypeOf(x)}[${ops.shapeOf(x)}]`;
  if (own !== `${dtype}[${shape}]`) throw new Error(`expected ${dtype}[${shape}], got ${own}`);
}

/** The engine refuses, and says this. */
export function refuses(f: () => unknown, says: RegExp): number[] {
  try {
    f();
  } catch (error) {
    if (error instanceof EngineError && says.test(error.message)) return [];
    throw new Error(`expected an EngineError with ${says}, got ${error}`);
  }
  throw new Error(`expected an EngineError with ${says}, and nothing was refused`);
}
