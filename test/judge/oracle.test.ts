import { describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import type { Program } from '../../agent/checks/program.ts';
import { openPool, stripTypes } from '../../agent/judge/oracle/index.ts';
import { full, program, request, seed, square, valuesOf, ways, withOracle } from './oracle-setup.ts';

const cubic = program(1, [
  ['mul', 0, 0],
  ['mul', 1, 0],
]);
const xy = program(2, [
  ['mul', 0, 1],
  ['mul', 2, 0],
]); // x²y

describe.each(ways)('an oracle $way', ({ bubblewrap, skip }) => {
  const open = <T>(use: Parameters<typeof withOracle<T>>[1]) => withOracle({ bubblewrap }, use);

  test.skipIf(skip)('answers values and gradients of the seed engine, in order', () =>
    open(async (oracle) => {
      expect(await oracle.define(seed, 'engine.ts')).toEqual({ ok: true });
      const answers = await oracle.run([
        request(square, 'value', [3]),
        request(square, 'grad', [3]),
        request(xy, 'grad', [2, 5]),
      ]);
      expect(answers.map(valuesOf)).toEqual([[9], [6], [20, 4]]);
      for (const answer of answers)
        expect(answer).toMatchObject({ ok: true, repeatable: true, inputsKept: true });
    }),
  );

  test.skipIf(skip)('carries every float64 there and back: −0, infinities, NaN, the smallest', () =>
    open(async (oracle) => {
      await oracle.define(seed, 'engine.ts');
      const numbers = [-0, Infinity, -Infinity, Number.NaN, Number.MIN_VALUE, -Number.MAX_VALUE, 0.1];
      const identity = program(1, [], [0]);
      const answers = await oracle.run(numbers.map((x) => request(identity, 'value', [x])));
      expect(answers.map((answer) => (answer.ok ? answer.values : answer.error))).toEqual(
        numbers.map((x) => [toHex64(x)]),
      );
    }),
  );

  test.skipIf(skip)('says what a mode or an op lacks, and goes on', () =>
    open(async (oracle) => {
      await oracle.define(seed, 'engine.ts');
      const answers = await oracle.run([
        request(square, 'hessian', [1]),
        request(program(1, [['tanh', 0]]), 'value', [1]),
        request(square, 'value', [2]),
      ]);
      expect(answers.map(valuesOf)).toEqual([
        'TypeError: the engine exports no `hessian`',
        'TypeError: the engine has no op `tanh`',
        [4],
      ]);
    }),
  );

  test.skipIf(skip)('asks every mode of an engine that has it', () =>
    open(async (oracle) => {
      await oracle.define(full, 'engine.ts');
      const two = { ...xy, outputs: [2, 3] }; // [xy, x²y]
      const answers = await oracle.run([
        request(cubic, 'jvp', [2], [0.5]),
        request(xy, 'hvp', [2, 5], [1, 1]),
        request(xy, 'hessian', [2, 5]),
        request(two, 'jacobian', [2, 5]),
        request(two, 'value', [2, 5]),
      ]);
      expect(answers.map(valuesOf)).toEqual([
        [8, 6],
        [14, 4],
        [10, 4, 4, 0],
        [5, 2, 20, 4],
        [10, 20],
      ]);
    }),
  );

  test.skipIf(skip)('nests: a gradient inside a program is differentiated with it', () =>
    open(async (oracle) => {
      await oracle.define(full, 'engine.ts');
      // d/dx [x · d/dy (x + y)·y at y = 3] = d/dx [x(x + 6)] = 2x + 6: an engine that confuses levels says otherwise.
      const body = program(2, [
        ['add', 1, 0],
        ['mul', 2, 0],
      ]); // inputs y, x
      const outer: Program = {
        inputs: 1,
        nodes: [
          { kind: 'input', index: 0 },
          { kind: 'const', value: toHex64(3) },
          { kind: 'grad', body, args: [1], captures: [0], wrt: 0 },
          { kind: 'op', op: 'mul', args: [0, 2] },
        ],
        outputs: [3],
      };
      const [value, derivative] = await oracle.run([
        request(outer, 'value', [2]),
        request(outer, 'grad', [2]),
      ]);
      expect(valuesOf(value)).toEqual([16]);
      expect(valuesOf(derivative)).toEqual([10]);
    }),
  );

  test.skipIf(skip)(
    'builds arrays, passes settings, and gives gradients in the shape of their arguments',
    () =>
      open(async (oracle) => {
        await oracle.define(full, 'engine.ts');
        const total: Program = {
          inputs: 1,
          nodes: [
            { kind: 'input', index: 0 },
            { kind: 'op', op: 'mul', args: [0, 0] },
            { kind: 'op', op: 'sum', args: [1], attributes: { axes: [0, 1], keepdims: false } },
          ],
          outputs: [2],
        };
        const at = [{ shape: [2, 2], data: [1, 2, 3, 4].map(toHex64) }];
        const empty = [{ shape: [0, 3], data: [] }];
        const answers = await oracle.run([
          { program: total, mode: 'value', at },
          { program: total, mode: 'grad', at },
          { program: total, mode: 'grad', at: empty },
        ]);
        expect(answers.map(valuesOf)).toEqual([
          [30],
          [{ shape: [2, 2], data: [2, 4, 6, 8] }],
          [{ shape: [0, 3], data: [] }],
        ]);
        for (const answer of answers) expect(answer).toMatchObject({ repeatable: true, inputsKept: true });
      }),
  );

  test.skipIf(skip)('holds one candidate in its life', () =>
    open(async (oracle) => {
      expect(await oracle.define(seed, 'engine.ts')).toEqual({ ok: true });
      expect(await oracle.define(full, 'engine.ts')).toMatchObject({ ok: false });
      expect((await oracle.run([request(square, 'grad', [3])])).map(valuesOf)).toEqual([[6]]);
    }),
  );

  test.skipIf(skip)('takes thousands of requests at once', () =>
    open(async (oracle) => {
      await oracle.define(seed, 'engine.ts');
      const answers = await oracle.run(Array.from({ length: 4500 }, (_, i) => request(square, 'grad', [i])));
      expect(answers.map(valuesOf)).toEqual(Array.from({ length: 4500 }, (_, i) => [2 * i]));
    }),
  );

  test.skipIf(skip)('times calls by the clock of this process', () =>
    open(async (oracle) => {
      await oracle.define(full, 'engine.ts');
      const few = await oracle.time(request(cubic, 'grad', [2]), 10);
      const many = await oracle.time(request(cubic, 'grad', [2]), 20_000);
      expect(few).toBeGreaterThanOrEqual(0);
      expect(many).toBeGreaterThan(few);
      await expect(oracle.time(request(program(1, [['sin', 0]]), 'grad', [2]), 10)).rejects.toMatchObject({
        reason: 'threw',
        message: 'TypeError: the engine has no op `sin`',
      });
    }),
  );

  test.skipIf(skip)('speaks GradBench: evaluate calls an exported function with plain JSON', () =>
    open(async (oracle) => {
      const hello =
        'export const ops = {}, primal = (x) => x, grad = () => {}; export const double = (x) => [2 * x, { half: x / 2 }];';
      await oracle.define([{ path: 'hello.ts', text: hello }], 'hello.ts');
      expect(await oracle.evaluate('double', 3)).toEqual({ ok: true, output: [6, { half: 1.5 }] });
      expect(await oracle.evaluate('triple', 3)).toMatchObject({ ok: false });
      expect(await oracle.evaluate('constructor', 3)).toMatchObject({ ok: false });
    }),
  );

  test.skipIf(skip)('links modules among themselves, by relative paths', () =>
    open(async (oracle) => {
      const modules = [
        {
          path: 'src/engine.ts',
          text: "import { mul } from './ops/mul.ts'; export const ops = { mul }; export { grad, primal } from '../lib/grad.ts';",
        },
        {
          path: 'src/ops/mul.ts',
          text: "import { primal } from '../../lib/grad.ts'; export const mul = (a, b) => primal(a) * primal(b);",
        },
        {
          path: 'lib/grad.ts',
          text: "import * as back from '../src/engine.ts'; export const primal = (x) => x; export const grad = () => () => [typeof back.ops === 'object' ? 1 : 0];",
        },
      ];
      expect(await oracle.define(modules, 'src/engine.ts')).toEqual({ ok: true });
      expect(
        (await oracle.run([request(square, 'value', [3]), request(square, 'grad', [3])])).map(valuesOf),
      ).toEqual([[9], [1]]);
    }),
  );
});

describe('a module that cannot be loaded is refused with the reason', () => {
  const rest = 'export const primal = (x) => x, grad = () => {};';
  test.each([
    ['a syntax error', 'export const ops = {', /SyntaxError/],
    ['a missing export', `import { nothing } from './b.ts'; export const ops = {}; ${rest}`, /nothing/],
    ['a missing module', `import './c.ts'; export const ops = {}; ${rest}`, /there is no module c\.ts/],
    ['an error while it loads', `throw new RangeError('at load')`, /RangeError: at load/],
    ['no ops', rest, /exports no `ops`/],
    ['no grad', 'export const ops = {}, primal = 1;', /exports no `primal`/],
    ['top-level await', `await 1; export const ops = {}; ${rest}`, /top-level await/],
    ['a builtin', `import 'node:fs'; export const ops = {}; ${rest}`, /'node:fs'/],
    [
      'a data: URL',
      `import 'data:text/javascript,1'; export const ops = {}; ${rest}`,
      /only modules of the engine itself/,
    ],
    ['a path outside', `import '../x.ts'; export const ops = {}; ${rest}`, /outside the engine/],
    [
      "the judge's own driver",
      `import { adopt } from 'driver'; export const ops = {}; ${rest}`,
      /only modules of the engine itself/,
    ],
    [
      "the judge's own bridge",
      `import './/bridge'; export const ops = {}; ${rest}`,
      /there is no module bridge/,
    ],
    [
      'an import attribute',
      `import './b.ts' with { type: 'json' }; export const ops = {}; ${rest}`,
      /asks for more than a module/,
    ],
    ['import()', `export const ops = { x: () => import('node:fs') }; ${rest}`, /import\(\)/],
    [
      'import() with comments',
      `export const ops = { x: () => import/* a */ // b\n ('node:fs') }; ${rest}`,
      /import\(\)/,
    ],
    ['import.meta', `export const ops = { x: import . /**/ meta }; ${rest}`, /import\.meta/],
  ])('%s', async (_name, text, reason) => {
    await withOracle({}, async (oracle) => {
      const modules = [
        { path: 'engine.ts', text },
        { path: 'b.ts', text: 'export const b = 1;' },
      ];
      const defined = await oracle.define(modules, 'engine.ts');
      expect(defined.ok ? '' : defined.error).toMatch(reason);
    });
  });

  test('and the word import in prose is none of these', () =>
    withOracle({}, async (oracle) => {
      const text = `// What we import. Meta: see the note on imports (below).\nexport const ops = {}; const reimport = () => 1; reimport(); ${rest}`;
      expect(await oracle.define([{ path: 'engine.ts', text }], 'engine.ts')).toEqual({ ok: true });
    }));
});

describe('what a candidate does between two equal calls is seen', () => {
  const engine = (members: string) => [
    {
      path: 'engine.ts',
      text: `let n = 0; const ops = { mul: (a, b) => a * b }; const primal = (x) => x; ${members}`,
    },
  ];

  test('an answer that changes is not repeatable', () =>
    withOracle({}, async (oracle) => {
      await oracle.define(
        engine('const grad = (f) => (...xs) => xs.map(() => n++); export { ops, primal, grad };'),
        'engine.ts',
      );
      const [answer] = await oracle.run([request(square, 'grad', [1])]);
      expect(answer).toMatchObject({ ok: true, repeatable: false });
    }));

  test('a sign of zero that changes is not repeatable', () =>
    withOracle({}, async (oracle) => {
      await oracle.define(
        engine('const grad = (f) => (...xs) => [n++ % 2 ? 0 : -0]; export { ops, primal, grad };'),
        'engine.ts',
      );
      // How many calls lie between two answers is chance: with two, they look alike.
      const answers = await oracle.run(Array.from({ length: 40 }, (_, i) => request(square, 'grad', [i])));
      expect(answers).toContainEqual(expect.objectContaining({ ok: true, repeatable: false }));
    }));

  test.each([
    ['the list of points', 'const jvp = (f, xs, ts) => { const y = [f(...xs), 1]; xs[0] = 7; return y; };'],
    ['the list of directions', 'const jvp = (f, xs, ts) => { ts.length = 0; return [1, 1]; };'],
  ])('writing into %s is seen', (_name, member) =>
    withOracle({}, async (oracle) => {
      await oracle.define(
        engine(`const grad = () => {}; ${member} export { ops, primal, grad, jvp };`),
        'engine.ts',
      );
      const [answer] = await oracle.run([request(square, 'jvp', [1], [1])]);
      expect(answer).toMatchObject({ ok: true, inputsKept: false });
    }),
  );

  test.each([
    [
      "the engine's own array",
      'const grad = (f) => (x) => { x.data[0] += 1; return [x]; }; const array = (data, shape) => ({ data: [...data], shape });',
    ],
    [
      "the caller's data",
      'let kept; const grad = (f) => (x) => { kept[1] = 9; return [x]; }; const array = (data, shape) => { kept = data; return { data: [...data], shape }; };',
    ],
    [
      "the caller's shape",
      'let kept; const grad = (f) => (x) => { kept.push(1); return [x]; }; const array = (data, shape) => { kept = shape; return { data: [...data], shape: [...shape] }; };',
    ],
  ])('writing into %s is seen', (_name, members) =>
    withOracle({}, async (oracle) => {
      await oracle.define(
        engine(`${members} const unpack = (v) => v; export { ops, primal, grad, array, unpack };`),
        'engine.ts',
      );
      const at = [{ shape: [2], data: [toHex64(1), toHex64(2)] }];
      const [answer] = await oracle.run([{ program: square, mode: 'grad', at }]);
      expect(answer).toMatchObject({ ok: true, inputsKept: false });
    }),
  );

  test('an op is the one that it is now, as for everybody', () =>
    withOracle({}, async (oracle) => {
      const text = `let n = 0; export const ops = { get mul() { return n++ === 0 ? (a, b) => a * b : () => 7; } }; export const primal = (x) => x, grad = () => {};`;
      await oracle.define([{ path: 'engine.ts', text }], 'engine.ts');
      expect(await oracle.run([request(square, 'value', [2]), request(square, 'value', [3])])).toMatchObject([
        { values: [toHex64(4)], repeatable: false },
        { values: [toHex64(7)], repeatable: true },
      ]);
    }));
});

describe('a pool', () => {
  test('hands out warm oracles, each to one taker, and kills the rest', async () => {
    const pool = openPool(2);
    const taken = await Promise.all([pool.take(), pool.take(), pool.take()]);
    expect(new Set(taken).size).toBe(3);
    for (const oracle of taken) expect(await oracle.define(seed, 'engine.ts')).toEqual({ ok: true });
    await pool.close();
    // What was taken lives on.
    expect((await taken[2]!.run([request(square, 'value', [4])])).map(valuesOf)).toEqual([[16]]);
    await Promise.all(taken.map((oracle) => oracle.close()));
    await expect(taken[0]!.run([request(square, 'value', [4])])).rejects.toMatchObject({ reason: 'closed' });
    await expect(pool.take()).rejects.toMatchObject({ reason: 'closed' });
  });
});

describe('stripTypes', () => {
  test('leaves JavaScript at the same lines and columns', () => {
    const text =
      'const x: number = 1;\nexport function f(a: string): void {}\nimport type { T } from "./t.ts";';
    const stripped = stripTypes(text);
    expect(stripped).toEqual({ ok: true, text: expect.stringContaining('const x         = 1;\n') });
    expect(stripped.ok && stripped.text.length).toBe(text.length);
  });

  test.each([
    'enum E { A }',
    'class C { constructor(readonly x: number) {} }',
    'namespace N { export const x = 1; }',
    'const = 1',
  ])('says what cannot be run: %s', (text) => {
    const stripped = stripTypes(text);
    expect(stripped.ok ? '' : stripped.error).toMatch(/\w/);
  });
});
