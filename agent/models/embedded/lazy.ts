/** A list whose items are made when they are asked for. */
export interface LazyList<T> {
  /** The item at an index; null past the end. */
  at(index: number): Promise<T | null>;
  /** No more is asked: whatever makes the items can let go of what it holds. */
  close(): Promise<void>;
}

export function lazyList<T>(source: AsyncGenerator<T>): LazyList<T> {
  const items: T[] = [];
  let ended = false;
  return {
    async at(index) {
      while (items.length <= index && !ended) {
        const next = await source.next();
        if (next.done) ended = true;
        else items.push(next.value);
      }
      return items[index] ?? null;
    },
    async close() {
      ended = true;
      await source.return(undefined);
    },
  };
}

/** One item of each list, in the order of the sum of their indices: the best combination first. */
export async function* combinations<T>(lists: readonly LazyList<T>[]): AsyncGenerator<readonly T[]> {
  for (let sum = 0; ; sum++) {
    let any = false;
    for (const indices of compositions(sum, lists.length)) {
      const items: T[] = [];
      for (const [l, list] of lists.entries()) {
        const item = await list.at(indices[l]!);
        if (item === null) break;
        items.push(item);
      }
      if (items.length < lists.length) continue;
      any = true;
      yield items;
    }
    if (!any) return;
  }
}

/** Every way to write a sum as so many numbers of at least 0. */
function* compositions(sum: number, parts: number): Generator<number[]> {
  if (parts === 1) yield [sum];
  else
    for (let first = 0; first <= sum; first++)
      for (const rest of compositions(sum - first, parts - 1)) yield [first, ...rest];
}
