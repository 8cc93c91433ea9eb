/** x less the nearest whole number, exactly; within [−1/2, 1/2]. */
export function fraction(x: number): number {
  return x - Math.round(x);
}

/** cot πx. */
export function cotpi(x: number): number {
  const r = fraction(x);
  if (Math.abs(r) <= 0.25) return 1 / Math.tan(Math.PI * r);
  return Math.sign(r) * Math.tan(Math.PI * (0.5 - Math.abs(r)));
}

/** Whether x is 0, −1, −2, …: a pole of Γ. */
export function isPole(x: number): boolean {
  return x <= 0 && Number.isInteger(x);
}
