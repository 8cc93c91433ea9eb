import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** On its WebAssembly back end; it has float32 alone. A call ends with its numbers in JavaScript. */
export async function open(modules) {
  const require = createRequire(new URL('../package.json', modules));
  const tf = require('@tensorflow/tfjs');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(fileURLToPath(new URL('@tensorflow/tfjs-backend-wasm/dist/', modules)));
  await tf.setBackend('wasm');
  await tf.ready();
  const tensor = ([shape, numbers]) => tf.tensor(numbers, shape, 'float32');

  const rosenbrock = (n) => (x) => {
    const here = x.slice([0], [n - 1]);
    const next = x.slice([1], [n - 1]);
    return next.sub(here.square()).square().mul(100).add(tf.scalar(1).sub(here).square()).sum();
  };
  const loss = (x, y) => (w1, b1, w2, b2) => {
    const logits = x.matMul(w1).add(b1).relu().matMul(w2).add(b2);
    return logits.logSumExp(1).sum().sub(logits.mul(y).sum()).div(x.shape[0]);
  };
  const mixture = (x, d, k, n) => {
    const below = tf.tensor2d(
      Array.from({ length: d * d }, (_, e) => (e % d < Math.floor(e / d) ? 1 : 0)),
      [d, d],
    );
    const unit = tf.eye(d);
    return (alpha, mu, q, l) => {
      const root = l.mul(below).add(q.exp().reshape([k, d, 1]).mul(unit));
      const shifts = root.mul(mu.reshape([k, 1, d])).sum(2);
      const all = x.matMul(root.reshape([k * d, d]), false, true);
      const squares = all
        .sub(shifts.reshape([1, k * d]))
        .reshape([n, k, d])
        .square()
        .sum(2);
      const terms = alpha.add(q.sum(1)).sub(squares.mul(0.5));
      const likelihood = terms.logSumExp(1).sum().sub(alpha.logSumExp().mul(n));
      return likelihood.sub(root.square().sum().mul(0.5));
    };
  };

  function program(f, at) {
    const g = tf.grads(f);
    const call = () => {
      const found = tf.tidy(() => g(at));
      const numbers = found.map((part) => part.dataSync());
      for (const part of found) part.dispose();
      return numbers;
    };
    return { call, read: (result) => result };
  }

  const tensors = (given, names) => names.map((name) => tensor(given[name]));
  return {
    rosenbrock: (given) => program(rosenbrock(given.x[0][0]), tensors(given, ['x'])),
    hvp: (given) => {
      const [x, v] = tensors(given, ['x', 'v']);
      const g = tf.grad(rosenbrock(given.x[0][0]));
      return program((at) => g(at).mul(v).sum(), [x]);
    },
    gmm: (given) => {
      const [k, d] = given.mu[0];
      const [x] = tensors(given, ['x']);
      return program(mixture(x, d, k, given.x[0][0]), tensors(given, ['alpha', 'mu', 'q', 'l']));
    },
    mlp: (given) => {
      const [x, y] = tensors(given, ['x', 'y']);
      return program(loss(x, y), tensors(given, ['w1', 'b1', 'w2', 'b2']));
    },
  };
}
