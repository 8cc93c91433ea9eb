/** A list in pieces of these lengths, and what is left behind them. */
export function cut<T>(list: readonly T[], ...lengths: readonly number[]): T[][] {
  let to = 0;
  const pieces = lengths.map((length) => {
    to += length;
    return list.slice(to - length, to);
  });
  return [...pieces, list.slice(to)];
}

/** The values, in order, where `where` is true; else null. */
export function spread<T>(where: readonly boolean[], values: readonly T[]): (T | null)[] {
  let at = 0;
  return where.map((is) => (is ? values[at++]! : null));
}
