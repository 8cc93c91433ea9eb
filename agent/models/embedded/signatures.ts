/**
 * A set of columns of numbers, told apart by their values rounded to float32: two expressions that agree at every
 * point to seven digits are one to a search. A value next to a rounding boundary at worst keeps a double. Keys have 53
 * bits, so that a million columns meet a false double with a probability of about 10⁻⁴.
 *
 * The function adds a column; false where one like it is there.
 */
export function createSignatures(): (column: Float64Array) => boolean {
  const keys = new Set<number>();
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
    const before = keys.size;
    keys.add((low >>> 0) * 2 ** 21 + ((high >>> 0) & 0x1fffff));
    return keys.size > before;
  };
}
