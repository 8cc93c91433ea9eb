import { EngineError } from '../core/errors.ts';
import type { Primitive, Slope } from '../core/primitive.ts';
import { type Aval, avalText, NONE, shaped } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { plus } from '../elementwise/rules.ts';
import { cofactors as cofactorsKernel } from '../kernels/cofactors.ts';
import {
  cholesky as choleskyKernel,
  det as detKernel,
  logdet as logdetKernel,
  solve as solveKernel,
  triangularSolve as triangularSolveKernel,
} from '../kernels/linalg.ts';
import { batchSame } from '../structural/batch.ts';
import { asFirst, constant, wantFloat } from '../structural/shared.ts';
import {
  identityLike,
  keepTriangle,
  perEntry,
  perMatrix,
  product,
  rowsReplaced,
  sumMatrix,
  transposed,
} from './matrix.ts';

function wantSquare(op: string, x: Aval): void {
  wantFloat(op, x);
  const [m, n] = x.shape.slice(-2);
  if (x.shape.length < 2 || m !== n) throw new EngineError(op, `wants square matrices, got ${avalText(x)}`);
}

/** What a system's solution is: as its right-hand side. */
function solutionAval(op: string, [a, b]: readonly Aval[]): Aval {
  wantSquare(op, a!);
  wantFloat(op, b!);
  const wanted = [...a!.shape.slice(0, -1), b!.shape.at(-1) ?? 0];
  if (!sameShape(b!.shape, wanted)) {
    throw new EngineError(op, `${avalText(a!)} and ${avalText(b!)} do not go together`);
  }
  return shaped(b!.shape, b!.dtype);
}

/** A number for each matrix. */
function numbersAval(op: string, [a]: readonly Aval[]): Aval {
  wantSquare(op, a!);
  return shaped(a!.shape.slice(0, -2), a!.dtype);
}

export const cholesky: Primitive<'cholesky'> = {
  name: 'cholesky',
  many: false,
  aval: (inputs) => {
    wantSquare('cholesky', inputs[0]!);
    return asFirst(inputs);
  },
  jvp: ([a], [t]) => {
    const l = bind(cholesky, [a!], NONE);
    // Only the lower triangle is read. dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half of its diagonal
    // (Murray, "Differentiation of the Cholesky decomposition", 2016, eq. 8).
    const half = keepTriangle(t!, (i, j) => (i > j ? 1 : i === j ? 0.5 : 0));
    const whole = ops.add(half, transposed(half));
    const settings = { lower: true, transposed: false, unit: false };
    const left = bind(triangularSolve, [l, whole], settings);
    const middle = bind(triangularSolve, [l, transposed(left)], settings);
    const phi = keepTriangle(transposed(middle), (i, j) => (i > j ? 1 : i === j ? 0.5 : 0));
    return [l, product(l, phi)];
  },
  transpose: null,
  batch: batchSame,
  compute: { make: choleskyKernel, strided: false },
};

export const triangularSolve: Primitive<'triangularSolve'> = {
  name: 'triangularSolve',
  many: false,
  aval: (inputs) => solutionAval('triangularSolve', inputs),
  jvp: ([a, b], [ta, tb], params) => {
    const x = bind(triangularSolve, [a!, b!], params);
    let right: Slope = tb!;
    if (ta! !== null) {
      const keeps = (i: number, j: number) =>
        i === j ? (params.unit ? 0 : 1) : Number(params.lower ? i > j : i < j);
      const da = keepTriangle(ta!, keeps);
      right = plus(ops.neg(product(params.transposed ? transposed(da) : da, x)), right);
    }
    return [x, bind(triangularSolve, [a!, right!], params)];
  },
  transpose: (ct, [a], _, params) => {
    const at = constant('triangularSolve', a);
    return [null, bind(triangularSolve, [at, ct], { ...params, transposed: !params.transposed })];
  },
  batch: batchSame,
  compute: { make: triangularSolveKernel, strided: false },
};

export const solve: Primitive<'solve'> = {
  name: 'solve',
  many: false,
  aval: (inputs) => solutionAval('solve', inputs),
  jvp: ([a, b], [ta, tb], params) => {
    const x = bind(solve, [a!, b!], params);
    let right: Slope = tb!;
    if (ta! !== null) {
      right = plus(ops.neg(product(params.transposed ? transposed(ta!) : ta!, x)), right);
    }
    return [x, bind(solve, [a!, right!], params)];
  },
  transpose: (ct, [a], _, { transposed: was }) => [
    null,
    bind(solve, [constant('solve', a), ct], { transposed: !was }),
  ],
  batch: batchSame,
  compute: { make: solveKernel, strided: false },
};

/** Traces of A⁻¹ B: sums of the products of (A⁻¹)ᵀ and B, element by element. */
function traceOfQuotient(a: Value, b: Value): Value {
  const inverse = bind(solve, [a, identityLike(a)], { transposed: true });
  return sumMatrix(ops.mul(b, inverse));
}

export const det: Primitive<'det'> = {
  name: 'det',
  many: false,
  aval: (inputs) => numbersAval('det', inputs),
  jvp: ([a], [t]) => [bind(det, [a!], NONE), sumMatrix(ops.mul(t!, bind(cofactors, [a!], NONE)))],
  transpose: null,
  batch: batchSame,
  compute: { make: detKernel, strided: false },
};

/** Up to here the slopes of cofactors are taken from minors, also of singular matrices. */
const SMALL = 8;

export const cofactors: Primitive<'cofactors'> = {
  name: 'cofactors',
  many: false,
  aval: (inputs) => {
    wantSquare('cofactors', inputs[0]!);
    return asFirst(inputs);
  },
  jvp: ([a], [t]) => {
    const c = bind(cofactors, [a!], NONE);
    const { shape, dtype } = avalOf(a!);
    const n = shape.at(-1)!;
    if (n > SMALL) {
      // C = det A · A⁻ᵀ, so dC = tr(A⁻¹ dA) C − A⁻ᵀ dAᵀ C.
      const grown = ops.mul(perMatrix(traceOfQuotient(a!, t!)), c);
      const turned = bind(solve, [a!, product(transposed(t!), c)], { transposed: true });
      return [c, ops.sub(grown, turned)];
    }
    // C_ij is the determinant of A with row i replaced by that of the identity's row j.
    const [others, units] = rowsReplaced(n, dtype);
    const minors = bind(cofactors, [ops.select(others, perEntry(a!), units)], NONE);
    return [c, sumMatrix(ops.mul(ops.select(others, perEntry(t!), 0), minors))];
  },
  transpose: null,
  batch: batchSame,
  compute: { make: cofactorsKernel, strided: false },
};

export const logdet: Primitive<'logdet'> = {
  name: 'logdet',
  many: false,
  aval: (inputs) => numbersAval('logdet', inputs),
  jvp: ([a], [t]) => [bind(logdet, [a!], NONE), traceOfQuotient(a!, t!)],
  transpose: null,
  batch: batchSame,
  compute: { make: logdetKernel, strided: false },
};
