import type { Planted } from '../types.ts';

/** Second derivatives, two modes, nested differentiations, and derivatives where there are none. */
export const orders: readonly Planted[] = [
  {
    id: 'second-zero/sinh',
    class: 'second derivative zero',
    wrong: 'the derivative of sinh is a bare number',
    edits: [
      [
        'value: Math.sinh, partials: [(x) => ops.cosh!(x!)]',
        'value: Math.sinh, partials: [(x) => Math.cosh(primal(x!))]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second-zero/mul',
    class: 'second derivative zero',
    wrong: 'a·b differentiates with bare numbers',
    edits: [
      ['partials: [(_, b) => b!, (a) => a!]', 'partials: [(_, b) => bare(b!), (a) => bare(a!)]'],
      ['const GELU =', 'const bare = (x: Value): Value => plain(x) as Value;\nconst GELU ='],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second-zero/matmul',
    class: 'second derivative zero',
    wrong: 'the gradient of a matrix product takes its operands as constants',
    edits: [
      [
        'ops.matmul!(ct, ops.transpose!(b!, {} as never))',
        'ops.matmul!(ct, ops.transpose!(plain(b!) as Value, {} as never))',
      ],
      [
        'ops.matmul!(ops.transpose!(a!, {} as never), ct)',
        'ops.matmul!(ops.transpose!(plain(a!) as Value, {} as never), ct)',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second-zero/softmax',
    class: 'second derivative zero',
    wrong: 'arrays that are divided are constants to a second differentiation',
    edits: [
      [
        '(_, b) => ops.div!(1, b!), (_, b, y) => ops.neg!(ops.div!(y!, b!))',
        '(_, b) => ops.div!(1, fixed(b!)), (_, b, y) => ops.neg!(ops.div!(fixed(y!), fixed(b!)))',
      ],
      [
        'const GELU =',
        "const fixed = (x: Value): Value => (typeof plain(x) === 'number' ? x : (plain(x) as Value));\nconst GELU =",
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second/hvp-transposed',
    class: 'second derivative wrong',
    wrong: 'a Hessian-vector product by the diagonal of the Hessian',
    edits: [
      [
        'return xs.map((_, i) => jvp((...ys) => grad(f)(...ys)[i]!, xs, v)[1]);',
        'return xs.map((_, i) => jvp((...ys) => grad(f)(...ys)[i]!, xs, v.map((t, j) => (i === j ? t : 0)))[1]);',
      ],
    ],
    families: ['second-order'],
  },
  {
    id: 'second/hessian-diagonal',
    class: 'second derivative wrong',
    wrong: 'the Hessian without its mixed terms',
    edits: [
      [
        'return (...xs) => jacobian((...ys) => grad(f)(...ys))(...xs);',
        'return (...xs) => jacobian((...ys) => grad(f)(...ys))(...xs).map((row, i) => row.map((h, j) => (i === j ? h : 0)));',
      ],
    ],
    families: ['second-order'],
  },
  {
    id: 'second/sigmoid',
    class: 'second derivative wrong',
    wrong: 'sigmoid differentiates with y·(1 − ȳ), ȳ fixed',
    edits: [
      [
        'value: sigmoid, partials: [(_, y) => ops.mul!(y!, oneMinus(y!))]',
        'value: sigmoid, partials: [(_, y) => ops.mul!(y!, 1 - primal(y!))]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second/sqrt',
    class: 'second derivative wrong',
    wrong: 'the slope of √x is differentiated as if its output were a constant of the input',
    edits: [['partials: [(_, y) => ops.div!(0.5, y!)]', 'partials: [(_, y) => ops.div!(0.5, primal(y!))]']],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'second/transpose',
    class: 'second derivative wrong',
    wrong: 'the gradient of a reshape forgets that it depends on its cotangent',
    edits: [
      [
        'back: [(ct, _, x) => ops.reshape!(ct, { shape: shapeOf(x!) } as never)]',
        'back: [(ct, _, x) => ops.reshape!(plain(ct) as Value, { shape: shapeOf(x!) } as never)]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'disagree/forward',
    class: 'jvp and vjp disagree',
    wrong: 'forward mode divides with the partial of a product',
    edits: [
      [
        'forward: (i, t, inputs, y) => {\n      const step = times(t, partials[i]!(...inputs, y));',
        "forward: (i, t, inputs, y) => {\n      const step = times(t, name === 'div' && i === 0 ? inputs[1]! : partials[i]!(...inputs, y));",
      ],
    ],
    families: ['jvp', 'duality'],
  },
  {
    id: 'disagree/scale',
    class: 'jvp and vjp disagree',
    wrong: 'tangents are 1e-9 too large',
    edits: [['[y.value, y.tangent] : [y, ', '[y.value, ops.mul!(1 + 1e-9, y.tangent)] : [y, ']],
    families: ['jvp', 'duality'],
  },
  {
    id: 'disagree/primal',
    class: 'jvp and vjp disagree',
    wrong: 'a result that does not depend on the inputs has its value as tangent',
    edits: [[': [y, filled(shapeOf(y), 0)];', ': [y, y];']],
    families: ['structure', 'jvp'],
  },
  {
    id: 'disagree/arrays',
    class: 'jvp and vjp disagree',
    wrong: 'forward mode of a matrix product takes the tangent by its first operand for both',
    edits: [
      [
        'forward: (i, t, xs) => arrayOp({ value, back })(...xs.with(i, t), attributes as never),',
        'forward: (i, t, xs) => (i === 1 ? ops.mul!(0, run(xs.map(plain) as Value[])) : arrayOp({ value, back })(...xs.with(i, t), attributes as never)),',
      ],
    ],
    families: ['jvp', 'duality'],
  },
  {
    id: 'disagree/broadcast',
    class: 'jvp and vjp disagree',
    wrong: 'a tangent of a smaller shape is not stretched to that of the result',
    edits: [
      [
        'return shapeOf(step).length === shape.length ? step : ops.mul!(step, filled(shape, 1));',
        'return shape.length < 0 ? ops.mul!(step, filled(shape, 1)) : step;',
      ],
    ],
    families: ['jvp', 'duality'],
  },
  {
    id: 'confusion/one-level',
    class: 'perturbation confusion',
    wrong: 'all reverse differentiations share one tag',
    edits: [['const level = ++levels;\n    const roots', 'const level = 1;\n    const roots']],
    families: ['nesting'],
  },
  {
    id: 'confusion/forward',
    class: 'perturbation confusion',
    wrong: 'forward mode shares a tag with the reverse mode inside it',
    edits: [['const level = ++levels;\n  const y = f(', 'const level = levels + 1;\n  const y = f(']],
    families: ['second-order', 'nesting', 'generated', 'jvp'],
  },
  {
    id: 'confusion/outermost',
    class: 'perturbation confusion',
    wrong: 'an operation belongs to the outermost differentiation among its inputs',
    edits: [
      [
        'const level = Math.max(-1, ...inputs.map((x) => (isBox(x) ? x.level : -1)));',
        'const among = inputs.filter(isBox).map((x) => x.level);\n  const level = among.length === 0 ? -1 : Math.min(...among);',
      ],
    ],
    families: ['nesting'],
  },
  {
    id: 'confusion/inner-first',
    class: 'perturbation confusion',
    wrong: 'inner differentiations have the lower tags, so that the outer one is taken for the inner',
    edits: [['const level = ++levels;\n    const roots', 'const level = 1e6 - ++levels;\n    const roots']],
    families: ['nesting'],
  },
  {
    id: 'dead/unused',
    class: 'gradient through a dead branch',
    wrong: 'an input that the result does not depend on has gradient 1',
    edits: [
      [
        'cotangents.get(root) ?? filled(shapeOf(root), 0)',
        'cotangents.get(root) ?? filled(shapeOf(root), 1)',
      ],
    ],
    families: ['structure'],
  },
  {
    id: 'dead/relu',
    class: 'gradient through a dead branch',
    wrong: 'relu leaks a hundredth of its derivative below 0',
    edits: [['partials: [(x) => ops.step!(x!)]', 'partials: [(x) => ops.max!(0.01, ops.step!(x!))]']],
    families: ['grad'],
  },
  {
    id: 'dead/min',
    class: 'gradient through a dead branch',
    wrong: 'min passes its derivative on to both inputs',
    edits: [
      [
        'partials: [(a, b) => ops.step!(ops.sub!(b!, a!)), (a, b) => oneMinus(ops.step!(ops.sub!(b!, a!)))]',
        'partials: [() => 1, () => 1]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'dead/sinc',
    class: 'gradient through a dead branch',
    wrong: 'a second derivative of sinc goes through the branch that was not taken, too',
    edits: [
      [
        'partials: [() => 0, (mask) => mask!, (mask) => oneMinus(mask!)]',
        'partials: [() => 0, () => 1, () => 1]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'stop/logsumexp',
    class: 'gradient through stop-gradient',
    wrong: 'the largest element of a logsumexp passes on the derivative that is stopped inside',
    edits: [
      [
        'return ops.add!(ops.log!(total), ops.reshape!(m, { shape: shapeOf(total) } as never));',
        'const at = new Grid(shapeOf(x!), asGrid(plain(ops.sub!(x!, m))).value.map((v) => Number(v === 0)));\n    const through = ops.sum!(ops.mul!(x!, at), { axes: [axisOf(a)] } as never);\n    return ops.add!(ops.log!(total), through);',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'stop/sign',
    class: 'gradient through stop-gradient',
    wrong: 'the sign of x passes its cotangent straight through',
    edits: [
      ['sign: { value: Math.sign, partials: [() => 0] }', 'sign: { value: Math.sign, partials: [() => 1] }'],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'stop/step',
    class: 'gradient through stop-gradient',
    wrong: 'a step passes its cotangent straight through',
    edits: [
      [
        'step: { value: (x) => (x > 0 ? 1 : 0), partials: [() => 0] }',
        'step: { value: (x) => (x > 0 ? 1 : 0), partials: [() => 1] }',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
];
