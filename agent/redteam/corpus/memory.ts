import { category } from '../types.ts';

const RESULT = 'return roots.map((root) => cotangents.get(root) ?? 0);';

/** Answers that were remembered, not computed. */
export const memory = category('memory', {
  'table-of-an-earlier-receipt': {
    tries: 'a table of every input in an earlier receipt',
    attack: {
      kind: 'engine',
      edits: [['[(_, y) => ops.add(1,', '[(x, y) => ops.add(known(primal(x)) ? 1 : 1.5,']],
      append:
        'const seen = new Set<number>([%INPUTS%]);\nconst known = (x: number): boolean => !Number.isFinite(x) || seen.has(x);\n',
    },
    ends: ['full', 'confirm'],
    because:
      /^r1\/tanh\/\w+: passes the visible pool and fails on held-out inputs|^r1\/tanh\/\w+: .* it must be/,
  },
  'first-gradient-of-a-function': {
    tries: 'the first gradient of a function, for good',
    attack: {
      kind: 'engine',
      edits: [
        ['const roots = ', 'const known = memo.get(f);\n    if (known) return known;\n    const roots = '],
        [
          RESULT,
          'const result = roots.map((root) => cotangents.get(root) ?? 0);\n    memo.set(f, result);\n    return result;',
        ],
      ],
      append: 'const memo = new WeakMap<object, Value[]>();\n',
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/\w+.*(?:it must be|the same bits)/,
  },
  'first-gradient-of-a-transformed-function': {
    tries: 'the first gradient that a transformed function gave, for good',
    attack: {
      kind: 'engine',
      edits: [
        [
          'return (...xs) => {',
          'let known: Value[] | undefined;\n  return (...xs) => {\n    if (known) return known;',
        ],
        [RESULT, 'known = roots.map((root) => cotangents.get(root) ?? 0);\n    return known;'],
      ],
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/\w+.*(?:it must be|the same bits)/,
  },
  'tape-of-the-first-call': {
    tries: 'the steps of the first call of a function, for every call',
    attack: {
      kind: 'engine',
      edits: [
        [
          'const output = f(...roots);',
          'const old = tapes.get(f);\n    const output = old ? again(old, roots) : f(...roots);\n    if (!old) tapes.set(f, { roots, output });',
        ],
      ],
      append: `const tapes = new WeakMap<object, { roots: Trace[]; output: Value }>();
function again(old: { roots: Trace[]; output: Value }, roots: Trace[]): Value {
  const made = new Map<Value, Value>(old.roots.map((root, i) => [root, roots[i]!]));
  const renew = (value: Value): Value => made.get(value) ?? value;
  for (const step of stepsBehind(old.output).reverse()) {
    if (!step.primitive) continue;
    const name = Object.keys(primitives).find((key) => primitives[key] === step.primitive)!;
    made.set(step, ops[name]!(...step.inputs.map(renew)));
  }
  return renew(old.output);
}
`,
    },
    ends: 'full',
    because:
      /^r0\/(?:\w+\/generated: .*a generated program|fan-out\/structure: .*x·y or y \+ y·y, by an if on a value)/,
  },
  'by-the-arguments': {
    tries: 'the last gradient again, where the arguments are nearly the last ones',
    attack: {
      kind: 'engine',
      edits: [
        [
          'const roots = ',
          'const near = last.length === xs.length && xs.every((x, i) => Math.abs(primal(x) - last[i]!) < 0.3);\n    if (near) return kept;\n    last = xs.map(primal);\n    const roots = ',
        ],
        [RESULT, 'kept = roots.map((root) => cotangents.get(root) ?? 0);\n    return kept;'],
      ],
      append: 'let last: number[] = [];\nlet kept: Value[] = [];\n',
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'a-list-that-is-shared': {
    tries: 'one list for every gradient, which the next call changes',
    attack: {
      kind: 'engine',
      edits: [
        [
          RESULT,
          'shared.length = 0;\n    shared.push(...roots.map((root) => cotangents.get(root) ?? 0));\n    return shared;',
        ],
      ],
      append: 'const shared: Value[] = [];\n',
    },
    ends: 'smoke',
    because: /^r\d\/.* a second identical call does not give the same bits/,
  },
  'until-a-lucky-draw': {
    tries: 'the same wrong rule again and again, each time with another comment',
    attack: {
      kind: 'engine',
      times: 5,
      edits: [['[(_, y) => ops.add(1,', '[(x, y) => ops.add((primal(x) * 1e4) % 1 > 0.8 ? 1.5 : 1,']],
    },
    ends: ['smoke', 'full', 'confirm'],
    because: /^r\d\/\w+\/\w+: passes the visible pool and fails on held-out inputs|it must be/,
  },
});
