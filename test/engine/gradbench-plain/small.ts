/** Plain implementations of the smaller evaluations, with derivatives by hand. */

export function lse(x: readonly number[]): number {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((sum, own) => sum + Math.exp(own - top), 0));
}

export function lseGradient(x: readonly number[]): number[] {
  const total = lse(x);
  return x.map((own) => Math.exp(own - total));
}

/** The places, and what the polynomial leaves of the sign at each. */
function residuals(x: readonly number[], n: number): { t: number; rest: number }[] {
  return Array.from({ length: n }, (_, i) => {
    const t = -1 + (2 * i) / (n - 1);
    return { t, rest: Math.sign(t) - x.reduce((sum, c, j) => sum + c * t ** j, 0) };
  });
}

export function llsq(x: readonly number[], n: number): number {
  return residuals(x, n).reduce((sum, { rest }) => sum + rest ** 2, 0) / 2;
}

export function llsqGradient(x: readonly number[], n: number): number[] {
  return x.map((_, j) => residuals(x, n).reduce((sum, { t, rest }) => sum - rest * t ** j, 0));
}

const minor = (a: readonly (readonly number[])[], row: number, column: number): number[][] =>
  a.filter((_, i) => i !== row).map((line) => line.filter((_, j) => j !== column));

/** The recursion as it is written in books. */
export function det(a: readonly (readonly number[])[]): number {
  if (a.length === 0) return 1;
  return a[0]!.reduce((sum, own, j) => sum + (-1) ** j * own * det(minor(a, 0, j)), 0);
}

/** The cofactors, row by row. */
export function detGradient(a: readonly (readonly number[])[]): number[] {
  return a.flatMap((line, i) => line.map((_, j) => (-1) ** (i + j) * det(minor(a, i, j))));
}

/** y(2) by the classical Runge–Kutta method. */
export function ode(x: readonly number[], steps: number): number[] {
  const h = 2 / steps;
  const slope = (y: readonly number[]) => x.map((own, i) => (i === 0 ? own : own * y[i - 1]!));
  let y = x.map(() => 0);
  for (let step = 0; step < steps; step++) {
    const from = (k: readonly number[], part: number) => y.map((own, i) => own + part * h * k[i]!);
    const k1 = slope(y);
    const k2 = slope(from(k1, 0.5));
    const k3 = slope(from(k2, 0.5));
    const k4 = slope(from(k3, 1));
    y = y.map((own, i) => own + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return y;
}

/** The exact solution is yᵢ(t) = x₀⋯xᵢ tⁱ⁺¹/(i + 1)!; up to y₃ the method is exact too. */
export function odeExact(x: readonly number[]): number[] {
  let y = 1;
  return x.map((own, i) => {
    y *= (own * 2) / (i + 1);
    return y;
  });
}

const squaredDistance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, own, i) => sum + (own - b[i]!) ** 2, 0);

function nearest(point: readonly number[], centroids: readonly (readonly number[])[]): number {
  const all = centroids.map((c) => squaredDistance(point, c));
  return all.indexOf(Math.min(...all));
}

export function kmeans(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
): number {
  return points.reduce((sum, p) => sum + squaredDistance(p, centroids[nearest(p, centroids)]!), 0);
}

/** Gradient 2 Σ (c − p) over a cluster, Hessian 2 × its size: the step from its centroid back from its mean. */
export function kmeansDirection(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
): number[][] {
  const own = points.map((p) => nearest(p, centroids));
  return centroids.map((c, k) => {
    const cluster = points.filter((_, i) => own[i] === k);
    return c.map((x, j) => x - cluster.reduce((sum, p) => sum + p[j]!, 0) / cluster.length);
  });
}
