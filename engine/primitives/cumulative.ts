import type { Primitive } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { plus } from '../elementwise/rules.ts';
import {
  cumprod as cumprodKernel,
  cumsum as cumsumKernel,
  linearRecurrence as linearRecurrenceKernel,
} from '../kernels/cumulative.ts';
import { batchAxis } from '../structural/batch.ts';
import { asFirst, constant, linearJvp } from '../structural/shared.ts';
import { shifted } from './lines.ts';

export const cumsum: Primitive<'cumsum'> = {
  name: 'cumsum',
  many: false,
  aval: asFirst,
  jvp: linearJvp,
  transpose: (ct, _, __, { axis, reverse }) => [bind(cumsum, [ct], { axis, reverse: !reverse })],
  batch: batchAxis,
  compute: { make: cumsumKernel, strided: false },
};

export const cumprod: Primitive<'cumprod'> = {
  name: 'cumprod',
  many: false,
  aval: asFirst,
  jvp: ([x], [t], { axis, reverse }) => {
    const y = bind(cumprod, [x!], { axis, reverse });
    // y_k = x_k y_{k−1}, so dy_k = x_k dy_{k−1} + dx_k y_{k−1}: right at zeros, too.
    const b = ops.mul(t!, shifted(y, axis, reverse, 1));
    return [y, bind(linearRecurrence, [x!, b], { axis, reverse })];
  },
  transpose: null,
  batch: batchAxis,
  compute: { make: cumprodKernel, strided: false },
};

export const linearRecurrence: Primitive<'linearRecurrence'> = {
  name: 'linearRecurrence',
  many: false,
  aval: asFirst,
  jvp: ([a, b], [ta, tb], params) => {
    const s = bind(linearRecurrence, [a!, b!], params);
    const before = ta! === null ? null : ops.mul(ta!, shifted(s, params.axis, params.reverse, 0));
    return [s, bind(linearRecurrence, [a!, plus(before, tb!)!], params)];
  },
  transpose: (ct, [a], _, { axis, reverse }) => {
    const factors = shifted(constant('linearRecurrence', a), axis, !reverse, 0);
    return [null, bind(linearRecurrence, [factors, ct], { axis, reverse: !reverse })];
  },
  batch: batchAxis,
  compute: { make: linearRecurrenceKernel, strided: false },
};
