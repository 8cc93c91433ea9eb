import { isFloat } from '../core/dtype.ts';
import type { Params, Single, Structural } from '../core/program.ts';
import { range } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { type ElementwiseName, table } from '../elementwise/table.ts';
import { productOfOthers, shifted } from './lines.ts';
import { inverseTransposed, keepTriangle, product, sumMatrix, transposed } from './matrix.ts';
import type { JvpRule, Slope } from './types.ts';
import { instantiate, plus, toShape } from './zeros.ts';

/** Value and tangent of one application of a primitive. */
export function jvpOf<P extends Single>(
  primitive: P,
  primals: readonly Value[],
  tangents: readonly Slope[],
  params: Params<P>,
): readonly [Value, Slope] {
  const rule = (structural as Partial<Record<Single, JvpRule<never>>>)[primitive];
  if (rule !== undefined) return (rule as unknown as JvpRule<P>)(primals, tangents, params);
  return elementwise(primitive as ElementwiseName, primals, tangents);
}

/** The chain rule: Σ tangent · partial. */
function elementwise(
  name: ElementwiseName,
  primals: readonly Value[],
  tangents: readonly Slope[],
): readonly [Value, Slope] {
  const y = ops.apply(name, primals);
  const { partials } = table[name];
  let sum: Slope = null;
  for (let i = 0; i < primals.length; i++) {
    const tangent = tangents[i]!;
    if (tangent === null) continue;
    const partial = partials[i]!(...primals, y);
    if (partial === 0) continue;
    if (partial === -1) {
      sum = sum === null ? ops.neg(tangent) : ops.sub(sum, tangent);
      continue;
    }
    const part = partial === 1 ? tangent : ops.mul(tangent, partial);
    sum = sum === null ? part : ops.add(sum, part);
  }
  if (sum === null) return [y, null];
  const { shape, dtype } = avalOf(y);
  // Partials that are chosen between plain numbers are float64 whatever the inputs are.
  return [y, ops.convert(toShape(sum, shape), dtype)];
}

/** The rule of a primitive that is linear in all of these inputs together (by default in all). */
function linear<P extends Structural>(primitive: P, inputs?: readonly number[]): JvpRule<P> {
  return (primals, tangents, params) => {
    const y = bind(primitive, primals, params);
    if (!isFloat(avalOf(y).dtype)) return [y, null];
    const moved = primals.map((x, i) =>
      inputs === undefined || inputs.includes(i) ? instantiate(tangents[i]!, avalOf(x)) : x,
    );
    if (inputs?.every((i) => tangents[i] === null)) return [y, null];
    return [y, bind(primitive, moved, params)];
  };
}

/** The rule of a primitive with derivative 0, or none. */
function flat<P extends Structural>(primitive: P): JvpRule<P> {
  return (primals, _, params) => [bind(primitive, primals, params), null];
}

/** The largest or smallest: elements that tie share the slope equally, as in JAX. */
function extreme<P extends 'reduceMax' | 'reduceMin'>(primitive: P): JvpRule<P> {
  return ([x], [t], params) => {
    const y = bind(primitive, [x!], params);
    const { shape, dtype } = avalOf(x!);
    const kept = range(0, shape.length).filter((axis) => !params.axes.includes(axis));
    const back = (v: Value) => bind('broadcast', [v], { shape, axes: kept });
    const ties = ops.convert(ops.equal(x!, back(y)), dtype);
    const { axes } = params;
    const weight = ops.div(ties, back(bind('reduceSum', [ties], { axes })));
    return [y, bind('reduceSum', [ops.mul(t!, weight)], { axes })];
  };
}

