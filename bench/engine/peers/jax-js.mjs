/** On its WebAssembly back end, under jit; float64 unless another type is asked for. A call ends with its numbers in JavaScript. */
export async function open(modules, _folder, dtype = 'float64') {
  const jax = await import(new URL('@jax-js/jax/dist/index.js', modules));
  const { numpy: np, grad, jit, jvp, nn } = jax;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const type = np[dtype];
  const Elements = dtype === 'float64' ? Float64Array : Float32Array;
  const array = ([shape, numbers]) => np.array(Elements.from(numbers), { dtype: type }).reshape(shape);
  const number = (value) => np.array(value, { dtype: type });

  const rosenbrock = (n) => (x) => {
    const here = x.ref.slice([0, n - 1]);
    const t = x.slice([1, n]).sub(here.ref.mul(here.ref));
    const u = number(1).sub(here);
    return np.sum(t.ref.mul(t).mul(number(100)).add(u.ref.mul(u)));
  };
  const loss = (batch) => (w1, b1, w2, b2, x, y) => {
    const hidden = nn.relu(np.matmul(x, w1).add(b1));
    const logits = np.matmul(hidden, w2).add(b2);
    const right = np.sum(logits.ref.mul(y));
    return np
      .sum(nn.logsumexp(logits, 1))
      .sub(right)
      .mul(number(1 / batch));
  };
  const mixture = (d, k, n) => (alpha, mu, q, l, x) => {
    const unit = np.eye(d, d, { dtype: type });
    const root = np.tril(l, -1).add(np.exp(q.ref).reshape([k, d, 1]).mul(unit));
    const shifts = np.sum(root.ref.mul(mu.reshape([k, 1, d])), 2);
    const all = np.matmul(x, root.ref.reshape([k * d, d]).transpose());
    const whitened = all.sub(shifts.reshape([k * d])).reshape([n, k, d]);
    const squares = np.sum(whitened.ref.mul(whitened), 2);
    const terms = alpha.ref.add(np.sum(q, 1)).sub(squares.mul(number(0.5)));
    const likelihood = np.sum(nn.logsumexp(terms, 1)).sub(nn.logsumexp(alpha).mul(number(n)));
    return likelihood.sub(np.sum(root.ref.mul(root)).mul(number(0.5)));
  };

  function program(f, given, names, data = []) {
    const at = [...names, ...data].map((name) => array(given[name]));
    const whole = jit(grad(f, { argnums: names.map((_, i) => i) }));
    const call = () => {
      const found = whole(...at.map((part) => part.ref));
      return found.map((part) => part.dataSync());
    };
    return { call, read: (result) => result };
  }

  return {
    rosenbrock: (given) => program(rosenbrock(given.x[0][0]), given, ['x']),
    hvp: (given) => {
      const [x, v] = [array(given.x), array(given.v)];
      const f = rosenbrock(given.x[0][0]);
      const h = jit((at, along) => jvp(grad(f), [at], [along])[1]);
      return { call: () => [h(x.ref, v.ref).dataSync()], read: (result) => result };
    },
    gmm: (given) => {
      const [k, d] = given.mu[0];
      return program(mixture(d, k, given.x[0][0]), given, ['alpha', 'mu', 'q', 'l'], ['x']);
    },
    mlp: (given) => program(loss(given.x[0][0]), given, ['w1', 'b1', 'w2', 'b2'], ['x', 'y']),
  };
}
