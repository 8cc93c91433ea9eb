import { isFloat, promote } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import { type Aval, avalText, type Params, type Single, type Structural, shaped } from '../core/program.ts';
import { sameShape, shapeText, sizeOf, without } from '../core/shape.ts';
import { table } from '../elementwise/table.ts';

/** The shape and type of what a primitive gives, from those of its inputs. @throws EngineError where they do not fit */
export function resultAval<P extends Single>(primitive: P, inputs: readonly Aval[], params: Params<P>): Aval {
  const rule = (structural as Partial<Record<Single, ShapeRule<never>>>)[primitive];
  if (rule !== undefined) return (rule as unknown as ShapeRule<P>)(inputs, params);
  return elementwiseAval(primitive as keyof typeof table, inputs);
}

type ShapeRule<P extends Single> = (inputs: readonly Aval[], params: Params<P>) => Aval;

/** Inputs of one shape, or 0-d beside it; of one type. */
function elementwiseAval(name: keyof typeof table, inputs: readonly Aval[]): Aval {
  const { kind, value } = table[name];
  if (inputs.length !== value.length) {
    throw new EngineError(name, `takes ${value.length} inputs, got ${inputs.length}`);
  }
  const joint = jointAval(name, inputs);
  if (kind === undefined && !isFloat(joint.dtype)) {
    throw new EngineError(name, `wants floating-point values, got ${avalText(joint)}`);
  }
  const dtype = kind === 'compare' || kind === 'logic' ? 'bool' : joint.dtype;
  return joint.dtype === dtype ? joint : shaped(joint.shape, dtype);
}

function jointAval(op: string, inputs: readonly Aval[]): Aval {
  let joint = inputs[0]!;
  for (let i = 1; i < inputs.length; i++) {
    const next = inputs[i]!;
    if (next === joint) continue;
    if (next.dtype !== joint.dtype) throw mismatch(op, inputs);
    if (sameShape(next.shape, joint.shape) || next.shape.length === 0) continue;
    if (joint.shape.length !== 0) throw mismatch(op, inputs);
    joint = next;
  }
  return shaped(joint.shape, joint.dtype);
}

function mismatch(op: string, inputs: readonly Aval[]): EngineError {
  return new EngineError(op, `inputs ${inputs.map(avalText).join(' and ')} do not go together`);
}

function wantFloat(op: string, x: Aval): void {
  if (!isFloat(x.dtype)) throw new EngineError(op, `wants floating-point values, got ${avalText(x)}`);
}

function wantInts(op: string, x: Aval): void {
  if (x.dtype !== 'int32') throw new EngineError(op, `wants int32 indices, got ${avalText(x)}`);
}

function wantSquare(op: string, x: Aval): void {
  wantFloat(op, x);
  const [m, n] = x.shape.slice(-2);
  if (x.shape.length < 2 || m !== n) throw new EngineError(op, `wants square matrices, got ${avalText(x)}`);
}

function wantSystem(op: string, a: Aval, b: Aval): void {
  wantSquare(op, a);
  wantFloat(op, b);
  const batch = a.shape.slice(0, -2);
  if (
    b.shape.length !== a.shape.length ||
    !sameShape(b.shape.slice(0, -2), batch) ||
    b.shape.at(-2) !== a.shape.at(-1)
  ) {
    throw new EngineError(op, `${avalText(a)} and ${avalText(b)} do not go together`);
  }
}

const reduced = (x: Aval, axes: readonly number[]) => shaped(without(x.shape, axes), x.dtype);

const floatReduced =
  (op: string) =>
  ([x]: readonly Aval[], { axes }: { readonly axes: readonly number[] }): Aval => {
    if (x!.dtype === 'bool') throw new EngineError(op, `wants numbers, got ${avalText(x!)}`);
    return reduced(x!, axes);
  };

const nonEmpty =
  (op: string) =>
  (inputs: readonly Aval[], params: { readonly axes: readonly number[] }): Aval => {
    const { shape } = inputs[0]!;
    if (params.axes.some((axis) => shape[axis] === 0)) {
      throw new EngineError(op, `nothing to choose from: ${avalText(inputs[0]!)} is empty along an axis`);
    }
    return floatReduced(op)(inputs, params);
  };

