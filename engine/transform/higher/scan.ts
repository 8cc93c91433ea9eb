import type { HigherPrimitive } from '../../core/higher.ts';
import { cut } from '../../core/lists.ts';
import { type Aval, bare } from '../../core/program.ts';
import { avalOf, bindMany, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { scan as scanAction } from '../../kernels/control.ts';
import { allBatched } from '../../structural/batch.ts';
import { zeros } from '../../structural/zeros.ts';
import { swapFirstTwo } from './cond.ts';
import { dualAvals, dualProgram, dualValues, moved } from './dual.ts';
import { resolved } from './linear.ts';
import { looped } from './looped.ts';
import { avalsOf, floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

function stacked(aval: Aval, length: number): Aval {
  return { shape: [length, ...aval.shape], dtype: aval.dtype };
}

export const scan: HigherPrimitive<'scan'> = {
  name: 'scan',
  many: true,
  results: ({ body, carry, length }) =>
    outputAvals(body).map((aval, i) => (i < carry ? aval : stacked(aval, length))),

  jvp: (primals, tangents, params, use) => {
    const { body, consts, carry } = params;
    const [constAvals, carryAvals] = cut(avalsOf(body.inputs), consts, carry);
    const all = bindMany(scan, dualValues(primals, tangents, consts, carry), {
      ...params,
      body: dualProgram(use, body, [consts, carry], [carry]),
      consts: dualAvals(constAvals!).length,
      carry: dualAvals(carryAvals!).length,
    });
    return moved(outputAvals(body), all, carry);
  },

  linearize: (primals, tangents, params, use, push) => {
    const { body, consts, carry } = params;
    const outputs = outputAvals(body);
    const split = use.split(body);
    // A residual that is a constant of the scan is not stacked once a step.
    const isConst = split.residuals.map((input) => input !== null && input < consts);
    const forward = use.stage((inputs) => {
      const [results, residuals] = cut(use.run(split.forward, inputs), outputs.length);
      return [...results!, ...residuals!.filter((_, i) => !isConst[i])];
    }, avalsOf(body.inputs));
    const [results, stacks] = cut(bindMany(scan, primals, { ...params, body: forward }), outputs.length);
    const kept = split.residuals.filter((_, i) => isConst[i]).map((input) => primals[input!]!);
    const moved = cut(tangents, consts, carry);
    const slopesIn = cut(primals, consts, carry).map((own, i) => floatTangents(own, moved[i]!));
    const [dc, dk, dx] = slopesIn as [Value[], Value[], Value[]];
    const residualAvals = outputAvals(split.forward).slice(outputs.length);
    const [constAvals, carryAvals, xAvals] = cut(avalsOf(body.inputs), consts, carry).map(floats);
    const linear = use.stage(
      (inputs) => {
        const [constant, cts, varying, xts] = cut(inputs, kept.length, dc.length + dk.length, stacks!.length);
        const residuals = isConst.map((is) => (is ? constant! : varying!).shift()!);
        return use.restate(split.linear, [...residuals, ...cts!, ...xts!]);
      },
      [
        ...residualAvals.filter((_, i) => isConst[i]),
        ...constAvals!,
        ...carryAvals!,
        ...residualAvals.filter((_, i) => !isConst[i]),
        ...xAvals!,
      ],
    );
    const slopes = push(scan, [...kept, ...dc, ...dk, ...stacks!, ...dx], {
      ...params,
      body: linear,
      consts: kept.length + dc.length,
      carry: dk.length,
    });
    return { results: results!, slopes: spreadSlopes(outputs, slopes) };
  },

  transpose: (cotangents, known, params, use) => {
    const { body, consts, carry, length } = params;
    const outputs = outputAvals(body);
    const [ownConsts, ownCarry, ownXs] = cut(known, consts, carry);
    // All carries are linear, whatever they begin with.
    const linear = known.map((x, i) => x === null || (i >= consts && i < consts + carry));
    const back = use.transpose(body, linear);
    const avals = cut(avalsOf(body.inputs), consts, carry);
    const sumAvals = avals[0]!.filter((_, i) => linear[i]);
    const knownConsts = ownConsts!.filter((x) => x !== null);
    const knownXs = ownXs!.filter((x) => x !== null);
    const program = use.stage(
      (values) => {
        const pieces = cut(values, knownConsts.length, carry, sumAvals.length, knownXs.length);
        const [fixed, ct, sums, xs, cty] = pieces as [Value[], Value[], Value[], Value[], Value[]];
        const pulled = use.run(back, [...fixed, ...xs, ...ct, ...cty]);
        const [added, before, xts] = cut(pulled, sumAvals.length, carry);
        return [...before!, ...sums.map((sum, i) => ops.add(sum, added![i]!)), ...xts!];
      },
      [
        ...knownConsts.map((x) => bare(avalOf(x))),
        ...avals[1]!,
        ...sumAvals,
        ...avals[2]!.filter((_, i) => ownXs![i] !== null),
        ...outputs.slice(carry),
      ],
    );
    const [ends, ys] = cut(
      cotangents.map((ct, i) => ct ?? zeros(i < carry ? outputs[i]! : stacked(outputs[i]!, length))),
      carry,
    );
    const all = bindMany(scan, [...knownConsts, ...ends!, ...sumAvals.map(zeros), ...knownXs, ...ys!], {
      body: program,
      consts: knownConsts.length,
      carry: carry + sumAvals.length,
      length,
      reverse: !params.reverse,
    });
    const [starts, sums, dx] = cut(all, carry, sumAvals.length);
    return [
      ...ownConsts!.map((x) => (x === null ? sums!.shift()! : null)),
      ...ownCarry!.map((x, i) => (x === null ? starts![i]! : null)),
      ...ownXs!.map((x) => (x === null ? dx!.shift()! : null)),
    ];
  },

  batch: (size, inputs, batched, params, use) => {
    const [consts, carry, xs] = cut(inputs, params.consts, params.carry);
    const [manyConsts, manyCarry, manyXs] = cut(batched, params.consts, params.carry);
    const carries = allBatched(size, carry!, manyCarry!);
    const body = use.batch(params.body, size, [...manyConsts!, ...carry!.map(() => true), ...manyXs!]);
    const swapped = xs!.map((x, i) => (manyXs![i] ? swapFirstTwo(x) : x));
    const all = bindMany(scan, [...consts!, ...carries, ...swapped], { ...params, body });
    return all.map((value, i) => (i < params.carry ? value : swapFirstTwo(value)));
  },

  expand: (inputs, params, use) => bindMany(scan, inputs, { ...params, body: resolved(params.body, use) }),

  compute: /* @__PURE__ */ looped(scanAction, (params) => scan.results(params)),
};
