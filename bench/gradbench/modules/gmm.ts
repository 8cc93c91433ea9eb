import {
  add,
  array,
  concatenate,
  einsum,
  exp,
  grad,
  jit,
  lgamma,
  logsumexp,
  mul,
  type NDArray,
  shapeOf,
  square,
  sub,
  sum,
  take,
  tensordot,
  type Value,
  zeros,
} from '../../../engine/index.ts';
import { type Fields, numbers, real, whole } from '../input.ts';
import { evaluation, type Module, nested } from '../task.ts';

/** What the gradient is by. */
interface Parameters<V = Value> {
  /** Logarithms of the weights, up to a constant: [K]. */
  readonly alpha: V;
  /** Means: [K, D]. */
  readonly mu: V;
  /** Logarithms of the diagonals of Q: [K, D]. */
  readonly q: V;
  /** Q below the diagonals, column by column: [K, D(D − 1)/2]. */
  readonly l: V;
}

interface Setting<V = Value> {
  /** Observations: [N, D]. */
  readonly x: V;
  /** Additional degrees of freedom of the Wishart prior. */
  readonly m: V;
  /** Its precision. */
  readonly gamma: V;
  /** What does not depend on the parameters. */
  readonly constant: V;
}

/** For each place of a D × D lower triangle, row by row, where its number is in [exp q, l, 0]. */
function places(d: number): NDArray {
  const zero = d + (d * (d - 1)) / 2;
  const rows = Array.from({ length: d }, () => new Array<number>(d).fill(zero));
  let next = d;
  for (let column = 0; column < d; column++) {
    rows[column]![column] = column;
    for (let row = column + 1; row < d; row++) rows[row]![column] = next++;
  }
  return array(rows, { dtype: 'int32' });
}

/** The lower triangular Q of each component: [K, D, D]. */
function factors({ q, l }: Parameters): Value {
  const [k, d] = shapeOf(q) as [number, number];
  return take(concatenate([exp(q), l, zeros([k, 1])], { axis: 1 }), places(d), { axis: 1 });
}

/** The logarithm of the posterior probability: likelihood of the mixture times Wishart prior of its precisions QᵀQ. */
function logPosterior(parameters: Parameters, { x, m, gamma, constant }: Setting): Value {
  const { alpha, mu, q } = parameters;
  const [n] = shapeOf(x) as [number, number];
  const factor = factors(parameters);
  // Q(x − μ) as Qx − Qμ: the first is one product of matrices for all observations and components.
  const whitened = sub(tensordot(x, factor, { axes: [[1], [2]] }), einsum('kij,kj->ki', factor, mu));
  const logDet = sum(q, { axes: 1 });
  const terms = sub(add(alpha, logDet), mul(0.5, sum(square(whitened), { axes: 2 })));
  const likelihood = sub(sum(logsumexp(terms, { axis: 1 })), mul(n, logsumexp(alpha)));
  const prior = sub(mul(m, sum(q)), mul(mul(0.5, square(gamma)), sum(square(factor))));
  return add(add(likelihood, prior), constant);
}

/** log Γ_D(a), the multivariate gamma function (DLMF 35.3.4). */
function logMultigamma(d: number, a: number): number {
  let total = ((d * (d - 1)) / 4) * Math.log(Math.PI);
  for (let j = 0; j < d; j++) total += lgamma(a - j / 2) as number;
  return total;
}

function read(input: Fields): [Parameters<NDArray>, Setting<NDArray>] {
  const [d, k, n] = [whole(input, 'd', 1), whole(input, 'k', 1), whole(input, 'n', 1)];
  const [m, gamma] = [whole(input, 'm'), real(input, 'gamma')];
  const freedom = d + m + 1;
  const wishart = freedom * d * Math.log(gamma / Math.SQRT2) - logMultigamma(d, freedom / 2);
  const constant = k * wishart - n * (d / 2) * Math.log(2 * Math.PI);
  const below = (d * (d - 1)) / 2;
  return [
    {
      alpha: numbers(input, 'alpha', [k]),
      mu: numbers(input, 'mu', [k, d]),
      q: numbers(input, 'q', [k, d]),
      // Of one dimension there is nothing below the diagonal, and lists of nothing do not say how they nest.
      l: below === 0 ? zeros([k, 0]) : numbers(input, 'l', [k, below]),
    },
    { x: numbers(input, 'x', [n, d]), m: array(m), gamma: array(gamma), constant: array(constant) },
  ];
}

const objective = jit(logPosterior);
const gradient = jit((parameters: Parameters, setting: Setting) => {
  return grad((own: Parameters) => logPosterior(own, setting))(parameters)[0];
});

/** The log posterior of a Gaussian mixture model, and its gradient by weights, means and precisions. */
export const gmm: Module = {
  objective: evaluation(read, (args) => objective(...args), nested),
  jacobian: evaluation(
    read,
    (args) => gradient(...args),
    ({ alpha, mu, q, l }) => ({ alpha: nested(alpha), mu: nested(mu), q: nested(q), l: nested(l) }),
  ),
};