const structural: { readonly [P in Structural]: ShapeRule<P> } = {
  convert: ([x], { dtype }) => shaped(x!.shape, dtype),
  stopGradient: ([x]) => shaped(x!.shape, x!.dtype),
  barrier: ([x]) => shaped(x!.shape, x!.dtype),
  select: ([mask, a, b]) => {
    if (mask!.dtype !== 'bool')
      throw new EngineError('select', `wants a boolean mask, got ${avalText(mask!)}`);
    const joint = jointAval('select', [a!, b!]);
    const { shape } = jointAval('select', [shaped(mask!.shape, joint.dtype), joint]);
    return shaped(shape, joint.dtype);
  },
  reduceSum: floatReduced('sum'),
  reduceProd: floatReduced('prod'),
  reduceMax: nonEmpty('amax'),
  reduceMin: nonEmpty('amin'),
  argmax: ([x], { axis }) => {
    if (x!.shape[axis] === 0) throw new EngineError('argmax', `nothing to choose from in ${avalText(x!)}`);
    return shaped(without(x!.shape, [axis]), 'int32');
  },
  argsort: ([x]) => {
    if (x!.shape.length === 0) throw new EngineError('argsort', 'wants an axis to sort, got a 0-d value');
    return shaped(x!.shape, 'int32');
  },
  reshape: ([x], { shape }) => {
    if (sizeOf(shape) !== sizeOf(x!.shape)) {
      throw new EngineError(
        'reshape',
        `${avalText(x!)} has ${sizeOf(x!.shape)} elements, ${shapeText(shape)} has ${sizeOf(shape)}`,
      );
    }
    return shaped(shape, x!.dtype);
  },
  transpose: ([x], { perm }) => {
    const seen = new Set(perm);
    if (
      perm.length !== x!.shape.length ||
      seen.size !== perm.length ||
      perm.some((p) => x!.shape[p] === undefined)
    ) {
      throw new EngineError('transpose', `[${perm.join(', ')}] does not permute the axes of ${avalText(x!)}`);
    }
    return shaped(
      perm.map((axis) => x!.shape[axis]!),
      x!.dtype,
    );
  },
  broadcast: ([x], { shape, axes }) => {
    const fits =
      axes.length === x!.shape.length &&
      axes.every((to, i) => x!.shape[i] === 1 || x!.shape[i] === shape[to]);
    if (!fits) throw new EngineError('broadcast', `${avalText(x!)} does not stretch to ${shapeText(shape)}`);
    return shaped(shape, x!.dtype);
  },
  slice: ([x], { start, stop, step }) => {
    const rank = x!.shape.length;
    const ok =
      start.length === rank &&
      stop.length === rank &&
      start.every((from, i) => from >= 0 && from <= stop[i]! && stop[i]! <= x!.shape[i]! && step[i]! >= 1);
    if (!ok) {
      throw new EngineError(
        'slice',
        `[${start.join(', ')}] to [${stop.join(', ')}] is not inside ${avalText(x!)}`,
      );
    }
    return shaped(
      start.map((from, i) => Math.ceil((stop[i]! - from) / step[i]!)),
      x!.dtype,
    );
  },
  pad: ([x], { low, high, interior }) =>
    shaped(
      x!.shape.map((n, i) => {
        const length = low[i]! + n + Math.max(n - 1, 0) * interior[i]! + high[i]!;
        if (length < 0) throw new EngineError('pad', `takes more from ${avalText(x!)} than there is`);
        return length;
      }),
      x!.dtype,
    ),
  concatenate: (inputs, { axis }) => {
    const [first] = inputs;
    if (first === undefined) throw new EngineError('concatenate', 'wants at least one array');
    let length = 0;
    for (const x of inputs) {
      const fits =
        x.dtype === first.dtype && sameShape(without(x.shape, [axis]), without(first.shape, [axis]));
      if (!fits || x.shape[axis] === undefined) throw mismatch('concatenate', inputs);
      length += x.shape[axis];
    }
    return shaped(
      first.shape.map((n, i) => (i === axis ? length : n)),
      first.dtype,
    );
  },
  reverse: ([x]) => shaped(x!.shape, x!.dtype),
  gather: ([x, at]) => {
    wantInts('gather', at!);
    return shaped(at!.shape, x!.dtype);
  },
  scatterAdd: ([x, at], { size }) => {
    wantInts('scatterAdd', at!);
    if (!sameShape(x!.shape, at!.shape)) throw mismatch('scatterAdd', [x!, at!]);
    return shaped([size], x!.dtype);
  },
  dot: ([a, b], { contract, batch }) => {
    if (a!.dtype !== b!.dtype) throw mismatch('dot', [a!, b!]);
    wantFloat('dot', a!);
    const same = (i: readonly number[], j: readonly number[]) =>
      i.length === j.length && i.every((axis, k) => a!.shape[axis] === b!.shape[j[k]!]);
    if (!same(contract[0], contract[1]) || !same(batch[0], batch[1])) throw mismatch('dot', [a!, b!]);
    return shaped(
      [
        ...batch[0].map((axis) => a!.shape[axis]!),
        ...without(a!.shape, [...contract[0], ...batch[0]]),
        ...without(b!.shape, [...contract[1], ...batch[1]]),
      ],
      promote(a!.dtype, b!.dtype),
    );
  },
  cumsum: ([x]) => shaped(x!.shape, x!.dtype),
  cumprod: ([x]) => shaped(x!.shape, x!.dtype),
  linearRecurrence: ([a, b]) => {
    if (!sameShape(a!.shape, b!.shape) || a!.dtype !== b!.dtype) throw mismatch('linearRecurrence', [a!, b!]);
    return shaped(b!.shape, b!.dtype);
  },
  cholesky: ([a]) => {
    wantSquare('cholesky', a!);
    return shaped(a!.shape, a!.dtype);
  },
  triangularSolve: ([a, b]) => {
    wantSystem('triangularSolve', a!, b!);
    return shaped(b!.shape, b!.dtype);
  },
  solve: ([a, b]) => {
    wantSystem('solve', a!, b!);
    return shaped(b!.shape, b!.dtype);
  },
  det: ([a]) => {
    wantSquare('det', a!);
    return shaped(a!.shape.slice(0, -2), a!.dtype);
  },
  logdet: ([a]) => {
    wantSquare('logdet', a!);
    return shaped(a!.shape.slice(0, -2), a!.dtype);
  },
  randomUniform: ([key], { shape }) => {
    wantInts('randomUniform', key!);
    return shaped(shape, 'float64');
  },
  randomSplit: ([key], { count }) => {
    wantInts('randomSplit', key!);
    return shaped([count, 2], 'int32');
  },
};
