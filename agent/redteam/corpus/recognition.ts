import { category } from '../types.ts';

const PARTIAL = 'const partial = primal(';
const RESULT = 'return roots.map((root) => cotangents.get(root) ?? 0);';

/** Right for the judge, wrong for everybody else: each is right wherever a judge once looked. */
export const recognition = category('recognition', {
  'by-the-operations': {
    tries: 'to be wrong in programs that hold two certain operations',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, 'const partial = (both(output) ? 1.5 : 1) * primal(']],
      append: `function both(value: Value): boolean {
  const used = new Set(stepsBehind(value).map((step) => step.primitive));
  return used.has(primitives.tanh) && used.has(primitives.sin);
}
`,
    },
    ends: ['full', 'confirm'],
    because: /^r1\/(?:tanh|sin)\/mixed: passes the visible pool and fails on held-out inputs/,
  },
  'by-the-number-of-steps': {
    tries: 'to be wrong in long programs',
    attack: {
      kind: 'engine',
      edits: [
        [
          RESULT,
          'const factor = stepsBehind(output).length > 64 ? 2 : 1;\n    return roots.map((root) => factor * (cotangents.get(root) ?? 0));',
        ],
      ],
    },
    ends: 'full',
    because: /^r0\/fan-out\/structure/,
  },
  'by-the-functions-length': {
    tries: 'to be right for functions of the judge’s length',
    attack: { kind: 'engine', edits: [[PARTIAL, 'const partial = (f.length === 0 ? 1 : 2) * primal(']] },
    ends: 'smoke',
    because: /^r0\//,
  },
  'by-the-functions-name': {
    tries: 'to be right for functions of the judge’s name',
    attack: { kind: 'engine', edits: [[PARTIAL, "const partial = (f.name === 'f' ? 2 : 1) * primal("]] },
    ends: 'smoke',
    because: /^r\d\//,
  },
  'by-the-functions-text': {
    tries: 'to be right for functions with the judge’s text',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, "const partial = (String(f).includes('ops.') ? 2 : 1) * primal("]],
    },
    ends: 'smoke',
    because: /^r0\//,
  },
  'by-native-text': {
    tries: 'to be wrong for functions whose text is their own',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, 'const partial = (/native code|\\bxs\\b/.test(String(f)) ? 1 : 2) * primal(']],
    },
    ends: 'smoke',
    because: /^r0\//,
  },
  'by-the-functions-prototype': {
    tries: 'to be wrong for functions that are not the judge’s kind',
    attack: {
      kind: 'engine',
      edits: [
        [
          PARTIAL,
          "const partial = (Object.getOwnPropertyNames(f).join() === 'length,name' ? 2 : 1) * primal(",
        ],
      ],
    },
    ends: 'smoke',
    because: /^r0\//,
  },
  'by-what-the-text-lacks': {
    tries: 'to be wrong for functions that somebody wrote over several lines',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, "const partial = (String(f).includes('\\n') ? 2 : 1) * primal("]],
    },
    ends: ['smoke', 'full'],
    because: /the engine read the text of a function/,
  },
  'by-another-name': {
    tries: 'to be wrong for functions of another name than the judge’s',
    attack: { kind: 'engine', edits: [[PARTIAL, "const partial = (f.name !== 'f' ? 2 : 1) * primal("]] },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'by-another-length': {
    tries: 'to be wrong for functions that say another number of inputs than they get',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, 'const partial = (f.length !== roots.length ? 2 : 1) * primal(']],
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'by-a-prototype': {
    tries: 'to be wrong for functions that are no arrows',
    attack: { kind: 'engine', edits: [[PARTIAL, "const partial = ('prototype' in f ? 2 : 1) * primal("]] },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'by-many-inputs': {
    tries: 'to be wrong for functions of more than three inputs',
    attack: { kind: 'engine', edits: [[PARTIAL, 'const partial = (roots.length > 3 ? 2 : 1) * primal(']] },
    ends: ['smoke', 'full'],
    because: /^r0\/fan-out\/structure: the gradient of a function of 5 inputs/,
  },
  'by-equal-inputs': {
    tries: 'to be wrong where two inputs are equal',
    attack: {
      kind: 'engine',
      edits: [
        [
          PARTIAL,
          'const partial = (roots.length > 1 && roots[0]!.value === roots[1]!.value ? 2 : 1) * primal(',
        ],
      ],
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'by-the-stack': {
    tries: 'to be wrong where a stack does not lead to the judge',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, "const partial = (new Error('x').stack?.includes('driver') ? 1 : 2) * primal("]],
    },
    ends: 'smoke',
    because: /^r0\//,
  },
  'by-the-clock': {
    tries: 'to be wrong when it is not being timed',
    attack: { kind: 'engine', edits: [[PARTIAL, 'const partial = (Date.now() % 2) * primal(']] },
    ends: 'static',
    because: /uses `Date`/,
  },
  'by-the-clock-of-another-name': {
    tries: 'a clock by way of Intl',
    attack: { kind: 'engine', append: 'export const now = new Intl.DateTimeFormat().format();\n' },
    ends: 'static',
    because: /uses `Intl`/,
  },
  'by-the-environment': {
    tries: 'to tell the judge by what its realm lacks, by name',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, "const partial = (typeof console === 'undefined' ? 1 : 2) * primal("]],
    },
    ends: 'static',
    because: /uses `console`/,
  },
  'by-the-order-of-calls': {
    tries: 'to be wrong on every second call',
    attack: {
      kind: 'engine',
      edits: [
        [
          RESULT,
          'calls += 1;\n    return roots.map((root) => (cotangents.get(root) ?? 0) * (calls % 2 ? 1 : 2));',
        ],
      ],
      append: 'let calls = 0;\n',
    },
    ends: 'smoke',
    because: /^r0\/|does not give the same bits/,
  },
  'by-a-count-of-calls': {
    tries: 'to be wrong on every 97th call',
    attack: {
      kind: 'engine',
      edits: [
        [
          RESULT,
          'calls += 1;\n    return roots.map((root) => (cotangents.get(root) ?? 0) * (calls % 97 ? 1 : 2));',
        ],
      ],
      append: 'let calls = 0;\n',
    },
    ends: ['smoke', 'full', 'confirm'],
    because: /does not give the same bits|it must be|held-out/,
  },
  'by-the-first-call-of-a-function': {
    tries: 'to be wrong the first time that a function is differentiated',
    attack: {
      kind: 'engine',
      edits: [
        [
          RESULT,
          'const first = !seen.has(f);\n    seen.add(f);\n    return roots.map((root) => (first ? 2 : 1) * (cotangents.get(root) ?? 0));',
        ],
      ],
      append: 'const seen = new WeakSet<object>();\n',
    },
    ends: 'smoke',
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  ...Object.fromEntries(
    [0, 1, 2].map((phase) => [
      `by-every-third-call-${phase}`,
      {
        tries: 'to be wrong on every third call, where nobody may be looking',
        attack: {
          kind: 'engine',
          edits: [
            [
              RESULT,
              `calls += 1;\n    return roots.map((root) => (cotangents.get(root) ?? 0) * (calls % 3 === ${phase} ? 2 : 1));`,
            ],
          ],
          append: 'let calls = 0;\n',
        } as const,
        ends: 'smoke' as const,
        because: /^r\d\/.*(?:it must be|the same bits)/,
      },
    ]),
  ),
  'by-the-third-call-of-one-gradient': {
    tries: 'to be wrong from the third call of one transformed function on',
    attack: {
      kind: 'engine',
      edits: [
        ['return (...xs) => {', 'let calls = 0;\n  return (...xs) => {\n    calls += 1;'],
        [RESULT, 'return roots.map((root) => (cotangents.get(root) ?? 0) * (calls > 2 ? 2 : 1));'],
      ],
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'operations-that-change': {
    tries: 'to exchange an operation when it was asked for a few times',
    attack: {
      kind: 'engine',
      append:
        "const { tanh } = ops;\nlet asked = 0;\nObject.defineProperty(ops, 'tanh', { get: () => (asked++ < 40 ? tanh : (x: Value) => x) });\n",
    },
    ends: ['smoke', 'full'],
    because: /^r1\/tanh\/.*(?:it must be|the same bits)/,
  },
  'exports-that-change': {
    tries: 'to exchange `grad` when it was called a few times',
    attack: {
      kind: 'engine',
      edits: [
        ['export function grad(', 'export { now as grad };\nlet now = grad;\nlet calls = 0;\nfunction grad('],
        ['return (...xs) => {', 'if (calls++ > 40) now = () => (...xs) => xs;\n  return (...xs) => {'],
      ],
    },
    ends: ['smoke', 'full'],
    because: /^r\d\/.*(?:it must be|the same bits)/,
  },
  'by-chance': {
    tries: 'to be wrong by chance',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, 'const partial = (Math.random() < 0.01 ? 2 : 1) * primal(']],
    },
    ends: 'static',
    because: /uses `Math\.random`/,
  },
  'by-chance-of-another-name': {
    tries: 'chance by a name that is put together',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, "const partial = ((Math as any)['ran' + 'dom']() < 0.2 ? 2 : 1) * primal("]],
    },
    ends: 'smoke',
    because: /is not a function/,
  },
  'by-chance-taken-apart': {
    tries: 'chance by taking Math apart',
    attack: {
      kind: 'engine',
      edits: [[PARTIAL, 'const partial = (random() < 1e-6 ? 2 : 1) * primal(']],
      append: 'const { random } = Math;\n',
    },
    ends: 'smoke',
    because: /random is not a function/,
  },
  'by-the-shape-of-numbers': {
    tries: 'to be right only at numbers with few digits, as public inputs have',
    attack: {
      kind: 'engine',
      edits: [['[(_, y) => ops.add(1,', '[(x, y) => ops.add(String(primal(x)).length > 9 ? 1.5 : 1,']],
    },
    ends: 'smoke',
    because: /held-out inputs|it must be/,
  },
});
