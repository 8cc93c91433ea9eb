import type { Planted } from '../types.ts';

/** What outlives a step, a call or a program and should not. */
export const state: readonly Planted[] = [
  {
    id: 'overwrite/reverse',
    class: 'overwrite instead of accumulate',
    wrong: 'the cotangent of a value used twice is that of one use',
    edits: [
      [
        'cotangents.set(input, before === undefined ? share : ops.add!(before, share));',
        'cotangents.set(input, before === undefined ? share : share);',
      ],
    ],
    families: ['structure'],
  },
  {
    id: 'overwrite/forward',
    class: 'overwrite instead of accumulate',
    wrong: 'forward mode keeps the tangent by the last input only',
    edits: [['tangent = tangent === undefined ? step : ops.add!(tangent, step);', 'tangent = step;']],
    families: ['jvp', 'duality'],
  },
  {
    id: 'overwrite/pad',
    class: 'overwrite instead of accumulate',
    wrong: 'the gradient of a slice of a slice keeps its last element only',
    edits: [['        data[place] = v;\n', '        data.fill(0);\n        data[place] = v;\n']],
    families: ['grad'],
  },
  {
    id: 'overwrite/matmul',
    class: 'overwrite instead of accumulate',
    wrong: 'an element of a matrix product is its last term',
    edits: [['data[i * k + j]! += a!', 'data[i * k + j]! = a!']],
    families: ['value'],
  },
  {
    id: 'overwrite/sum',
    class: 'overwrite instead of accumulate',
    wrong: 'a sum is its last term',
    edits: [['data[place] = data[place]! + v;', 'data[place] = v;']],
    families: ['value'],
  },
  {
    id: 'stale/exp',
    class: 'stale saved value',
    wrong: 'the derivative of exp is the value of its last call',
    edits: [
      [
        'exp: { value: Math.exp, partials: [(_, y) => y!] }',
        'exp: { value: (x) => (lastExp = Math.exp(x)), partials: [() => lastExp] }',
      ],
      ['const GELU =', 'let lastExp = 0;\nconst GELU ='],
    ],
    families: ['structure', 'generated', 'grad', 'jvp'],
  },
  {
    id: 'stale/mul',
    class: 'stale saved value',
    wrong: 'a·b differentiates with the operands of the last product, not its own',
    edits: [
      [
        'value: (a, b) => a * b, partials: [(_, b) => b!, (a) => a!]',
        'value: (a, b) => (factors = [a, b])[0]! * b, partials: [() => factors[1]!, () => factors[0]!]',
      ],
      ['const GELU =', 'let factors: number[] = [];\nconst GELU ='],
    ],
    families: ['structure', 'grad'],
  },
  {
    id: 'stale/arrays',
    class: 'stale saved value',
    wrong: 'elementwise results are written over what an earlier step of the same size saved',
    edits: [
      [
        'const data = new Float64Array(size(shape));\n  for (let i = 0; i < data.length; i++) data[i] = f(',
        'const data = (buffers[size(shape)] ??= new Float64Array(size(shape)));\n  for (let i = 0; i < data.length; i++) data[i] = f(',
      ],
      ['const GELU =', 'const buffers: Record<number, Float64Array<ArrayBuffer>> = {};\nconst GELU ='],
    ],
    families: ['value', 'grad', 'structure'],
  },
  {
    id: 'third/tanh',
    class: 'wrong from the third call on',
    wrong: 'the derivative of tanh is doubled from its third call on',
    edits: [
      [
        'value: Math.tanh, partials: [(_, y) => oneMinus(ops.mul!(y!, y!))]',
        'value: Math.tanh, partials: [(_, y) => ops.mul!(++calls > 2 ? 2 : 1, oneMinus(ops.mul!(y!, y!)))]',
      ],
      ['const GELU =', 'let calls = 0;\nconst GELU ='],
    ],
    families: ['grad'],
  },
  {
    id: 'third/function',
    class: 'wrong from the third call on',
    wrong: 'the third gradient of one function is that of the second call',
    edits: [
      [
        'const level = ++levels;\n    const roots = xs.map',
        'const times = (asked.get(f) ?? 0) + 1;\n    asked.set(f, times);\n    if (times > 2) return last;\n    const level = ++levels;\n    const roots = xs.map',
      ],
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        'last = roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));\n    return last;',
      ],
      [
        'let levels = 0;',
        'let levels = 0;\nlet last: Value[] = [];\nconst asked = new WeakMap<object, number>();',
      ],
    ],
    families: ['grad', 'repeat', 'structure'],
  },
  {
    id: 'third/transformed',
    class: 'wrong from the third call on',
    wrong: 'what `grad(f)` gave works twice; then every gradient is 0',
    edits: [
      [
        'return (...xs) => {\n    const level = ++levels;\n    const roots',
        'let times = 0;\n  return (...xs) => {\n    if (++times > 2) return xs.map((x) => filled(shapeOf(x), 0));\n    const level = ++levels;\n    const roots',
      ],
    ],
    families: ['repeat', 'structure', 'grad'],
  },
  {
    id: 'order/sin-after-cos',
    class: 'dependent on call order',
    wrong: 'sin gives the value of cos where the call before it was one of cos',
    edits: [
      [
        'sin: { value: Math.sin,',
        'sin: { value: (x) => (after ? ((after = false), Math.cos(x)) : Math.sin(x)),',
      ],
      ['cos: { value: Math.cos,', 'cos: { value: (x) => ((after = true), Math.cos(x)),'],
      ['const GELU =', 'let after = false;\nconst GELU ='],
    ],
    families: ['value', 'grad', 'generated', 'structure'],
  },
  {
    id: 'order/every-second',
    class: 'dependent on call order',
    wrong: 'every second product adds where it should multiply, in the last place only',
    edits: [
      [
        'value: (a, b) => a * b, partials',
        'value: (a, b) => ((even = !even) ? a * b : a * b * (1 + 2 ** -52)), partials',
      ],
      ['const GELU =', 'let even = false;\nconst GELU ='],
    ],
    families: ['repeat'],
  },
  {
    id: 'order/serial',
    class: 'dependent on call order',
    wrong: 'steps are walked back in the order in which they were reached, not by age',
    edits: [['return [...seen].sort((a, b) => b.serial - a.serial);', 'return [...seen];']],
    families: ['structure'],
  },
  {
    id: 'mutates/elementwise',
    class: 'mutates an input',
    wrong: 'an operation on two arrays of one shape writes its result into the first',
    edits: [
      [
        'const data = new Float64Array(size(shape));\n  for (let i = 0; i < data.length; i++) data[i] = f(',
        'const data = inputs.length === 2 && inputs[0]!.shape.join() === shape.join() ? inputs[0]!.value : new Float64Array(size(shape));\n  for (let i = 0; i < data.length; i++) data[i] = f(',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'mutates/sum',
    class: 'mutates an input',
    wrong: 'a sum leaves running totals in its argument',
    edits: [
      [
        '        data[place] = data[place]! + v;',
        '        data[place] = data[place]! + v;\n        x!.value[flat] = data[place]!;',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'mutates/softmax',
    class: 'mutates an input',
    wrong: 'softmax takes the largest element off in place',
    edits: [
      [
        'const e = ops.exp!(ops.sub!(x!, largest(x!, axisOf(a))));',
        'const m = largest(x!, axisOf(a));\n    const e = ops.exp!(ops.sub!(x!, m));\n    const own = asGrid(plain(x!));\n    own.value.set(asGrid(plain(ops.sub!(own, m))).value);',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'mutates/settings',
    class: 'mutates an input',
    wrong: 'a sum takes the axes that it has worked off out of the list that it was given',
    edits: [
      [
        'const axes = axesOf(a, x!.shape.length);\n',
        'const axes = axesOf(a, x!.shape.length).slice();\n      (a.axes as number[] | undefined)?.pop();\n',
      ],
    ],
    families: ['value', 'grad', 'repeat'],
  },
  {
    id: 'mutates/points',
    class: 'mutates an input',
    wrong: 'jvp writes its duals into the list of points',
    edits: [
      [
        'const y = f(...xs.map((x, i) => new Dual(level, x, ts[i]!)));',
        'const all = xs as Value[];\n  for (let i = 0; i < all.length; i++) all[i] = new Dual(level, all[i]!, ts[i]!);\n  const y = f(...all);',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'alias/gradient',
    class: 'alias that a later call changes',
    wrong: 'gradients of one size are handed out in one array',
    edits: [
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        'return roots.map((root, i) => shared(cotangents.get(root) ?? filled(shapeOf(root), 0), i));',
      ],
      [
        'let levels = 0;',
        'const out: Record<string, Grid> = {};\nfunction shared(x: Value, i: number): Value {\n  if (!(x instanceof Grid)) return x;\n  const one = (out[String([i, x.shape])] ??= new Grid(x.shape, new Float64Array(x.value.length)));\n  one.value.set(x.value);\n  return one as Value;\n}\n\nlet levels = 0;',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'alias/list',
    class: 'alias that a later call changes',
    wrong: 'every gradient comes in the same list, filled anew',
    edits: [
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        'results.length = 0;\n    results.push(...roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0)));\n    return results;',
      ],
      ['let levels = 0;', 'const results: Value[] = [];\nlet levels = 0;'],
    ],
    families: ['repeat'],
  },
  {
    id: 'alias/array',
    class: 'alias that a later call changes',
    wrong: '`array` keeps the data that it is given instead of a copy',
    edits: [
      [
        'return new Grid([...shape], Float64Array.from(data));',
        'return new Grid([...shape], data as Float64Array);',
      ],
    ],
    families: ['repeat'],
  },
  {
    id: 'alias/value',
    class: 'alias that a later call changes',
    wrong: 'the result of a matrix product is a buffer that the next product of its size overwrites',
    edits: [
      [
        'const data = new Float64Array(n * k);',
        'const data = (products[n * k] ??= new Float64Array(n * k)).fill(0);',
      ],
      ['const GELU =', 'const products: Record<number, Float64Array<ArrayBuffer>> = {};\nconst GELU ='],
    ],
    families: ['repeat', 'structure', 'grad', 'generated'],
  },
  {
    id: 'leak/filled',
    class: 'leaks state between programs',
    wrong: 'constant arrays are kept by shape, whatever they hold',
    edits: [
      [
        'return shape.length === 0 ? x : new Grid(shape, new Float64Array(size(shape)).fill(x));',
        'return shape.length === 0 ? x : (constants[String(shape)] ??= new Grid(shape, new Float64Array(size(shape)).fill(x))) as Value;',
      ],
      ['function filled(', 'const constants: Record<string, Grid> = {};\nfunction filled('],
    ],
    families: ['grad', 'structure', 'value', 'broadcast'],
  },
  {
    id: 'leak/cotangents',
    class: 'leaks state between programs',
    wrong: 'what an unused input collected in an earlier gradient is given again',
    edits: [
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        "const result = roots.map((root, i) => cotangents.get(root) ?? (typeof kept[i] === 'number' && shapeOf(root).length === 0 ? kept[i] : filled(shapeOf(root), 0)));\n    result.forEach((g, i) => {\n      kept[i] = g;\n    });\n    return result;",
      ],
      ['let levels = 0;', 'const kept: Value[] = [];\nlet levels = 0;'],
    ],
    families: ['structure'],
  },
  {
    id: 'leak/level',
    class: 'leaks state between programs',
    wrong: 'after an inner gradient the engine takes itself to be in the outer one',
    edits: [
      [
        'const level = ++levels;\n    const roots = xs.map((x) => new Trace(level, x));\n    const output = f(...roots);',
        'const level = ++levels;\n    const roots = xs.map((x) => new Trace(level, x));\n    const output = f(...roots);\n    levels = level - 2;',
      ],
    ],
    families: ['nesting', 'generated', 'second-order'],
  },
  {
    id: 'leak/where',
    class: 'leaks state between programs',
    wrong: 'sinc decides by the input of an earlier call whether its series is due',
    edits: [
      [
        'const small = ops.step!(ops.sub!(0.25, ops.abs!(x)));',
        'const small = before;\n  before = ops.step!(ops.sub!(0.25, Math.abs(primal(x))));',
      ],
      ['function sincSlope', 'let before: Value = 0;\nfunction sincSlope'],
    ],
    families: ['grad', 'scales', 'generated', 'repeat'],
  },
  {
    id: 'memo/function',
    class: 'memo by object identity',
    wrong: 'the first gradient of a function is given for every later call of it',
    edits: [
      [
        'return (...xs) => {\n    const level = ++levels;\n    const roots',
        'return (...xs) => {\n    const old = memo.get(f);\n    if (old) return old;\n    const level = ++levels;\n    const roots',
      ],
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        'const result = roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));\n    memo.set(f, result);\n    return result;',
      ],
      ['let levels = 0;', 'const memo = new WeakMap<object, Value[]>();\nlet levels = 0;'],
    ],
    families: ['grad', 'structure'],
  },
  {
    id: 'memo/array',
    class: 'memo by object identity',
    wrong: 'the sum of an array is kept by the array, whatever axes are asked for',
    edits: [
      [
        'value: (a, x) => {\n      const axes = axesOf(a, x!.shape.length);',
        'value: (a, x) => {\n      const known = sums.get(x!);\n      if (known) return known;\n      const axes = axesOf(a, x!.shape.length);',
      ],
      [
        'return new Grid(a.keepdims ? kept : x!.shape.filter((_, axis) => !axes.includes(axis)), data);',
        'const result = new Grid(a.keepdims ? kept : x!.shape.filter((_, axis) => !axes.includes(axis)), data);\n      sums.set(x!, result);\n      return result;',
      ],
      ['const arrayPrimitives:', 'const sums = new WeakMap<Grid, Grid>();\nconst arrayPrimitives:'],
    ],
    families: ['value', 'grad', 'structure'],
  },
  {
    id: 'memo/trace',
    class: 'memo by object identity',
    wrong: 'the sine of a traced value is traced once: a second use shares the first and its tangent',
    edits: [
      [
        '  const own = (x: Value): x is Trace | Dual => isBox(x) && x.level === level;',
        '  const own = (x: Value): x is Trace | Dual => isBox(x) && x.level === level;\n  const [only] = inputs;\n  if (inputs.length === 1 && isBox(only!)) {\n    const old = traced.get(only as Trace);\n    if (old) return old;\n  }',
      ],
      [
        'return tangent === undefined ? new Trace(level, y, back) : new Dual(level, y, tangent);',
        'const result = tangent === undefined ? new Trace(level, y, back) : new Dual(level, y, tangent);\n  if (inputs.length === 1 && isBox(only!)) traced.set(only as Trace, result);\n  return result;',
      ],
      [
        'function apply(rule: Rule',
        'const traced = new WeakMap<object, Value>();\nfunction apply(rule: Rule',
      ],
    ],
    families: ['generated', 'structure', 'grad', 'second-order'],
  },
];
