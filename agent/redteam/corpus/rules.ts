import { category } from '../types.ts';

/** The judge's own rules: what it asks, what it counts, what it holds to. */
export const rules = category('rules', {
  'nothing-new': {
    tries: 'a change that improves nothing',
    attack: {
      kind: 'engine',
      edits: [
        ['  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },\n', ''],
      ],
      append: 'export const better = true;\n',
    },
    ends: 'smoke',
    because: /not there yet/,
  },
  'another-goal': {
    tries: 'a goal that the base meets already',
    attack: {
      kind: 'engine',
      goals: ['r1/neg'],
      edits: [
        ['  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },\n', ''],
      ],
      append: 'export const better = true;\n',
    },
    ends: 'smoke',
    because: /the base meets it already/,
  },
  'an-operation-less': {
    tries: 'an operation less, so that its checks are gone',
    attack: { kind: 'engine', edits: [['sin: {', 'sine: {']] },
    ends: 'smoke',
    because: /r1\/sin.*The base meets r1\/sin/,
  },
  'an-operation-that-throws-elsewhere': {
    tries: 'an operation that throws outside the public inputs',
    attack: {
      kind: 'engine',
      edits: [
        [
          'value: (x) => Math.sin(x)',
          "value: (x) => {\n    if (Math.abs(x) > 30) throw new RangeError('not here');\n    return Math.sin(x);\n  }",
        ],
      ],
    },
    ends: 'full',
    because: /r1\/sin.*The base meets r1\/sin/,
  },
  'every-check-throws': {
    tries: 'an engine where everything throws, so that nothing is wrong',
    attack: {
      kind: 'engine',
      edits: [
        [
          'return (...xs) => {',
          "return (...xs) => {\n    if (xs.length > 0) throw new TypeError('not yet');",
        ],
      ],
    },
    ends: 'smoke',
    because: /The base meets r0\//,
  },
  'every-value-throws': {
    tries: 'operations that throw, so that every goal looks absent',
    attack: {
      kind: 'engine',
      edits: [
        [
          'const value = primitive.value(',
          "if (inputs.length > 0) throw new TypeError('not yet');\n  const value = primitive.value(",
        ],
      ],
    },
    ends: 'smoke',
    because: /The base meets r\d\//,
  },
  'no-exports': {
    tries: 'an engine that exports nothing',
    attack: {
      kind: 'engine',
      edits: [
        ['export const ops', 'const ops'],
        ['export function primal', 'function primal'],
        ['export function grad', 'function grad'],
      ],
    },
    ends: 'static',
    because: /does not load: .*exports no `ops`/,
  },
  'absent-by-turns': {
    tries: 'an operation that is there only while it is looked at',
    attack: {
      kind: 'engine',
      append:
        'let looks = 0;\nconst { sin } = ops;\nObject.defineProperty(ops, "sin", { get: () => (looks++ < 1 ? sin : undefined) });\n',
    },
    ends: 'smoke',
    because: /^r1\/sin\/.*the engine has no op `sin`|ops\.sin is not a function/,
  },
  'inputs-too-many': {
    tries: 'to hand functions an input that nobody asked for',
    attack: {
      kind: 'engine',
      edits: [
        ['const output = f(...roots);', 'const output = (f as (...v: unknown[]) => Value)(...roots, 7);'],
      ],
    },
    ends: 'smoke',
    because: /the function got \d+ inputs in place of \d+/,
  },
  'state-after-an-error': {
    tries: 'to be wrong once a function has thrown',
    attack: {
      kind: 'engine',
      edits: [
        ['const output = f(...roots);', 'open += 1;\n    const output = f(...roots);\n    open -= 1;'],
        ['const partial = primal(', 'const partial = (open > 0 ? 2 : 1) * primal('],
      ],
      append: 'let open = 0;\n',
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.* it must be/,
  },
  'a-smaller-engine': {
    tries: 'a smaller engine that lost what nobody names',
    attack: {
      kind: 'engine',
      metric: 'size',
      edits: [
        ['sin: {', 'sine: {'],
        ['  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },\n', ''],
      ],
    },
    ends: 'static',
    because: /size/,
  },
  unmeasured: {
    tries: 'to be accepted because nothing measures it',
    attack: { kind: 'engine', metric: 'none' },
    ends: 'unmeasured',
    because: /^Unmeasured/,
  },
});
