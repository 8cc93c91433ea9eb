/** 0! … 22!, all exact. */
export const FACTORIALS = Array.from({ length: 22 }).reduce<number[]>(
  (list) => [...list, list.at(-1)! * list.length],
  [1],
);

/** B₂, B₄, … B₁₆. */
export const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
