import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claimEngine } from '../../agent/judge/claim-engines.ts';
import { mutantsOf } from '../../agent/judge/claim-mutants.ts';
import { runClaim } from '../../agent/judge/claims.ts';
import { numbersOf } from '../../agent/judge/expectation.ts';
import { createJudge } from '../../agent/judge/index.ts';
import { openPool } from '../../agent/judge/oracle/index.ts';
import { findProgram } from '../../agent/judge/sandbox/find.ts';
import { type Spawn, spawnHere } from '../../agent/judge/sandbox/index.ts';
import type { ClaimResult, Expectation, FrozenTree } from '../../agent/judge/types.ts';
import { INSTALL, skipWithoutBubblewrap } from './oracle-setup.ts';

const bytes = readFileSync(new URL('../../engine/seed/engine.ts', import.meta.url));
const engine: FrozenTree = { id: 'seed', files: [{ path: 'engine.ts', mode: '100644', bytes }] };
const { signal } = new AbortController();

const claim = (
  code: string,
  expect: Expectation | null,
  language: 'ts' | 'python' = 'ts',
  tree = engine,
): Promise<ClaimResult> => runClaim({ engine: tree, code, language, expect }, { signal });

const equals = (value: number | readonly number[], within = 0): Expectation => ({
  kind: 'equals',
  value,
  within,
});
const SQUARE =
  "import { grad, ops, type Value } from 'vibegrad/engine';\nconst f = (x: Value): Value => ops.mul!(x, x);\n";

