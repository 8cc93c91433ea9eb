import { avalOf, type Value } from '../../../engine/core/trace.ts';
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  NDArray,
  ops,
  stopGradient,
  vjp,
} from '../../../engine/index.ts';
import { DIFFERENCES, differences } from './differences.ts';
import type { Many, Sample } from './sample.ts';
import {
  allNumbers,
  directions,
  dotNumbers,
  isFloatValue,
  like,
  moved,
  near,
  numbersOf,
  random,
  sameAvals,
} from './values.ts';

/** What holds of every program, whichever primitive it is around. @throws Error where it does not */
export type Law = (sample: Sample) => void;

/** Two ways to compute the same differ by rounding alone: a few ε for each of the sums in either. */
export const ROUNDING = 1e-12;

export const toleranceOf = ({ tolerance }: Sample) => tolerance ?? ROUNDING;
const stepOf = (sample: Sample) => sample.step ?? 1 / 32;

/** The results that have derivatives. */
const floating = (values: readonly Value[]): Value[] => values.filter(isFloatValue);

/** Weights of the floating-point results. */
function weightsOf({ f, inputs }: Sample): Value[] {
  return floating(f(...inputs)).map((y, i) => like(y, Array.from(random(avalOf(y).shape, 7000 + i).data)));
}

/** Σ weights · results: one number, whose derivative is that of all results together. */
export function weighted(sample: Sample): (...inputs: Value[]) => Value {
  const weights = weightsOf(sample);
  return (...inputs) =>
    floating(sample.f(...inputs)).reduce<Value>(
      (sum, y, i) => ops.add(sum, ops.sum(ops.mul(y, weights[i]!))),
      0,
    );
}

export const isDifferentiable = (sample: Sample): boolean =>
  sample.inputs.some(isFloatValue) && sample.f(...sample.inputs).some(isFloatValue);

const forwardMode = (sample: Sample) => !sample.reverseOnly;
export const gradOf = (sample: Sample): Many => grad(weighted(sample)) as Many;
export const pushed = (f: Many, at: readonly Value[], along: readonly Value[]) =>
  jvp(f, [...at], along) as [readonly Value[], readonly Value[]];

const value: Law = (sample) => {
  const { f, inputs, expected } = sample;
  if (expected) near(allNumbers(f(...inputs)), expected(...inputs), toleranceOf(sample));
};

const forward: Law = (sample) => {
  const { f, inputs, kink } = sample;
  if (!forwardMode(sample)) return;
  const v = directions(inputs, 1);
  const [ys, slopes] = pushed(f, inputs, v);
  const plain = f(...inputs);
  near(allNumbers(ys), allNumbers(plain), 0);
  sameAvals(floating(slopes), floating(plain));
  if (kink) return;
  const along = (t: number) => allNumbers(floating(f(...moved(inputs, v, t))));
  near(allNumbers(floating(slopes)), differences(along, stepOf(sample)), DIFFERENCES);
};

/** What integers and booleans give does not move. */
const flat: Law = (sample) => {
  if (!forwardMode(sample)) return;
  const { f, inputs } = sample;
  const [ys, slopes] = pushed(f, inputs, directions(inputs, 1));
  ys.forEach((y, i) => {
    if (isFloatValue(y)) return;
    sameAvals([slopes[i]!], [y]);
    near(
      numbersOf(slopes[i]!),
      numbersOf(y).map(() => 0),
      0,
    );
  });
};

/** An argument alone: the others are constants, whose tangents nobody computes. */
const alone: Law = (sample) => {
  const { f, inputs } = sample;
  const v = directions(inputs, 1);
  const g = weighted(sample);
  const slopes = gradOf(sample)(...inputs);
  inputs.forEach((x, i) => {
    if (!isFloatValue(x)) return;
    const own = grad((y: Value) => g(...inputs.with(i, y)))(x);
    near(allNumbers(own), numbersOf(slopes[i]!), toleranceOf(sample));
    if (!forwardMode(sample)) return;
    const only: Many = (y) => f(...inputs.with(i, y!));
    const rest = inputs.map((other, k) => (k === i ? v[i]! : like(other, numbersOf(other).fill(0))));
    near(
      allNumbers(pushed(only, [x], [v[i]!])[1]),
      allNumbers(pushed(f, inputs, rest)[1]),
      toleranceOf(sample),
    );
  });
};

