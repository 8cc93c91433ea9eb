// A network of two layers reads handwritten digits: it trains on 1437 of them, and 360 that it never saw decide.
import * as e from '../../../engine/index.ts';
import { digits } from './digits.ts';

const { add, mul, sub, div, sqrt, square } = e;
const [TRAINED, BATCH, EPOCHS, RATE] = [1437, 64, 30, 0.003];

interface Network {
  readonly hidden: e.Value;
  readonly hiddenBias: e.Value;
  readonly out: e.Value;
  readonly outBias: e.Value;
}

/** Weights of a variance that neither grows nor fades from layer to layer (He et al., 2015). */
function fresh(key: e.Value, width: number): Network {
  const [first, second] = e.splitKey(key);
  return {
    hidden: mul(Math.sqrt(2 / 64), e.normal(first!, [64, width])),
    hiddenBias: e.zeros([width]),
    out: mul(Math.sqrt(2 / width), e.normal(second!, [width, 10])),
    outBias: e.zeros([10]),
  };
}

/** A score for each class, of one image or of many. */
function scores(net: Network, images: e.Value): e.Value {
  const inside = e.relu(add(e.matmul(images, net.hidden), net.hiddenBias));
  return add(e.matmul(inside, net.out), net.outBias);
}

/** The mean of −log p(label). */
function loss(net: Network, images: e.Value, labels: e.Value): e.Value {
  const p = e.logSoftmax(scores(net, images));
  return e.neg(e.mean(e.sum(mul(p, e.oneHot(labels, { classes: 10 })), { axes: 1 })));
}

type State = Readonly<Record<'net' | 'mean' | 'spread', Network>>;

/** One step of Adam (Kingma & Ba, 2015), compiled: `rate` holds its correction for the first steps. */
const step = e.jit(({ net, mean, spread }: State, images: e.Value, labels: e.Value, rate: e.Value): State => {
  const [slope] = e.grad(loss)(net, images, labels);
  const m = e.treeMap((old, g) => add(mul(0.9, old), mul(0.1, g)), mean, slope);
  const v = e.treeMap((old, g) => add(mul(0.999, old), mul(0.001, square(g))), spread, slope);
  const moved = e.treeMap((w, a, b) => sub(w, div(mul(rate, a), add(sqrt(b), 1e-8))), net, m, v);
  return { net: moved, mean: m, spread: v };
});

const correct = e.jit((net: Network, images: e.Value, labels: e.Value) =>
  e.mean(e.equal(e.argmax(scores(net, images), { axis: 1 }), labels)),
);

/** Trains, and gives the share of unseen digits that are read right. */
export function run(seed = 0) {
  const started = performance.now();
  const { images, labels } = digits();
  const [split, init, ...epochs] = e.splitKey(e.randomKey(seed), 2 + EPOCHS);
  const order = e.permutation(split!, 1797);
  const known = e.slice(order, { stop: TRAINED });
  const unseen = e.slice(order, { start: TRAINED });
  const net = fresh(init!, 64);
  const zero = e.treeMap((w) => mul(0, w), net);
  let state: State = { net, mean: zero, spread: zero };
  let steps = 0;
  for (const key of epochs) {
    const mixed = e.take(known, e.permutation(key, TRAINED));
    for (let from = 0; from + BATCH <= TRAINED; from += BATCH) {
      const batch = e.slice(mixed, { start: from, stop: from + BATCH });
      const rate = (RATE * Math.sqrt(1 - 0.999 ** ++steps)) / (1 - 0.9 ** steps);
      state = step(state, e.take(images, batch), e.take(labels, batch), rate);
    }
  }
  const accuracy = e.item(correct(state.net, e.take(images, unseen), e.take(labels, unseen)));
  return { accuracy: Number(accuracy), seconds: (performance.now() - started) / 1000 };
}

if (import.meta.main) console.log(run());