describe('a TypeScript claim runs on the engine of the session', () => {
  test.each<[string, string, Expectation | null, string, RegExp]>([
    ['what it says comes out', `${SQUARE}console.log(grad(f)(3));`, equals(6), 'verified', /^$/],
    [
      'something else comes out',
      `${SQUARE}console.log(grad(f)(3));`,
      equals(7),
      'refuted',
      /^printed \[6\], not 7$/,
    ],
    ['near enough', `${SQUARE}console.log(grad(f)(1 / 3));`, equals(0.6667, 1e-4), 'verified', /^$/],
    ['not near enough', 'console.log(2 / 3);', equals(0.6667, 1e-6), 'refuted', /within/],
    ['a list', `${SQUARE}console.log([1, grad(f)(1)[0]]);`, equals([1, 2]), 'verified', /^$/],
    ['a list of another length', 'console.log([1, 2, 3]);', equals([1, 2]), 'refuted', /not \[1,2\]/],
    ['NaN is near nothing', 'console.log(NaN);', equals(0, 1e300), 'refuted', /NaN/],
    [
      'a bound that holds',
      `${SQUARE}console.log(Math.abs(grad(f)(1)[0] - 2));`,
      { kind: 'less-than', value: 1e-8 },
      'verified',
      /^$/,
    ],
    [
      'a bound that does not',
      'console.log(1);',
      { kind: 'greater-than', value: 1 },
      'refuted',
      /not greater/,
    ],
    ['the last line counts', `${SQUARE}console.log(1); console.log(f(2));`, equals(4), 'verified', /^$/],
    ['a constant, printed', 'console.log(2);', equals(2), 'ran, nothing claimed', /cannot fail/],
    [
      'what no engine could get wrong',
      `${SQUARE}console.log(f(2) / f(2));`,
      equals(1),
      'ran, nothing claimed',
      /cannot fail/,
    ],
    [
      'text, white space aside',
      `${SQUARE}console.log("a", { b: [1, f(2)] });`,
      { kind: 'prints', text: 'a {"b": [1, 4]}' },
      'verified',
      /^$/,
    ],
    ['other text', 'console.log("a");', { kind: 'prints', text: 'b' }, 'refuted', /printed a, not b/],
    [
      'an error that was announced',
      `${SQUARE}grad(grad(f) as never)(1);`,
      { kind: 'throws', message: 'does not nest' },
      'verified',
      /^$/,
    ],
    [
      'another error',
      'throw new Error("x");',
      { kind: 'throws', message: 'y' },
      'refuted',
      /it threw Error: x/,
    ],
    ['no error', 'console.log(1);', { kind: 'throws', message: 'y' }, 'refuted', /threw nothing/],
    ['nothing claimed', 'console.log(1);', null, 'ran, nothing claimed', /^$/],
    [
      'an error that nobody announced',
      `${SQUARE}ops.nothing!(1);`,
      equals(1),
      'not checkable as written',
      /TypeError/,
    ],
    ['nothing printed', 'const x = 1;', equals(1), 'not checkable as written', /printed nothing/],
    [
      'no number printed',
      'console.log("about 2");',
      equals(2),
      'not checkable as written',
      /no number: about 2/,
    ],
    ['syntax that cannot run', 'enum E { A }', equals(1), 'not checkable as written', /enum/],
    ['top-level await', 'await 1;', null, 'not checkable as written', /top-level await/],
    ['a library', "import 'torch';", null, 'not checkable as written', /only modules of the engine/],
    [
      'more lines than are kept',
      'for (let i = 0; i < 1e5; i++) console.log(i);',
      equals(1),
      'not checkable as written',
      /more than is kept/,
    ],
  ])('%s', async (_name, code, expectation, badge, why) => {
    const result = await claim(code, expectation);
    expect({ badge: result.badge, why: result.why }).toEqual({ badge, why: expect.stringMatching(why) });
  });

  test('on the library, it counts where a library that is wrong refutes it', async () => {
    const on = async (code: string, expectation: Expectation): Promise<string> =>
      (await runClaim({ engine: 'library', code, language: 'ts', expect: expectation }, { signal })).badge;
    const uses = "import { abs, grad, jit, mul, sin } from 'vibegrad/engine';\n";
    const cases: [string, Expectation, string][] = [
      ['console.log(grad((x) => mul(x, sin(x)))(2)[0]);', equals(0.0770037537313969, 1e-15), 'verified'],
      ['console.log(grad(abs)(0)[0]);', equals(0), 'verified'],
      ['console.log(grad((x) => mul(x, grad((y) => mul(x, y))(x)[0]))(2)[0]);', equals(4), 'verified'],
      [
        'let n = 0; const f = jit((x) => (n++, mul(x, x))); f(1); f(2); console.log(n);',
        equals(1),
        'verified',
      ],
      ['grad((x) => mul(x, "x"))(1);', { kind: 'throws', message: 'mul' }, 'verified'],
      ['console.log(Math.exp(Math.log1p(1)));', equals(2, 1e-15), 'verified'],
      ['console.log(Math.sin(0) + sin(0));', equals(0), 'ran, nothing claimed'],
    ];
    for (const [code, expectation, badge] of cases) {
      expect(await on(uses + code, expectation), code).toBe(badge);
    }
  }, 60_000);

  test('every wrong library is one: the text that it replaces stands in the engine', async () => {
    expect(
      [...mutantsOf((await claimEngine('library'))!, "import 'vibegrad/engine'", null)].length,
    ).toBeGreaterThanOrEqual(6);
  });

  test('nothing that it leaves behind on one engine is there on the next', async () => {
    const code = `import { mul } from 'vibegrad/engine';
      const once = (where) => (where.runs = (Object.hasOwn(where, 'runs') ? where.runs : 0) + 1);
      console.log(mul(0, 1) + once(globalThis) + once(Array.prototype) + once(Object.prototype) + once(mul));`;
    // Were it another number the second time, a wrong engine would seem to refute it.
    expect(
      await runClaim({ engine: 'library', code, language: 'ts', expect: equals(4) }, { signal }),
    ).toMatchObject({ badge: 'ran, nothing claimed', printed: ['4'] });
  });

  test('what is stopped on a wrong engine is no verdict', { timeout: 20_000 }, async () => {
    const code =
      "import { grad, relu } from 'vibegrad/engine';\nif (grad(relu)(0)[0] !== 0) for (;;) {}\nconsole.log(1);";
    expect(
      await runClaim({ engine: 'library', code, language: 'ts', expect: equals(1) }, { signal }),
    ).toMatchObject({ badge: 'not run', why: 'on a wrong engine: timed out after 5 s', printed: ['1'] });
  });

  test('a judge keeps an oracle ready: claims on one engine and another, one that is stopped, and the next', async () => {
    const judge = createJudge();
    const on = (where: FrozenTree | 'library', code: string, stop = signal): Promise<ClaimResult> =>
      judge.claim({ engine: where, code, language: 'ts', expect: equals(6) }, stop);
    const library =
      "import { grad, mul } from 'vibegrad/engine';\nconsole.log(grad((x) => mul(x, x))(3)[0]);";
    const seed = `${SQUARE}console.log(grad(f)(3)[0]);`;
    try {
      for (const [where, code] of [
        ['library', library],
        ['library', library],
        [engine, seed],
        [engine, seed],
        ['library', library],
      ] as const) {
        expect(await on(where, code)).toMatchObject({ badge: 'verified', printed: ['6'] });
      }
      // Two at once: one of them is not the one that was kept ready.
      const both = await Promise.all([on('library', library), on('library', library)]);
      expect(both.map(({ badge }) => badge)).toEqual(['verified', 'verified']);
      const controller = new AbortController();
      const stopped = on('library', 'for (;;) {}', controller.signal);
      setTimeout(() => controller.abort(), 50);
      await expect(stopped).rejects.toMatchObject({ reason: 'aborted' });
      await expect(on('library', library, controller.signal)).rejects.toMatchObject({ reason: 'aborted' });
      expect(await on('library', library)).toMatchObject({ badge: 'verified' });
    } finally {
      await judge.close();
    }
  });

  test('what it printed is kept, a loop is stopped', async () => {
    expect((await claim('console.log("a", 1, null, -0); console.error([[1], "x"]);', null)).printed).toEqual([
      'a 1 null -0',
      '[[1],"x"]',
    ]);
    expect(await claim('for (;;) {}', equals(1))).toMatchObject({
      badge: 'not run',
      why: 'timed out after 5 s',
    });
  });

  test('the engine cannot speak for it', async () => {
    const loud = 'console.log(7); export const ops = {}, grad = () => {}, primal = () => {};';
    const tree = { id: 'loud', files: [{ path: 'engine.ts', mode: '100644', bytes: Buffer.from(loud) }] };
    expect(await claim('console.log(1);', equals(7), 'ts', tree)).toMatchObject({
      badge: 'not checkable as written',
      why: expect.stringContaining('console is not defined'),
    });
  });

  test('a tree without an engine runs nothing', async () => {
    expect(await claim('console.log(1);', equals(1), 'ts', { id: 'none', files: [] })).toMatchObject({
      badge: 'not run',
      why: 'the tree holds no engine.ts',
    });
  });

  test('an abort is an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    const aborted = runClaim(
      { engine, code: '1', language: 'ts', expect: null },
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toMatchObject({ reason: 'aborted' });
  });
});