/** ⟨w, Jv⟩ = ⟨Jᵀw, v⟩. */
const duality: Law = (sample) => {
  const { f, inputs } = sample;
  const v = directions(inputs, 2);
  const [ys, pull] = vjp(f as (...xs: Value[]) => Value[], ...inputs) as [Value[], (w: unknown) => Value[]];
  near(allNumbers(ys), allNumbers(f(...inputs)), 0);
  const w = directions(ys, 3);
  const pulled = pull(w);
  sameAvals(pulled, inputs);
  if (!forwardMode(sample)) return;
  const [, slopes] = pushed(f, inputs, v);
  near([dotNumbers(pulled, v)], [dotNumbers(w, slopes)], toleranceOf(sample));
};

const linearized: Law = (sample) => {
  if (!forwardMode(sample)) return;
  const { f, inputs } = sample;
  const [, push] = linearize(f, ...inputs);
  for (const seed of [4, 5]) {
    const v = directions(inputs, seed);
    const slopes = push(...v) as readonly Value[];
    near(allNumbers(slopes), allNumbers(pushed(f, inputs, v)[1]), toleranceOf(sample));
  }
};

const gradient: Law = (sample) => {
  const { inputs, kink } = sample;
  const slopes = gradOf(sample)(...inputs);
  sameAvals(slopes, inputs);
  if (kink) return;
  const v = directions(inputs, 6);
  const g = weighted(sample);
  const along = (t: number) => numbersOf(g(...moved(inputs, v, t)));
  near([dotNumbers(slopes, v)], differences(along, stepOf(sample)), DIFFERENCES);
};

/** ⟨a, b⟩ as a program. */
const inner = (a: readonly Value[], b: readonly Value[]): Value =>
  a.reduce<Value>((sum, x, i) => (isFloatValue(x) ? ops.add(sum, ops.sum(ops.mul(x, b[i]!))) : sum), 0);

/** The Hessian along a vector by every order of modes, against differences of the gradient, and symmetric. */
const second: Law = (sample) => {
  const { inputs, kink } = sample;
  const g = weighted(sample);
  const slope = gradOf(sample);
  const v = directions(inputs, 8);
  const u = directions(inputs, 9);
  const reverse = (along: readonly Value[]) =>
    grad((...xs: Value[]) => inner(slope(...xs), along))(...inputs);
  const hv = reverse(v);
  sameAvals(hv, inputs);
  near([dotNumbers(hv, u)], [dotNumbers(reverse(u), v)], toleranceOf(sample));
  if (!kink) {
    const along = (t: number) => allNumbers(slope(...moved(inputs, v, t)));
    near(allNumbers(hv), differences(along, stepOf(sample)), DIFFERENCES);
  }
  if (!forwardMode(sample)) return;
  near(allNumbers(hvp(g, [...inputs], v)), allNumbers(hv), toleranceOf(sample));
  const slopeAlong = (...xs: Value[]) => jvp(g, xs, v)[1] as Value;
  near(allNumbers(grad(slopeAlong)(...inputs)), allNumbers(hv), toleranceOf(sample));
  near(numbersOf(jvp(slopeAlong, [...inputs], u)[1] as Value), [dotNumbers(hv, u)], toleranceOf(sample));
};

/** D³g[v, v, v], forward three times and in reverse three times. */
const third: Law = (sample) => {
  const { inputs } = sample;
  const g = weighted(sample);
  const v = directions(inputs, 10);
  const once =
    (h: (...xs: Value[]) => Value) =>
    (...xs: Value[]) =>
      inner(grad(h)(...xs), v);
  const reverse = numbersOf(once(once(once(g)))(...inputs));
  if (!forwardMode(sample)) return;
  const push =
    (h: (...xs: Value[]) => Value) =>
    (...xs: Value[]) =>
      jvp(h, xs, v)[1] as Value;
  near(numbersOf(push(push(push(g)))(...inputs)), reverse, 10 * toleranceOf(sample));
  near(numbersOf(push(once(push(g)))(...inputs)), reverse, 10 * toleranceOf(sample));
};