const structural: { readonly [P in Structural]: JvpRule<P> } = {
  convert: linear('convert'),
  stopGradient: flat('stopGradient'),
  barrier: linear('barrier'),
  select: linear('select', [1, 2]),
  reduceSum: linear('reduceSum'),
  reduceProd: ([x], [t], { axes }) => {
    const { shape } = avalOf(x!);
    const kept = range(0, shape.length).filter((axis) => !axes.includes(axis));
    // The axes are joined into one line, at the end.
    const line = [...kept.map((axis) => shape[axis]!), axes.reduce((n, axis) => n * shape[axis]!, 1)];
    const perm = [...kept, ...axes];
    const flatten = (v: Value) => bind('reshape', [bind('transpose', [v], { perm })], { shape: line });
    const slopes = ops.mul(flatten(t!), productOfOthers(flatten(x!), kept.length));
    return [bind('reduceProd', [x!], { axes }), bind('reduceSum', [slopes], { axes: [kept.length] })];
  },
  reduceMax: extreme('reduceMax'),
  reduceMin: extreme('reduceMin'),
  argmax: flat('argmax'),
  argsort: flat('argsort'),
  reshape: linear('reshape'),
  transpose: linear('transpose'),
  broadcast: linear('broadcast'),
  slice: linear('slice'),
  pad: linear('pad'),
  concatenate: linear('concatenate'),
  reverse: linear('reverse'),
  gather: linear('gather', [0]),
  scatterAdd: linear('scatterAdd', [0]),
  dot: ([a, b], [ta, tb], params) => [
    bind('dot', [a!, b!], params),
    plus(
      ta! === null ? null : bind('dot', [ta!, b!], params),
      tb! === null ? null : bind('dot', [a!, tb!], params),
    ),
  ],
  cumsum: linear('cumsum'),
  cumprod: ([x], [t], { axis, reverse }) => {
    const y = bind('cumprod', [x!], { axis, reverse });
    // y_k = x_k y_{k−1}, so dy_k = x_k dy_{k−1} + dx_k y_{k−1}: right at zeros, too.
    const b = ops.mul(t!, shifted(y, axis, reverse, 1));
    return [y, bind('linearRecurrence', [x!, b], { axis, reverse })];
  },
  linearRecurrence: ([a, b], [ta, tb], params) => {
    const s = bind('linearRecurrence', [a!, b!], params);
    const before = ta! === null ? null : ops.mul(ta!, shifted(s, params.axis, params.reverse, 0));
    return [s, bind('linearRecurrence', [a!, plus(before, tb!)!], params)];
  },
  cholesky: ([a], [t]) => {
    const l = bind('cholesky', [a!], {});
    // Only the lower triangle is read. dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half of its diagonal
    // (Murray, "Differentiation of the Cholesky decomposition", 2016, eq. 8).
    const half = keepTriangle(t!, (i, j) => (i > j ? 1 : i === j ? 0.5 : 0));
    const whole = ops.add(half, transposed(half));
    const settings = { lower: true, transposed: false, unit: false };
    const left = bind('triangularSolve', [l, whole], settings);
    const middle = bind('triangularSolve', [l, transposed(left)], settings);
    const phi = keepTriangle(transposed(middle), (i, j) => (i > j ? 1 : i === j ? 0.5 : 0));
    return [l, product(l, phi)];
  },
  triangularSolve: ([a, b], [ta, tb], params) => {
    const x = bind('triangularSolve', [a!, b!], params);
    let right: Slope = tb!;
    if (ta! !== null) {
      const keeps = (i: number, j: number) =>
        i === j ? (params.unit ? 0 : 1) : Number(params.lower ? i > j : i < j);
      const da = keepTriangle(ta!, keeps);
      const pushed = ops.neg(product(params.transposed ? transposed(da) : da, x));
      right = plus(pushed, right);
    }
    return [x, bind('triangularSolve', [a!, right!], params)];
  },
  solve: ([a, b], [ta, tb], params) => {
    const x = bind('solve', [a!, b!], params);
    let right: Slope = tb!;
    if (ta! !== null) {
      right = plus(ops.neg(product(params.transposed ? transposed(ta!) : ta!, x)), right);
    }
    return [x, bind('solve', [a!, right!], params)];
  },
  det: ([a], [t]) => {
    const d = bind('det', [a!], {});
    return [d, ops.mul(sumMatrix(ops.mul(t!, inverseTransposed(a!))), d)];
  },
  logdet: ([a], [t]) => [bind('logdet', [a!], {}), sumMatrix(ops.mul(t!, inverseTransposed(a!)))],
  randomUniform: flat('randomUniform'),
  randomSplit: flat('randomSplit'),
};