test('an oracle that waits for the next claim is one more than those that wait for verdicts', async () => {
  let alive = 0;
  const spawn: Spawn = (line, events) => {
    alive += 1;
    const onClose: typeof events.onClose = (...how) => {
      alive -= 1;
      events.onClose(...how);
    };
    return spawnHere(line, { ...events, onClose });
  };
  const pool = openPool(2, { spawn });
  const judge = createJudge({ pool });
  try {
    await pool.warm();
    const request = { engine, code: `${SQUARE}console.log(grad(f)(3));`, language: 'ts' } as const;
    for (let i = 0; i < 2; i++) {
      expect(await judge.claim({ ...request, expect: equals(6) }, signal)).toMatchObject({
        badge: 'verified',
      });
      await pool.warm();
      // Of the pool two; the one that the claim had is gone, or about to.
      await expect.poll(() => alive, { timeout: 30_000 }).toBe(3);
    }
  } finally {
    await judge.close();
    await pool.close();
  }
});

describe('a Python claim', () => {
  const skip =
    skipWithoutBubblewrap || (findProgram('python3') === null && process.env.VIBEGRAD_REQUIRE_ALL !== '1');
  const name = skip ? ` (skipped: ${INSTALL} python3)` : '';

  test.skipIf(skip)(`runs inside bubblewrap${name}`, async () => {
    expect(await claim('import math\nprint(math.cos(0))', equals(1), 'python')).toMatchObject({
      badge: 'verified',
      printed: ['1.0'],
    });
    expect(await claim('print([1, float("nan")])', equals([1, 2]), 'python')).toMatchObject({
      badge: 'refuted',
    });
    expect(
      await claim('raise ValueError("bad")', { kind: 'throws', message: 'ValueError' }, 'python'),
    ).toMatchObject({ badge: 'ran, nothing claimed' });
    expect(await claim('1/0', equals(1), 'python')).toMatchObject({
      badge: 'not checkable as written',
      why: expect.stringContaining('ZeroDivisionError'),
    });
  });

  test.skipIf(skip)(`says which library it lacks${name}`, async () => {
    expect(await claim('import no_such_library.part', equals(1), 'python')).toMatchObject({
      badge: 'not run',
      why: 'needs no_such_library',
    });
  });

  test.skipIf(skip)(`has no network, no file of the user's, no environment${name}`, async () => {
    process.env.VIBEGRAD_TEST_SECRET = 'hush';
    try {
      const here = JSON.stringify(new URL(import.meta.url).pathname);
      const code = `import os, socket\nfound = [k for k in os.environ if 'VIBEGRAD' in k]\nif os.path.exists(${here}): found.append('file')\nif os.path.exists('/proc/self'): found.append('proc')\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\n    found.append('network')\nexcept ConnectionRefusedError: pass\nexcept OSError: pass\ntry:\n    open('/usr/vibegrad', 'w')\n    found.append('write')\nexcept OSError: pass\nprint(len(found), found)\nprint(len(found))`;
      expect(await claim(code, equals(0), 'python')).toMatchObject({
        badge: 'ran, nothing claimed',
        printed: ['0 []', '0'],
      });
    } finally {
      delete process.env.VIBEGRAD_TEST_SECRET;
    }
  });

  test('is not run without bubblewrap', async () => {
    const result = await runClaim(
      { engine, code: 'print(1)', language: 'python', expect: equals(1) },
      { signal, bubblewrap: false },
    );
    expect(result).toMatchObject({ badge: 'not run', why: 'needs bubblewrap', printed: [] });
  });
});

describe('numbersOf reads what JavaScript, JSON and Python print', () => {
  test.each<[string, number[] | null]>([
    ['-2.6145744834544478', [-2.6145744834544478]],
    ['1e-9', [1e-9]],
    ['.5', [0.5]],
    ['2.', [2]],
    ['[ 1, -2.5 ]', [1, -2.5]],
    ['[1. 2.]', [1, 2]],
    ['[]', []],
    ['inf', [Number.POSITIVE_INFINITY]],
    ['-Infinity', [Number.NEGATIVE_INFINITY]],
    ['nan', [Number.NaN]],
    ['[[1]]', null],
    ['tensor(2.)', null],
    ['0x10', null],
    ['', null],
    ['1 2', null],
  ])('%s', (line, numbers) => {
    expect(numbersOf(line)).toEqual(numbers);
  });
});