const LARGEST = 12;

/** Jacobians by both modes agree with each other, and the Hessian with products of it. */
const matrices: Law = (sample) => {
  const { f, inputs } = sample;
  const size = inputs.reduce<number>((sum, x) => sum + numbersOf(x).length, 0);
  if (size > LARGEST || !forwardMode(sample) || sample.uncounted) return;
  const flatten = (tree: unknown): number[] =>
    Array.isArray(tree) ? tree.flatMap(flatten) : numbersOf(tree as Value);
  near(flatten(jacfwd(f)(...inputs)), flatten(jacrev(f)(...inputs)), toleranceOf(sample));
  const v = directions(inputs, 11);
  const g = weighted(sample);
  const blocks = hessian(g)(...inputs) as Value[][];
  const products = blocks.map((row, i) => {
    const own = new Array<number>(numbersOf(inputs[i]!).length).fill(0);
    row.forEach((block, j) => {
      const [h, along] = [numbersOf(block), numbersOf(v[j]!)];
      own.forEach((_, k) => {
        along.forEach((t, m) => {
          own[k]! += h[k * along.length + m]! * t;
        });
      });
    });
    return own;
  });
  near(products.flat(), allNumbers(hvp(g, [...inputs], v)), toleranceOf(sample));
};

/** With stopped gradients the values stay and all derivatives are zero. */
const stopped: Law = (sample) => {
  const { inputs } = sample;
  const g = weighted(sample);
  const held = (...xs: Value[]) => g(...(stopGradient(xs) as Value[]));
  near(numbersOf(held(...inputs)), numbersOf(g(...inputs)), 0);
  const zeros = grad(held)(...inputs);
  sameAvals(zeros, inputs);
  near(
    allNumbers(zeros),
    allNumbers(zeros).map(() => 0),
    0,
  );
};

const narrow = (x: Value): Value =>
  isFloatValue(x) ? new NDArray(Float32Array.from(numbersOf(x)), avalOf(x).shape, 'float32') : x;
const wide = (x: Value): Value => (isFloatValue(x) ? like(x, numbersOf(x), 'float64') : x);

/** Half of float32's 24 bits are left for what rounds at every step. */
const FLOAT32 = 2e-4;

/** Float32 goes in and comes out of every derivative, with the numbers of float64. */
const float32: Law = (sample) => {
  if (sample.float64Only) return;
  const inputs = sample.inputs.map(narrow);
  const same = { ...sample, inputs: inputs.map(wide) };
  const small = { ...sample, inputs };
  const agree = (got: readonly Value[], wanted: readonly Value[]) => {
    near(allNumbers(got), allNumbers(wanted), FLOAT32);
  };
  const slopes = gradOf(small)(...inputs);
  sameAvals(slopes, inputs);
  agree(slopes, gradOf(same)(...same.inputs));
  if (!sample.uncounted) sameAvals(jit((...xs: Value[]) => [...gradOf(small)(...xs)])(...inputs), inputs);
  if (!forwardMode(sample)) return;
  const v = directions(inputs, 12);
  const [ys, moved32] = pushed(sample.f, inputs, v);
  sameAvals(floating(moved32), floating(ys));
  agree(floating(moved32), floating(pushed(sample.f, same.inputs, v.map(wide))[1]));
  const hv = hvp(weighted(small), [...inputs], v);
  sameAvals(hv, inputs);
  agree(hv, hvp(weighted(same), [...same.inputs], v.map(wide)));
};

/** The laws of every program. */
export const programLaws: Readonly<Record<string, Law>> = { value };
/** The laws of programs that have derivatives. */
export const derivativeLaws: Readonly<Record<string, Law>> = {
  forward,
  flat,
  alone,
  duality,
  linearized,
  gradient,
  second,
  third,
  matrices,
  stopped,
  float32,
};
