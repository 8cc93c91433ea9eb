/** Compiled to WebAssembly, float64. Takes and gives lists of lists, which its own conversion makes part of a call. */
export async function open(modules) {
  const rose = await import(new URL('rose/dist/index.js', modules));
  const { Dual, Real, Vec, add, compile, div, fn, gt, mul, opaque, select, sub, sum, vec, vjp, zero } = rose;

  const exp = opaque([Real], Real, Math.exp);
  exp.jvp = fn([Dual], Dual, ({ re, du }) => {
    const y = exp(re);
    return { re: y, du: mul(du, y) };
  });
  const log = opaque([Real], Real, Math.log);
  log.jvp = fn([Dual], Dual, ({ re, du }) => ({ re: log(re), du: div(du, re) }));
  // Data beside the parameters: without this its gradient would be computed, too.
  const constant = fn([Real], Real, (x) => x);
  constant.jvp = fn([Dual], Dual, ({ re }) => ({ re, du: zero() }));

  // Neighbours of an element cannot be indexed: written out.
  function rosenbrock(n) {
    return fn([Vec(n, Real)], Real, (x) => {
      const all = [...x];
      let total = 0;
      for (let i = 0; i < n - 1; i++) {
        const t = sub(all[i + 1], mul(all[i], all[i]));
        const u = sub(1, all[i]);
        total = add(total, add(mul(100, mul(t, t)), mul(u, u)));
      }
      return total;
    });
  }

  function logsumexp(size, terms) {
    // Shifted by the first and not by the largest, which the numbers here allow.
    const shift = terms[0];
    return add(shift, log(sum(size, (k) => exp(sub(terms[k], shift)))));
  }

  function mixture(d, k, n) {
    const type = { alpha: Vec(k, Real), mu: Vec(k, Vec(d, Real)), q: Vec(k, Vec(d, Real)) };
    const all = {
      ...type,
      l: Vec(k, Vec(d, Vec(d, Real))),
      below: Vec(d, Vec(d, Real)),
      unit: Vec(d, Vec(d, Real)),
      x: Vec(n, Vec(d, Real)),
    };
    const f = fn([all], Real, ({ alpha, mu, q, l, below, unit, x }) => {
      const root = vec(k, Vec(d, Vec(d, Real)), (c) =>
        vec(d, Vec(d, Real), (i) => {
          const e = exp(q[c][i]);
          return vec(d, Real, (j) =>
            add(mul(constant(below[i][j]), l[c][i][j]), mul(constant(unit[i][j]), e)),
          );
        }),
      );
      const logs = vec(k, Real, (c) =>
        add(
          alpha[c],
          sum(d, (i) => q[c][i]),
        ),
      );
      const likelihood = sum(n, (o) => {
        const terms = vec(k, Real, (c) => {
          const centred = vec(d, Real, (j) => sub(constant(x[o][j]), mu[c][j]));
          const squares = sum(d, (i) => {
            const y = sum(d, (j) => mul(root[c][i][j], centred[j]));
            return mul(y, y);
          });
          return sub(logs[c], mul(0.5, squares));
        });
        return logsumexp(k, terms);
      });
      const squares = sum(k, (c) => sum(d, (i) => sum(d, (j) => mul(root[c][i][j], root[c][i][j]))));
      return sub(sub(likelihood, mul(n, logsumexp(k, alpha))), mul(0.5, squares));
    });
    const parameters = { ...type, l: all.l };
    return fn([all], parameters, (at) => {
      const { alpha, mu, q, l } = vjp(f)(at).grad(1);
      return { alpha, mu, q, l };
    });
  }

  function classifier(batch, inputs, hidden, classes) {
    const parameters = {
      w1: Vec(inputs, Vec(hidden, Real)),
      b1: Vec(hidden, Real),
      w2: Vec(hidden, Vec(classes, Real)),
      b2: Vec(classes, Real),
    };
    const all = { ...parameters, x: Vec(batch, Vec(inputs, Real)), y: Vec(batch, Vec(classes, Real)) };
    const f = fn([all], Real, ({ w1, b1, w2, b2, x, y }) => {
      const total = sum(batch, (o) => {
        const between = vec(hidden, Real, (j) => {
          const a = add(
            b1[j],
            sum(inputs, (i) => mul(constant(x[o][i]), w1[i][j])),
          );
          return select(gt(a, 0), Real, a, 0);
        });
        const logits = vec(classes, Real, (c) =>
          add(
            b2[c],
            sum(hidden, (j) => mul(between[j], w2[j][c])),
          ),
        );
        return sub(
          logsumexp(classes, logits),
          sum(classes, (c) => mul(constant(y[o][c]), logits[c])),
        );
      });
      return div(total, batch);
    });
    return fn([all], parameters, (at) => {
      const { w1, b1, w2, b2 } = vjp(f)(at).grad(1);
      return { w1, b1, w2, b2 };
    });
  }

  const list = (names) => (result) => names.map((name) => result[name].flat(3));
  return {
    rosenbrock: async ({ x: [[n], x] }) => {
      const V = Vec(n, Real);
      const f = rosenbrock(n);
      const g = await compile(fn([V], V, (at) => vjp(f)(at).grad(1)));
      return { call: () => g(x), read: (result) => [[...result]] };
    },
    hvp: async ({ x: [[n], x], v: [, v] }) => {
      const V = Vec(n, Real);
      const f = rosenbrock(n);
      const g = fn([V], V, (at) => vjp(f)(at).grad(1));
      const h = await compile(fn([V, V], V, (at, along) => vjp(g)(at).grad(along)));
      return { call: () => h(x, v), read: (result) => [[...result]] };
    },
    gmm: async (given) => {
      const [k, d] = given.mu[0];
      const at = Object.fromEntries(Object.entries(given).map(([name, part]) => [name, nested(...part)]));
      const square = (entry) =>
        Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => entry(i, j)));
      at.below = square((i, j) => (j < i ? 1 : 0));
      at.unit = square((i, j) => (i === j ? 1 : 0));
      const g = await compile(mixture(d, k, given.x[0][0]));
      return { call: () => g(at), read: list(['alpha', 'mu', 'q', 'l']) };
    },
    mlp: async (given) => {
      const at = Object.fromEntries(Object.entries(given).map(([name, part]) => [name, nested(...part)]));
      const [inputs, hidden] = given.w1[0];
      const g = await compile(classifier(given.x[0][0], inputs, hidden, given.b2[0][0]));
      return { call: () => g(at), read: list(['w1', 'b1', 'w2', 'b2']) };
    },
  };
}

function nested([length, ...inner], flat) {
  if (inner.length === 0) return flat;
  const size = flat.length / length;
  return Array.from({ length }, (_, i) => nested(inner, flat.slice(i * size, (i + 1) * size)));
}
