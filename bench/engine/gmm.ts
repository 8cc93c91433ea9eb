import {
  add,
  array,
  broadcastTo,
  exp,
  expandDims,
  eye,
  grad,
  jit,
  logsumexp,
  matmul,
  mul,
  type NDArray,
  reshape,
  square,
  sub,
  sum,
  transpose,
  tril,
  type Value,
} from '../../engine/index.ts';
import { type Problem, spread } from './problem.ts';

const [D, K, N] = [10, 25, 1000];

interface Parameters<V = Value> {
  /** Logarithms of the weights, up to a constant: [K]. */
  readonly alpha: V;
  /** Means: [K, D]. */
  readonly mu: V;
  /** Logarithms of the diagonals of Q, the root of the precision: [K, D]. */
  readonly q: V;
  /** Q below its diagonal; what stands elsewhere is not read: [K, D, D]. */
  readonly l: V;
}

/**
 * The log likelihood of a mixture of Gaussians with full covariances, less the penalty ½ Σ Q², both up to constants: the
 * objective of Šrajer et al., "A benchmark of selected algorithmic differentiation tools", 2018, with γ = 1 and m = 0.
 */
function objective({ alpha, mu, q, l }: Parameters, x: Value): Value {
  const diagonal = mul(broadcastTo(expandDims(exp(q), { axes: 2 }), { shape: [K, D, D] }), eye(D));
  const root = add(tril(l, { k: -1 }), diagonal);
  const shifts = sum(mul(root, expandDims(mu, { axes: 1 })), { axes: 2 });
  // Q(x − μ) as Qx − Qμ: one product of matrices for all observations and components.
  const all = matmul(x, transpose(reshape(root, { shape: [K * D, D] })));
  const whitened = reshape(sub(all, reshape(shifts, { shape: [K * D] })), { shape: [N, K, D] });
  const terms = sub(add(alpha, sum(q, { axes: 1 })), mul(0.5, sum(square(whitened), { axes: 2 })));
  const likelihood = sub(sum(logsumexp(terms, { axis: 1 })), mul(N, logsumexp(alpha)));
  return sub(likelihood, mul(0.5, sum(square(root))));
}

type Plain = Parameters<Float64Array>;

const root = new Float64Array(K * D * D);
const shift = new Float64Array(K * D);
const whitened = new Float64Array(K * D);
const terms = new Float64Array(K);
const pulled = new Float64Array(K * D);

/** The gradient of `objective`, observation by observation; `out` is overwritten. */
function gradientInto({ alpha, mu, q, l }: Plain, x: Float64Array, out: Plain): Plain {
  const logs = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    let log = alpha[k]!;
    for (let i = 0; i < D; i++) {
      const row = (k * D + i) * D;
      log += q[k * D + i]!;
      root[row + i] = Math.exp(q[k * D + i]!);
      let moved = root[row + i]! * mu[k * D + i]!;
      for (let j = 0; j < i; j++) {
        root[row + j] = l[row + j]!;
        moved += l[row + j]! * mu[k * D + j]!;
      }
      shift[k * D + i] = moved;
    }
    logs[k] = log;
  }
  for (const part of [out.alpha, out.mu, out.q, out.l, pulled]) part.fill(0);
  for (let n = 0; n < N; n++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < K; k++) {
      let squares = 0;
      for (let i = 0; i < D; i++) {
        const row = (k * D + i) * D;
        let y = -shift[k * D + i]!;
        for (let j = 0; j <= i; j++) y += root[row + j]! * x[n * D + j]!;
        whitened[k * D + i] = y;
        squares += y * y;
      }
      const term = logs[k]! - 0.5 * squares;
      terms[k] = term;
      if (term > largest) largest = term;
    }
    let total = 0;
    for (let k = 0; k < K; k++) {
      const e = Math.exp(terms[k]! - largest);
      terms[k] = e;
      total += e;
    }
    for (let k = 0; k < K; k++) {
      const weight = terms[k]! / total;
      out.alpha[k]! += weight;
      for (let i = 0; i < D; i++) {
        const row = (k * D + i) * D;
        const dy = -weight * whitened[k * D + i]!;
        pulled[k * D + i]! += dy;
        for (let j = 0; j <= i; j++) out.l[row + j]! += dy * x[n * D + j]!;
      }
    }
  }
  finishInto(alpha, mu, out);
  return out;
}

/** What is done once for each component: from Σ dy xᵀ (in out.l), Σ dy (in `pulled`) and Σ weights (in out.alpha). */
function finishInto(alpha: Float64Array, mu: Float64Array, out: Plain): void {
  const largest = Math.max(...alpha);
  let total = 0;
  for (let k = 0; k < K; k++) total += Math.exp(alpha[k]! - largest);
  for (let k = 0; k < K; k++) {
    const weights = out.alpha[k]!;
    for (let i = 0; i < D; i++) {
      const row = (k * D + i) * D;
      const dy = pulled[k * D + i]!;
      for (let j = 0; j <= i; j++) {
        out.mu[k * D + j]! -= root[row + j]! * dy;
        out.l[row + j]! -= dy * mu[k * D + j]! + root[row + j]!;
      }
      out.q[k * D + i] = weights + out.l[row + i]! * root[row + i]!;
      out.l[row + i] = 0;
    }
    out.alpha[k] = weights - (N * Math.exp(alpha[k]! - largest)) / total;
  }
}

function fresh(): Plain {
  return {
    alpha: new Float64Array(K),
    mu: new Float64Array(K * D),
    q: new Float64Array(K * D),
    l: new Float64Array(K * D * D),
  };
}

const listed = <V>({ alpha, mu, q, l }: Parameters<V>): readonly V[] => [alpha, mu, q, l];

/** The gradient of a mixture of 25 Gaussians at 1000 observations of 10 numbers, by all its parameters. */
export function mixture(): Problem {
  const x = array(spread(N * D, 1), [N, D]);
  const parameters: Parameters<NDArray> = {
    alpha: array(spread(K, 2), [K]),
    mu: array(spread(K * D, 3), [K, D]),
    q: array(spread(K * D, 4), [K, D]),
    l: array(spread(K * D * D, 5), [K, D, D]),
  };
  const plain = Object.fromEntries(
    Object.entries(parameters).map(([name, part]: [string, NDArray]) => [name, part.data]),
  ) as unknown as Plain;
  const data = x.data as Float64Array;
  const g = jit((own: Parameters, at: Value) => grad((p: Parameters) => objective(p, at))(own)[0]);
  const compiled = jit(objective);
  const used = fresh();
  return {
    key: 'gmm',
    title: `GMM d ${D}, K ${K}, n ${N}`,
    most: 2.5,
    inputs: { ...parameters, x },
    engine: () => listed(g(parameters, x) as Parameters<NDArray>),
    primal: () => compiled(parameters, x),
    hand: () => listed(gradientInto(plain, data, fresh())),
    handInto: () => listed(gradientInto(plain, data, used)),
  };
}
