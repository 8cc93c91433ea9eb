export interface GmmInput {
  readonly d: number;
  readonly k: number;
  readonly n: number;
  readonly x: readonly (readonly number[])[];
  readonly m: number;
  readonly gamma: number;
  readonly alpha: readonly number[];
  readonly mu: readonly (readonly number[])[];
  readonly q: readonly (readonly number[])[];
  readonly l: readonly (readonly number[])[];
}

/** Stirling's series for log Γ(x), shifted to where it converges (DLMF 5.11.1). */
function lgamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 12; y++) shift += Math.log(y);
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Q of one component: its diagonal exp(q), below it l column by column. */
function factor(q: readonly number[], l: readonly number[]): number[][] {
  const rows = q.map(() => q.map(() => 0));
  let next = 0;
  q.forEach((own, column) => {
    rows[column]![column] = Math.exp(own);
    for (let row = column + 1; row < q.length; row++) rows[row]![column] = l[next++]!;
  });
  return rows;
}

const sum = (values: readonly number[]) => values.reduce((total, own) => total + own, 0);
const squares = (values: readonly number[]) => sum(values.map((own) => own * own));
const apply = (a: readonly (readonly number[])[], x: readonly number[]) =>
  a.map((row) => sum(row.map((own, j) => own * x[j]!)));

/** log of the Gaussian density with precision QᵀQ. */
function logGaussian(
  x: readonly number[],
  mu: readonly number[],
  rows: readonly (readonly number[])[],
): number {
  const off = apply(
    rows,
    x.map((own, j) => own - mu[j]!),
  );
  const logDet = sum(rows.map((row, i) => Math.log(row[i]!)));
  return logDet - 0.5 * squares(off) - 0.5 * x.length * Math.log(2 * Math.PI);
}

/** log of the Wishart density with scale I/γ² and d + m + 1 degrees of freedom, at QᵀQ. */
function logWishart(rows: readonly (readonly number[])[], m: number, gamma: number): number {
  const d = rows.length;
  const freedom = d + m + 1;
  const logDet = 2 * sum(rows.map((row, i) => Math.log(row[i]!)));
  const logMultigamma =
    ((d * (d - 1)) / 4) * Math.log(Math.PI) + sum(rows.map((_, j) => lgamma((freedom - j) / 2)));
  const scale = -2 * d * Math.log(gamma);
  const trace = gamma ** 2 * sum(rows.map(squares));
  const top = ((freedom - d - 1) / 2) * logDet - trace / 2;
  return top - (freedom * d * Math.log(2)) / 2 - (freedom / 2) * scale - logMultigamma;
}

/** log p(x | θ, φ) p(θ) from the densities as they are defined. */
export function gmm({ x, m, gamma, alpha, mu, q, l }: GmmInput): number {
  const rows = q.map((own, k) => factor(own, l[k]!));
  const total = Math.log(sum(alpha.map(Math.exp)));
  const likelihood = x.map((point) => {
    const terms = rows.map((own, k) => alpha[k]! - total + logGaussian(point, mu[k]!, own));
    const top = Math.max(...terms);
    return top + Math.log(sum(terms.map((term) => Math.exp(term - top))));
  });
  return sum(likelihood) + sum(rows.map((own) => logWishart(own, m, gamma)));
}
