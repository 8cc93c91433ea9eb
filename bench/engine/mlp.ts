import {
  add,
  array,
  div,
  grad,
  jit,
  logsumexp,
  matmul,
  mul,
  type NDArray,
  relu,
  sub,
  sum,
  type Value,
} from '../../engine/index.ts';
import { type Problem, spread } from './problem.ts';

const [BATCH, INPUTS, HIDDEN, CLASSES] = [64, 784, 128, 10];

interface Parameters<V = Value> {
  readonly w1: V;
  readonly b1: V;
  readonly w2: V;
  readonly b2: V;
}

/** Mean cross-entropy of a classifier with one hidden layer of relu; `y` has a 1 at each row's class. */
function loss({ w1, b1, w2, b2 }: Parameters, x: Value, y: Value): Value {
  const hidden = relu(add(matmul(x, w1), b1));
  const logits = add(matmul(hidden, w2), b2);
  return div(sub(sum(logsumexp(logits, { axis: 1 })), sum(mul(logits, y))), BATCH);
}

/** out[m, n] = a[m, k] b[k, n], by rows of b and out. */
function multiplyInto(a: Float64Array, b: Float64Array, out: Float64Array, m: number, k: number, n: number) {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const scale = a[i * k + p]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += scale * b[p * n + j]!;
    }
  }
}

/** out[k, n] = aᵀ b of a[m, k] and b[m, n], by rows of b and out. */
function outerInto(a: Float64Array, b: Float64Array, out: Float64Array, m: number, k: number, n: number) {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const scale = a[i * k + p]!;
      for (let j = 0; j < n; j++) out[p * n + j]! += scale * b[i * n + j]!;
    }
  }
}

type Plain = Parameters<Float64Array>;

const hidden = new Float64Array(BATCH * HIDDEN);
const logits = new Float64Array(BATCH * CLASSES);
const back = new Float64Array(BATCH * HIDDEN);

/** The gradient of `loss`; `out` holds zeros and is filled. */
function gradientInto({ w1, b1, w2, b2 }: Plain, x: Float64Array, y: Float64Array, out: Plain): Plain {
  for (let i = 0; i < BATCH; i++) hidden.set(b1, i * HIDDEN);
  multiplyInto(x, w1, hidden, BATCH, INPUTS, HIDDEN);
  for (let i = 0; i < hidden.length; i++) if (hidden[i]! < 0) hidden[i] = 0;
  for (let i = 0; i < BATCH; i++) logits.set(b2, i * CLASSES);
  multiplyInto(hidden, w2, logits, BATCH, HIDDEN, CLASSES);
  for (let i = 0; i < BATCH; i++) {
    const row = i * CLASSES;
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < CLASSES; c++) largest = Math.max(largest, logits[row + c]!);
    let total = 0;
    for (let c = 0; c < CLASSES; c++) {
      const e = Math.exp(logits[row + c]! - largest);
      logits[row + c] = e;
      total += e;
    }
    for (let c = 0; c < CLASSES; c++) {
      const d = (logits[row + c]! / total - y[row + c]!) / BATCH;
      logits[row + c] = d;
      out.b2[c]! += d;
    }
    for (let j = 0; j < HIDDEN; j++) {
      let d = 0;
      for (let c = 0; c < CLASSES; c++) d += logits[row + c]! * w2[j * CLASSES + c]!;
      if (!(hidden[i * HIDDEN + j]! > 0)) d = 0;
      back[i * HIDDEN + j] = d;
      out.b1[j]! += d;
    }
  }
  outerInto(hidden, logits, out.w2, BATCH, HIDDEN, CLASSES);
  outerInto(x, back, out.w1, BATCH, INPUTS, HIDDEN);
  return out;
}

function fresh(): Plain {
  return {
    w1: new Float64Array(INPUTS * HIDDEN),
    b1: new Float64Array(HIDDEN),
    w2: new Float64Array(HIDDEN * CLASSES),
    b2: new Float64Array(CLASSES),
  };
}

const listed = <V>({ w1, b1, w2, b2 }: Parameters<V>): readonly V[] => [w1, b1, w2, b2];

/** The gradient of a classifier of 28 × 28 pixels, at 64 of them, by weights and biases. */
export function classifier(): Problem {
  const scaled = (count: number, seed: number, size: number) => spread(count, seed).map((e) => e * size);
  const parameters: Parameters<NDArray> = {
    w1: array(scaled(INPUTS * HIDDEN, 1, 0.05), [INPUTS, HIDDEN]),
    b1: array(scaled(HIDDEN, 2, 0.1), [HIDDEN]),
    w2: array(scaled(HIDDEN * CLASSES, 3, 0.1), [HIDDEN, CLASSES]),
    b2: array(scaled(CLASSES, 4, 0.1), [CLASSES]),
  };
  const x = array(spread(BATCH * INPUTS, 5), [BATCH, INPUTS]);
  const classes = new Float64Array(BATCH * CLASSES);
  for (let i = 0; i < BATCH; i++) classes[i * CLASSES + ((i * 7) % CLASSES)] = 1;
  const y = array(classes, [BATCH, CLASSES]);
  const plain = Object.fromEntries(
    Object.entries(parameters).map(([name, part]: [string, NDArray]) => [name, part.data]),
  ) as unknown as Plain;
  const g = jit((own: Parameters, at: Value, of: Value) => grad((p: Parameters) => loss(p, at, of))(own)[0]);
  const compiled = jit(loss);
  const used = fresh();
  const handInto = () => {
    for (const part of listed(used)) part.fill(0);
    return listed(gradientInto(plain, x.data as Float64Array, classes, used));
  };
  return {
    key: 'mlp',
    title: `MLP ${INPUTS}-${HIDDEN}-${CLASSES}, batch ${BATCH}, float64`,
    most: 2.5,
    inputs: { ...parameters, x, y },
    engine: () => listed(g(parameters, x, y) as Parameters<NDArray>),
    primal: () => compiled(parameters, x, y),
    hand: () => listed(gradientInto(plain, x.data as Float64Array, classes, fresh())),
    handInto,
  };
}
