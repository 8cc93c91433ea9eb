/** The most of a table that is filled: searches in it stay short. */
const FULL = 0.5;
const FIRST = 2048;

/**
 * A set of columns of numbers, told apart by their values rounded to float32: two expressions that agree at every
 * point to seven digits are one to a search. A value next to a rounding boundary at worst keeps a double. Keys have 53
 * bits, so that a million columns meet a false double with a probability of about 10⁻⁴. An open table of
 * numbers: a `Set` of them takes up to twice its memory, and leaves as much behind each time it grows.
 *
 * The function adds a column; false where one like it is there.
 */
export function createSignatures(): (column: Float64Array) => boolean {
  let table = new Float64Array(FIRST);
  let count = 0;
  const keyOf = createKeys();

  const grow = (): void => {
    const keys = table;
    table = new Float64Array(2 * keys.length);
    for (const key of keys) if (key !== 0) table[placeOf(table, key)] = key;
  };
  return (column) => {
    const key = keyOf(column);
    const place = placeOf(table, key);
    if (table[place] !== 0) return false;
    table[place] = key;
    count++;
    if (count > FULL * table.length) grow();
    return true;
  };
}

/** Where a key is in a table, or the free place where it belongs. */
function placeOf(table: Float64Array, key: number): number {
  const last = table.length - 1;
  let place = (key / 2 ** 21) & last;
  while (table[place] !== 0 && table[place] !== key) place = (place + 1) & last;
  return place;
}

/** The key of a column: a positive integer of 53 bits. */
function createKeys(): (column: Float64Array) => number {
  const single = new Float32Array(1);
  const word = new Uint32Array(single.buffer);
  return (column) => {
    let low = 0x811c9dc5;
    let high = 0x9e3779b9;
    for (let p = 0; p < column.length; p++) {
      // Adding zero makes −0 and 0 one.
      single[0] = column[p]! + 0;
      low = Math.imul(low ^ word[0]!, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high ^ word[0]!, 0x85ebca6b);
      high ^= high >>> 13;
    }
    return (low >>> 0) * 2 ** 21 + ((high >>> 0) & 0x1fffff) || 1;
  };
}
