/** Bounds of a probability, both inclusive. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The Clopper–Pearson interval of a probability of which `hits` of `draws` were seen: it holds the probability in at least
 * `confidence` of all cases, however small the numbers are.
 */
export function clopperPearson(hits: number, draws: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return {
    low: hits === 0 ? 0 : solve((p) => 1 - atMost(hits - 1, draws, p) - tail),
    high: hits === draws ? 1 : solve((p) => tail - atMost(hits, draws, p)),
  };
}

/** P(X ≤ k) of a binomial X. */
function atMost(k: number, n: number, p: number): number {
  let term = n * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log(n - i + 1) - Math.log(i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return Math.min(sum, 1);
}

/** Where a function that rises on (0, 1) is 0. */
function solve(f: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
