import type { Planted } from '../types.ts';

const github = (system: string, path: string) => ({ system, url: `https://github.com/${path}` });

const TANH = 'value: Math.tanh, partials: [(_, y) => oneMinus(ops.mul!(y!, y!))]';
const SIGMOID = 'value: sigmoid, partials: [(_, y) => ops.mul!(y!, oneMinus(y!))]';
const SINC = 'partials: [(x) => sincSlope(x!)]';
const ATAN2 = `(a, b) => ops.div!(b!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!))),
      (a, b) => ops.neg!(ops.div!(a!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!)))),`;
const RESULT = 'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));';

/** Bugs that were reported in public against other systems, each rebuilt here as far as the contract reaches. */
export const reports: readonly Planted[] = [
  {
    id: 'report/tfjs-3252',
    class: 'second derivative zero',
    wrong: 'tanh, sigmoid and exp cannot be differentiated twice: their rules step out of the program',
    edits: [
      [
        TANH,
        "value: Math.tanh, partials: [(x, y) => {\n        if (isBox(x!)) throw new TypeError('Cannot compute gradient of y=f(x) with respect to x');\n        return oneMinus(ops.mul!(y!, y!));\n      }]",
      ],
    ],
    families: ['nesting', 'second-order'],
    report: github('TensorFlow.js', 'tensorflow/tfjs/issues/3252'),
  },
  {
    id: 'report/tensorflow-11091',
    class: 'second derivative wrong',
    wrong: 'the slope of an activation forgets, when differentiated, half of what it depends on',
    edits: [[SIGMOID, 'value: sigmoid, partials: [(_, y) => ops.mul!(primal(y!), oneMinus(y!))]']],
    families: ['nesting', 'second-order'],
    report: github('TensorFlow', 'tensorflow/tensorflow/issues/11091'),
  },
  {
    id: 'report/forwarddiff-83',
    class: 'perturbation confusion',
    wrong: 'D(x → x·D(y → x + y)) is 2: an inner tangent is taken for the outer one',
    edits: [['isBox(x) && x.level === level;\n', 'isBox(x);\n']],
    families: ['nesting'],
    report: github('ForwardDiff.jl', 'JuliaDiff/ForwardDiff.jl/issues/83'),
  },
  {
    id: 'report/reversediff-45',
    class: 'perturbation confusion',
    wrong: 'D(x → x·D(y → x·y)) at 4 is 1: the inner reverse pass keeps what belongs to the outer one',
    edits: [
      [
        'cotangents.get(root) ?? filled(shapeOf(root), 0)',
        'plain(cotangents.get(root) ?? filled(shapeOf(root), 0)) as Value',
      ],
    ],
    families: ['nesting'],
    report: github('ReverseDiff.jl', 'JuliaDiff/ReverseDiff.jl/issues/45'),
  },
  {
    id: 'report/ad-12',
    class: 'perturbation confusion',
    wrong: 'grad over grad adds the cotangents of both to one tape',
    edits: [
      [
        'const cotangents = new Map<Trace, Value>();',
        'const cotangents = depth++ === 0 ? (tape = new Map<Trace, Value>()) : tape;',
      ],
      [RESULT, `depth--;\n    ${RESULT}`],
      ['const level = ++levels;\n    const roots', 'const level = 1;\n    const roots'],
      ['let levels = 0;', 'let levels = 0;\nlet depth = 0;\nlet tape = new Map<Trace, Value>();'],
    ],
    families: ['nesting'],
    report: github('ad', 'ekmett/ad/issues/12'),
  },
  {
    id: 'report/ad-41',
    class: 'second derivative wrong',
    wrong: 'derivatives beyond the second are too small: x³ has third derivative 2',
    edits: [
      [
        'partials: [(x) => ops.mul!(3, ops.mul!(x!, x!))]',
        'partials: [(x) => ops.mul!(3, ops.mul!(x!, isBox(x!) && isBox(x!.value as Value) ? primal(x!) : x!))]',
      ],
    ],
    families: ['nesting', 'second-order', 'generated'],
    report: github('ad', 'ekmett/ad/issues/41'),
  },
  {
    id: 'report/taichi-2505',
    class: 'stale saved value',
    wrong: 'x ← cos(θ)·x: the backward pass multiplies with the x that was written over',
    edits: [
      [
        'back: (i, ct, inputs, y) => unbroadcast(times(ct, partials[i]!(...inputs, y)), shapeOf(inputs[i]!)),',
        "back: (i, ct, inputs, y) => unbroadcast(times(ct, name === 'mul' ? (i === 0 ? slot : partials[i]!(...inputs, y)) : partials[i]!(...inputs, y)), shapeOf(inputs[i]!)),",
      ],
      [
        "    plain: (inputs) =>\n      inputs.every((x) => typeof x === 'number')\n        ? value(...(inputs as number[]))",
        "    plain: (inputs) =>\n      inputs.every((x) => typeof x === 'number')\n        ? (slot = value(...(inputs as number[])))",
      ],
      ['function scalarOp(', 'let slot: Value = 0;\nfunction scalarOp('],
    ],
    families: ['grad', 'structure'],
    report: github('Taichi', 'taichi-dev/taichi/issues/2505'),
  },
  {
    id: 'report/taichi-4412',
    class: 'overwrite instead of accumulate',
    wrong: 'q += p in a loop passes the cotangent of one step to p',
    edits: [
      [
        'cotangents.set(input, before === undefined ? share : ops.add!(before, share));',
        'cotangents.set(input, before ?? share);',
      ],
    ],
    families: ['structure'],
    report: github('Taichi', 'taichi-dev/taichi/issues/4412'),
  },
  {
    id: 'report/autograd-jl-101',
    class: 'gradient through a dead branch',
    wrong: 'the gradient of a program that returns its input is 0',
    edits: [['cotangents.set(output, 1);', 'cotangents.set(output, roots.includes(output) ? 0 : 1);']],
    families: ['structure'],
    report: github('AutoGrad.jl', 'denizyuret/AutoGrad.jl/issues/101'),
  },
  {
    id: 'report/keops-155',
    class: 'swapped operands',
    wrong: 'the two partials of atan2 are exchanged',
    edits: [
      [
        ATAN2,
        '(a, b) => ops.neg!(ops.div!(a!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!)))),\n      (a, b) => ops.div!(b!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!))),',
      ],
    ],
    families: ['grad'],
    report: github('KeOps', 'getkeops/keops/pull/155'),
  },
  {
    id: 'report/enzyme-jax-2066',
    class: 'sign',
    wrong: 'the minus of atan2 stands before the wrong partial',
    edits: [
      [
        ATAN2,
        '(a, b) => ops.neg!(ops.div!(b!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!)))),\n      (a, b) => ops.div!(a!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!))),',
      ],
    ],
    families: ['grad'],
    report: github('Enzyme-JAX', 'EnzymeAD/Enzyme-JAX/pull/2066'),
  },
  {
    id: 'report/autodiff-396',
    class: 'jvp and vjp disagree',
    wrong:
      'forward mode of atanh leaves out the tangent of its argument: right for atanh(x), wrong for atanh(2x)',
    edits: [
      [
        'forward: (i, t, inputs, y) => {\n      const step = times(t, partials',
        "forward: (i, t, inputs, y) => {\n      const step = times(name === 'atanh' ? 1 : t, partials",
      ],
    ],
    families: ['jvp', 'generated'],
    report: github('autodiff', 'autodiff/autodiff/issues/396'),
  },
  {
    id: 'report/metaphysicl-49',
    class: 'infinity at a removable singularity',
    wrong: 'aᵇ has derivative b·y/a, which is NaN at a = 0 where 0 is right',
    edits: [['ops.mul!(b!, ops.pow!(a!, ops.sub!(b!, 1)))', 'ops.div!(ops.mul!(b!, ops.pow!(a!, b!)), a!)']],
    families: ['nonfinite'],
    report: github('MetaPhysicL', 'roystgnr/MetaPhysicL/pull/49'),
  },
  {
    id: 'report/neon-169',
    class: 'overwrite instead of accumulate',
    wrong: 'dot(x, xᵀ): what comes through the transpose is not added to what comes straight',
    edits: [
      [
        'ops.matmul!(ops.transpose!(a!, {} as never), ct)',
        'ops.mul!(shapeOf(a!)[0] === shapeOf(ct)[1] ? 0 : 1, ops.matmul!(ops.transpose!(a!, {} as never), ct))',
      ],
    ],
    families: ['grad', 'structure'],
    report: github('neon', 'NervanaSystems/neon/issues/169'),
  },
  {
    id: 'report/neon-170',
    class: 'constant factor',
    wrong: 'the gradient of a sum is counted once for each element that is summed',
    edits: [
      [
        'ops.mul!(ops.reshape!(ct, { shape: kept } as never), filled(shape, 1));',
        'ops.mul!(ops.reshape!(ct, { shape: kept } as never), filled(shape, axes.reduce((n, axis) => n * shape[axis]!, 1)));',
      ],
    ],
    families: ['grad'],
    report: github('neon', 'NervanaSystems/neon/issues/170'),
  },
  {
    id: 'report/diffsharp-16',
    class: 'jvp and vjp disagree',
    wrong: 'forward mode of relu and sigmoid does not multiply with the incoming tangent',
    edits: [
      [
        'forward: (i, t, inputs, y) => {\n      const step = times(t, partials',
        "forward: (i, t, inputs, y) => {\n      const step = times(name === 'relu' || name === 'sigmoid' ? 1 : t, partials",
      ],
    ],
    families: ['jvp', 'generated'],
    report: github('DiffSharp', 'DiffSharp/DiffSharp/issues/16'),
  },
  {
    id: 'report/diffsharp-9',
    class: 'sign',
    wrong: 'an array taken off a number passes its cotangent on as it is',
    edits: [
      [
        'value: (a, b) => a - b, partials: [() => 1, () => -1]',
        "value: (a, b) => a - b, partials: [() => 1, (_, b) => (typeof plain(b!) === 'number' ? -1 : 1)]",
      ],
    ],
    families: ['broadcast', 'grad', 'generated'],
    report: github('DiffSharp', 'DiffSharp/DiffSharp/pull/9'),
  },
  {
    id: 'report/darknet-96',
    class: 'derivative of the wrong branch',
    wrong: 'softmax hands its cotangent on unchanged',
    edits: [
      [
        'return ops.div!(e, ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never));',
        'const y = ops.div!(e, ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never));\n    return ops.add!(x!, ops.sub!(plain(y) as Value, plain(x!) as Value));',
      ],
    ],
    families: ['grad'],
    report: github('Darknet', 'pjreddie/darknet/pull/96'),
  },
  {
    id: 'report/mlpack-2360',
    class: 'overwrite instead of accumulate',
    wrong: 'the gradient of logsumexp adds the cotangent to the softmax instead of multiplying',
    edits: [
      [
        'const total = ops.sum!(ops.exp!(ops.sub!(x!, m)), { axes: [axisOf(a)] } as never);',
        'const extra = ops.sum!(ops.sub!(x!, plain(x!) as Value), { axes: [axisOf(a)] } as never);\n    const total = ops.mul!(ops.exp!(extra), ops.sum!(ops.exp!(ops.sub!(x!, m)), { axes: [axisOf(a)] } as never));',
      ],
    ],
    families: ['grad'],
    report: github('mlpack', 'mlpack/mlpack/issues/2360'),
  },
  {
    id: 'report/singa-578',
    class: 'wrong axis',
    wrong: 'softmax of a matrix along axis 1 is differentiated along axis 0',
    edits: [
      [
        'return ops.div!(e, ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never));',
        'const right = ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never);\n    const other = ops.sum!(e, { axes: [0], keepdims: true } as never);\n    return ops.div!(e, ops.add!(plain(right) as Value, ops.sub!(other, plain(other) as Value)));',
      ],
    ],
    families: ['grad', 'structure'],
    report: github('SINGA', 'apache/singa/issues/578'),
  },
  {
    id: 'report/theano-6470',
    class: 'wrong only for repeated inputs',
    wrong: 'minimum of two equal inputs gives its whole derivative to both',
    edits: [
      [
        '(a, b) => ops.step!(ops.sub!(b!, a!)), (a, b) => oneMinus(ops.step!(ops.sub!(b!, a!)))',
        '(a, b) => oneMinus(ops.step!(ops.sub!(a!, b!))), (a, b) => oneMinus(ops.step!(ops.sub!(b!, a!)))',
      ],
    ],
    families: ['kink'],
    report: github('Theano', 'Theano/Theano/issues/6470'),
  },
  {
    id: 'report/powerseries-9',
    class: 'sign',
    wrong: 'the derivative of atan is 1/(1 − x²)',
    edits: [
      [
        'value: Math.atan, partials: [(x) => ops.div!(1, ops.add!(1, ops.mul!(x!, x!)))]',
        'value: Math.atan, partials: [(x) => ops.div!(1, ops.sub!(1, ops.mul!(x!, x!)))]',
      ],
    ],
    families: ['grad'],
    report: github('PowerSeries.jl', 'jwmerrill/PowerSeries.jl/pull/9'),
  },
  {
    id: 'report/pytorch-196787',
    class: 'overflow',
    wrong: 'logaddexp has slope 1/(1 + e^(b − a)), whose own derivative is ∞/∞ for far inputs',
    edits: [
      [
        'partials: [(a, b) => ops.sigmoid!(ops.sub!(a!, b!)), (a, b) => ops.sigmoid!(ops.sub!(b!, a!))]',
        'partials: [(a, b) => ops.div!(1, ops.add!(1, ops.exp!(ops.sub!(b!, a!)))), (a, b) => ops.div!(1, ops.add!(1, ops.exp!(ops.sub!(a!, b!))))]',
      ],
    ],
    families: ['second-order', 'nesting', 'scales'],
    report: github('PyTorch', 'pytorch/pytorch/pull/196787'),
  },
  {
    id: 'report/pytorch-53989',
    class: 'infinity at a removable singularity',
    wrong: 'the slope of sinc at 0 is NaN',
    edits: [
      [
        SINC,
        'partials: [(x) => ops.div!(ops.sub!(ops.mul!(x!, ops.cos!(x!)), ops.sin!(x!)), ops.mul!(x!, x!))]',
      ],
    ],
    families: ['grad', 'nonfinite', 'scales'],
    report: github('PyTorch', 'pytorch/pytorch/issues/53989'),
  },
  {
    id: 'report/jax-34139',
    class: 'infinity at a removable singularity',
    wrong: 'the slope of sinc is guarded at 0 alone: beside it, it cancels',
    edits: [
      [
        'const small = ops.step!(ops.sub!(0.25, ops.abs!(x)));',
        'const small = ops.sub!(1, ops.step!(ops.abs!(x)));',
      ],
    ],
    families: ['scales', 'grad'],
    report: github('JAX', 'jax-ml/jax/issues/34139'),
  },
  {
    id: 'report/jax-5054',
    class: 'second derivative zero',
    wrong: 'sinc is a constant at 0: its second derivative there is 0 and not −1/3',
    edits: [[SINC, 'partials: [(x) => (primal(x!) === 0 ? 0 : sincSlope(x!))]']],
    families: ['nesting', 'second-order'],
    report: github('JAX', 'jax-ml/jax/issues/5054'),
  },
  {
    id: 'report/burn-5373',
    class: 'overflow',
    wrong: 'softplus by ln(1 + eˣ), which is infinite for large x',
    edits: [
      [
        'const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));',
        'const softplus = (x: number) => Math.log(Math.exp(x) + 1);',
      ],
    ],
    families: ['scales', 'value', 'nonfinite'],
    report: github('Burn', 'tracel-ai/burn/issues/5373'),
  },
  {
    id: 'report/snntorch-433',
    class: 'overflow',
    wrong: 'the slope of sigmoid as e⁻ˣ/(1 + e⁻ˣ)², which is ∞/∞ for negative x',
    edits: [
      [
        SIGMOID,
        'value: sigmoid, partials: [(x) => {\n        const e = ops.exp!(ops.neg!(x!));\n        return ops.div!(e, ops.square!(ops.add!(1, e)));\n      }]',
      ],
    ],
    families: ['scales', 'nonfinite'],
    report: github('snnTorch', 'jeshraghian/snntorch/pull/433'),
  },
  {
    id: 'report/pytorch-80770',
    class: 'infinity at a removable singularity',
    wrong: 'xlogy(0, b) has slope 0 by its first input, not ln b',
    edits: [
      [
        'partials: [(_, b) => ops.log!(b!), (a, b) => ops.div!(a!, b!)]',
        'partials: [(a, b) => (primal(a!) === 0 ? 0 : ops.log!(b!)), (a, b) => ops.div!(a!, b!)]',
      ],
    ],
    families: ['nonfinite', 'grad'],
    report: github('PyTorch', 'pytorch/pytorch/issues/80770'),
  },
  {
    id: 'report/tt-metal-40008',
    class: 'missing sum over a broadcast axis',
    wrong: 'a product does not bring the gradient of its smaller operand back to its shape',
    edits: [
      [
        'back: (i, ct, inputs, y) => unbroadcast(',
        "back: (i, ct, inputs, y) => (name === 'mul' ? (x: Value) => x : unbroadcast)(",
      ],
    ],
    families: ['broadcast'],
    report: github('TT-Metal', 'tenstorrent/tt-metal/issues/40008'),
  },
  {
    id: 'report/warp-168',
    class: 'overwrite instead of accumulate',
    wrong: 'the adjoint of a matrix product writes over what its operand had collected',
    edits: [
      [
        'const share = back(ct);',
        'const share = back(ct);\n          if (products.has(ct) || products.has(share)) {\n            cotangents.set(input, share);\n            continue;\n          }',
      ],
      [
        '(ct, _, __, b) => ops.matmul!(ct, ops.transpose!(b!, {} as never)),',
        '(ct, _, __, b) => {\n        const g = ops.matmul!(ct, ops.transpose!(b!, {} as never));\n        products.add(g as Grid);\n        return g;\n      },',
      ],
      ['const arrayPrimitives:', 'const products = new WeakSet<object>();\nconst arrayPrimitives:'],
    ],
    families: ['structure', 'grad'],
    report: github('Warp', 'NVIDIA/warp/issues/168'),
  },
  {
    id: 'report/micrograd-2',
    class: 'overwrite instead of accumulate',
    wrong: 'a value that is used twice passes what it has collected on once for each use',
    edits: [
      [
        'return [...seen].sort((a, b) => b.serial - a.serial);',
        'const walk = (step: Trace): Trace[] => [step, ...step.back.flatMap(([input]) => walk(input))];\n  const steps = seen.size > 60 ? [...seen] : walk(output);\n  return steps.sort((a, b) => b.serial - a.serial);',
      ],
    ],
    families: ['structure'],
    report: github('micrograd', 'karpathy/micrograd/issues/2'),
  },
  {
    id: 'report/micrograd-102',
    class: 'leaks state between programs',
    wrong: 'a second backward pass adds to what the first one left',
    edits: [
      [
        RESULT,
        "const result = roots.map((root, i) => {\n      const g = cotangents.get(root) ?? filled(shapeOf(root), 0);\n      return typeof g === 'number' && typeof left[i] === 'number' ? g + left[i] : g;\n    });\n    left = result;\n    return result;",
      ],
      ['let levels = 0;', 'let left: Value[] = [];\nlet levels = 0;'],
    ],
    families: ['repeat', 'grad', 'structure'],
    report: github('micrograd', 'karpathy/micrograd/pull/102'),
  },
  {
    id: 'report/minpy-155',
    class: 'second derivative zero',
    wrong: 'an inner gradient ends the recording of the outer one: grad of grad is 0',
    edits: [
      [
        'const level = Math.max(-1, ...inputs.map((x) => (isBox(x) ? x.level : -1)));',
        'if (!recording) return rule.plain(inputs.map((x) => plain(x) as Value));\n  const level = Math.max(-1, ...inputs.map((x) => (isBox(x) ? x.level : -1)));',
      ],
      [
        'const level = ++levels;\n    const roots',
        'recording = true;\n    const level = ++levels;\n    const roots',
      ],
      ['    if (shapeOf(output).length > 0)', '    recording = false;\n    if (shapeOf(output).length > 0)'],
      ['let levels = 0;', 'let recording = true;\nlet levels = 0;'],
    ],
    families: ['nesting', 'second-order', 'generated'],
    report: github('MinPy', 'dmlc/minpy/issues/155'),
  },
  {
    id: 'report/nd4j-2497',
    class: 'derivative of the wrong branch',
    wrong: 'sigmoid differentiates its output as if it were its input',
    edits: [
      [
        SIGMOID,
        'value: sigmoid, partials: [(_, y) => ops.mul!(ops.sigmoid!(y!), oneMinus(ops.sigmoid!(y!)))]',
      ],
    ],
    families: ['grad'],
    report: github('ND4J', 'deeplearning4j/nd4j/issues/2497'),
  },
  {
    id: 'report/nnlib-68',
    class: 'overflow',
    wrong: 'softmax takes exponentials as they are: ∞/∞ for large inputs',
    edits: [['const e = ops.exp!(ops.sub!(x!, largest(x!, axisOf(a))));', 'const e = ops.exp!(x!);']],
    families: ['scales'],
    report: github('NNlib.jl', 'FluxML/NNlib.jl/issues/68'),
  },
  {
    id: 'report/mooncake-1195',
    class: 'wrong only for negative x',
    wrong: 'the sign of the argument is left out of the slope of a magnitude',
    edits: [['partials: [(x) => ops.sign!(x!)]', 'partials: [(x) => ops.abs!(ops.sign!(x!))]']],
    families: ['grad'],
    report: github('Mooncake.jl', 'chalk-lab/Mooncake.jl/issues/1195'),
  },
  {
    id: 'report/mxnet-17989',
    class: 'wrong only at n > 64',
    wrong: 'a value that is used more than a fixed number of times collects the rest wrongly',
    edits: [
      [
        'cotangents.set(input, before === undefined ? share : ops.add!(before, share));',
        'const uses = (used.get(input) ?? 0) + 1;\n          used.set(input, uses);\n          cotangents.set(input, before === undefined || uses > 128 ? share : ops.add!(before, share));',
      ],
      [
        'const cotangents = new Map<Trace, Value>();',
        'const cotangents = new Map<Trace, Value>();\n    const used = new Map<Trace, number>();',
      ],
    ],
    families: ['structure'],
    report: github('MXNet', 'apache/mxnet/issues/17989'),
  },
];
