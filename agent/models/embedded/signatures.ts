/**
 * A set of columns of numbers, told apart by their values rounded to float32: two expressions that agree at every
 * point to seven digits are one to a search. A value next to a rounding boundary at worst keeps a double. Keys have 53
 * bits, so that a million columns meet a false double with a probability of about 10⁻⁴.
 */
export class Signatures {
  private readonly keys = new Set<number>();
  private readonly single = new Float32Array(1);
  private readonly bits = new Uint32Array(this.single.buffer);

  /** Adds a column; false where one like it is there. */
  add(column: Float64Array): boolean {
    let low = 0x811c9dc5;
    let high = 0x9e3779b9;
    for (const value of column) {
      // Adding zero makes −0 and 0 one.
      this.single[0] = value + 0;
      const word = this.bits[0]!;
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    const key = (low >>> 0) * 2 ** 21 + ((high >>> 0) & 0x1fffff);
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    return true;
  }
}
