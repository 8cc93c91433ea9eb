import type { Primitive } from '../core/primitive.ts';
import { NONE, shaped } from '../core/program.ts';
import { avalOf, bind } from '../core/trace.ts';
import { COPY } from '../kernels/copy.ts';
import { batchAligned, batchSame } from './batch.ts';
import { toShape } from './looks.ts';
import { asFirst, constant, jointAval, linearJvp, noTangent } from './shared.ts';
import { zeros } from './zeros.ts';

export const convert: Primitive<'convert'> = {
  name: 'convert',
  many: false,
  aval: ([x], { dtype }) => shaped(x!.shape, dtype),
  jvp: linearJvp,
  transpose: (ct, _, [x]) => {
    const { dtype } = x!.aval;
    return [avalOf(ct).dtype === dtype ? ct : bind(convert, [ct], { dtype })];
  },
  batch: batchSame,
  compute: COPY,
};

export const stopGradient: Primitive<'stopGradient'> = {
  name: 'stopGradient',
  many: false,
  aval: asFirst,
  jvp: noTangent,
  transpose: null,
  batch: batchSame,
  compute: COPY,
};

export const barrier: Primitive<'barrier'> = {
  name: 'barrier',
  many: false,
  aval: asFirst,
  jvp: linearJvp,
  transpose: (ct) => [ct],
  batch: batchSame,
  compute: COPY,
};

export const select: Primitive<'select'> = {
  name: 'select',
  many: false,
  aval: ([mask, a, b]) => {
    return shaped(jointAval([mask!, a!, b!]).shape, a!.dtype);
  },
  jvp: linearJvp,
  transpose: (ct, [mask, a, b], [_, x, y]) => {
    const none = zeros(avalOf(ct));
    const at = constant('select', mask);
    return [
      null,
      a === null ? toShape(bind(select, [at, ct, none], NONE), x!.aval.shape) : null,
      b === null ? toShape(bind(select, [at, none, ct], NONE), y!.aval.shape) : null,
    ];
  },
  batch: batchAligned,
  compute: 'loop',
};
