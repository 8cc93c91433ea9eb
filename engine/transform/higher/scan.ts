import type { HigherPrimitive } from '../../core/higher.ts';
import type { Aval } from '../../core/program.ts';
import { avalOf, bindMany, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { scan as scanControl } from '../../kernels/control.ts';
import { allBatched } from '../../structural/batch.ts';
import { zeros } from '../../structural/zeros.ts';
import { swapFirstTwo } from './cond.ts';
import { resolved } from './linear.ts';
import { avalsOf, floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

/** The inputs of a scan, or of its body, by their kind. */
function parts<T>(
  inputs: readonly T[],
  { consts, carry }: { readonly consts: number; readonly carry: number },
) {
  return {
    consts: inputs.slice(0, consts),
    carry: inputs.slice(consts, consts + carry),
    xs: inputs.slice(consts + carry),
  };
}

function stacked(aval: Aval, length: number): Aval {
  return { shape: [length, ...aval.shape], dtype: aval.dtype };
}

export const scan: HigherPrimitive<'scan'> = {
  name: 'scan',
  many: true,
  results: ({ body, carry, length }) =>
    outputAvals(body).map((aval, i) => (i < carry ? aval : stacked(aval, length))),

  jvp: (primals, tangents, params, use) => {
    const { body, carry } = params;
    const own = parts(primals, params);
    const moved = parts(tangents, params);
    const [dc, dk, dx] = [
      floatTangents(own.consts, moved.consts),
      floatTangents(own.carry, moved.carry),
      floatTangents(own.xs, moved.xs),
    ];
    const outputs = outputAvals(body);
    const both = use.jvp(body);
    const [nc, nk, nx] = [own.consts.length, own.carry.length, own.xs.length];
    const bodyAvals = parts(avalsOf(body.inputs), params);
    const program = use.stage(
      (inputs) => {
        const take = reader(inputs);
        const [c, ct, k, kt, x, xt] = [nc, dc.length, nk, dk.length, nx, dx.length].map((n) => take(n)) as [
          Value[],
          Value[],
          Value[],
          Value[],
          Value[],
          Value[],
        ];
        const all = use.run(both, [...c, ...k, ...x, ...ct, ...kt, ...xt]);
        const slopes = all.slice(outputs.length);
        const carried = floats(outputs.slice(0, carry)).length;
        return [
          ...all.slice(0, carry),
          ...slopes.slice(0, carried),
          ...all.slice(carry, outputs.length),
          ...slopes.slice(carried),
        ];
      },
      [
        ...bodyAvals.consts,
        ...floats(bodyAvals.consts),
        ...bodyAvals.carry,
        ...floats(bodyAvals.carry),
        ...bodyAvals.xs,
        ...floats(bodyAvals.xs),
      ],
    );
    const all = bindMany(scan, [...own.consts, ...dc, ...own.carry, ...dk, ...own.xs, ...dx], {
      ...params,
      body: program,
      consts: nc + dc.length,
      carry: nk + dk.length,
    });
    const take = reader(all);
    const [ends, endSlopes, ys] = [take(carry), take(dk.length), take(outputs.length - carry)];
    const rest = take(all.length);
    return { results: [...ends!, ...ys!], slopes: spreadSlopes(outputs, [...endSlopes!, ...rest!]) };
  },

  linearize: (primals, tangents, params, use, push) => {
    const { body } = params;
    const own = parts(primals, params);
    const moved = parts(tangents, params);
    const outputs = outputAvals(body);
    const split = use.split(body);
    const first = outputs.length;
    // A residual that is a constant of the scan is not stacked once a step.
    const isConst = split.residuals.map((input) => input !== null && input < own.consts.length);
    const forward = use.stage((inputs) => {
      const all = use.run(split.forward, inputs);
      return [...all.slice(0, first), ...all.slice(first).filter((_, i) => !isConst[i])];
    }, avalsOf(body.inputs));
    const all = bindMany(scan, primals, { ...params, body: forward });
    const stacks = all.slice(first);
    const kept = split.residuals.filter((_, i) => isConst[i]).map((input) => own.consts[input!]!);
    const [dc, dk, dx] = [
      floatTangents(own.consts, moved.consts),
      floatTangents(own.carry, moved.carry),
      floatTangents(own.xs, moved.xs),
    ];
    const residualAvals = outputAvals(split.forward).slice(first);
    const bodyAvals = parts(avalsOf(body.inputs), params);
    const linear = use.stage(
      (inputs) => {
        const take = reader(inputs);
        const constant = take(kept.length);
        const ct = take(dc.length);
        const kt = take(dk.length);
        const varying = take(stacks.length);
        const xt = take(dx.length);
        const residuals = isConst.map((is) => (is ? constant.shift()! : varying.shift()!));
        return use.restate(split.linear, [...residuals, ...ct, ...kt, ...xt]);
      },
      [
        ...residualAvals.filter((_, i) => isConst[i]),
        ...floats(bodyAvals.consts),
        ...floats(bodyAvals.carry),
        ...residualAvals.filter((_, i) => !isConst[i]),
        ...floats(bodyAvals.xs),
      ],
    );
    const slopes = push(scan, [...kept, ...dc, ...dk, ...stacks, ...dx], {
      ...params,
      body: linear,
      consts: kept.length + dc.length,
      carry: dk.length,
    });
    return { results: all.slice(0, first), slopes: spreadSlopes(outputs, slopes) };
  },

  transpose: (cotangents, known, params, use) => {
    const { body, carry, length } = params;
    const own = parts(known, params);
    const bodyAvals = parts(avalsOf(body.inputs), params);
    const outputs = outputAvals(body);
    // All carries are linear, whatever they begin with.
    const linear = [
      ...own.consts.map((x) => x === null),
      ...own.carry.map(() => true),
      ...own.xs.map((x) => x === null),
    ];
    const back = use.transpose(body, linear);
    const linearConsts = bodyAvals.consts.filter((_, i) => linear[i]);
    const knownConsts = own.consts.filter((x) => x !== null);
    const knownXs = own.xs.filter((x) => x !== null);
    const knownXAvals = bodyAvals.xs.filter((_, i) => own.xs[i] !== null);
    const yAvals = outputs.slice(carry);
    const program = use.stage(
      (values) => {
        const take = reader(values);
        const consts = take(knownConsts.length);
        const ct = take(carry);
        const sums = take(linearConsts.length);
        const xs = take(knownXs.length);
        const cty = take(yAvals.length);
        const pulled = [...use.run(back, [...consts, ...xs, ...ct, ...cty])];
        const added = pulled.splice(0, linearConsts.length);
        const before = pulled.splice(0, carry);
        return [...before, ...sums.map((sum, i) => ops.add(sum, added[i]!)), ...pulled];
      },
      [
        ...knownConsts.map((x) => plainAval(avalOf(x))),
        ...bodyAvals.carry,
        ...linearConsts,
        ...knownXAvals,
        ...yAvals,
      ],
    );
    const cts = cotangents.map(
      (ct, i) => ct ?? zeros(i < carry ? outputs[i]! : stacked(outputs[i]!, length)),
    );
    const all = bindMany(
      scan,
      [...knownConsts, ...cts.slice(0, carry), ...linearConsts.map(zeros), ...knownXs, ...cts.slice(carry)],
      {
        body: program,
        consts: knownConsts.length,
        carry: carry + linearConsts.length,
        length,
        reverse: !params.reverse,
      },
    );
    const take = reader(all);
    const starts = take(carry);
    const sums = take(linearConsts.length);
    const dx = take(all.length);
    return [
      ...own.consts.map((x) => (x === null ? sums.shift()! : null)),
      ...own.carry.map((x, i) => (x === null ? starts[i]! : null)),
      ...own.xs.map((x) => (x === null ? dx.shift()! : null)),
    ];
  },

  batch: (size, inputs, batched, params, use) => {
    const own = parts(inputs, params);
    const many = parts(batched, params);
    const carries = allBatched(size, own.carry, many.carry);
    const body = use.batch(params.body, size, [...many.consts, ...own.carry.map(() => true), ...many.xs]);
    const xs = own.xs.map((x, i) => (many.xs[i] ? swapFirstTwo(x) : x));
    const all = bindMany(scan, [...own.consts, ...carries, ...xs], { ...params, body });
    return all.map((value, i) => (i < params.carry ? value : swapFirstTwo(value)));
  },

  expand: (inputs, params, use) => bindMany(scan, inputs, { ...params, body: resolved(params.body, use) }),

  compute: scanControl,
};

function plainAval({ shape, dtype }: Aval): Aval {
  return { shape, dtype };
}

/** Takes values off the front, so many at a time. */
function reader<T>(list: readonly T[]): (count: number) => T[] {
  let at = 0;
  return (count) => {
    const taken = list.slice(at, at + count);
    at += count;
    return taken;
  };
}
