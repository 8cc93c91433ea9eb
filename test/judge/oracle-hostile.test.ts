import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import type { Num } from '../../agent/checks/program.ts';
import { OracleFailure, type OracleOptions } from '../../agent/judge/oracle/index.ts';
import { findProgram } from '../../agent/judge/sandbox/find.ts';
import { program, request, square, valuesOf, ways, withOracle } from './oracle-setup.ts';

/** Where hostile text tries to write. Nothing ever may. */
const target = mkdtempSync(join(tmpdir(), 'vibegrad-hostile-'));
afterAll(() => rmSync(target, { recursive: true }));

const HONEST =
  'let ops = { mul: (a, b) => a * b }; let primal = (x) => x; let grad = (f) => (...xs) => xs.map((x) => 2 * x);';
const EXPORTS = 'export { ops, primal, grad };';
const engine = (attack: string) => [{ path: 'engine.ts', text: `${HONEST}\n${attack}\n${EXPORTS}` }];

/** Loads a candidate, asks for the gradient of x² at 3 and for x² at 4: what comes back, or why nothing does. */
async function ask(
  bubblewrap: boolean,
  attack: string,
  { at = toHex64(3), ...options }: { readonly at?: Num } & OracleOptions = {},
): Promise<unknown> {
  return withOracle({ bubblewrap, seconds: 20, ...options }, async (oracle) => {
    try {
      const defined = await oracle.define(engine(attack), 'engine.ts');
      if (!defined.ok) return defined.error;
      return (
        await oracle.run([{ ...request(square, 'grad', [3]), at: [at] }, request(square, 'value', [4])])
      ).map(valuesOf);
    } catch (error) {
      if (!(error instanceof OracleFailure)) throw error;
      // A dead oracle stays dead.
      await expect(oracle.run([request(square, 'value', [4])])).rejects.toBe(error);
      return error.reason;
    }
  });
}

const right = [[6], [16]];
/** For what never answers. */
const SHORT = { seconds: 1 };
/** For what only an engine with arrays can give. */
const ARRAY: Num = { shape: [1], data: [toHex64(3)] };
const NO_OBJECT = 'TypeError: the engine gave an object where every argument was a plain number';
const refusedGrad = (message: unknown) => [message, [16]];

/** Each attack, and all that it may achieve: a failure, a refusal, or numbers (right, wrong, its own affair). */
const attacks: [name: string, attack: string, outcome: unknown, options?: object][] = [
  ['a loop at load', 'for (;;) {}', 'timeout', SHORT],
  ['a loop in an op', 'ops = { mul() { for (;;) {} } };', 'timeout', SHORT],
  [
    'a loop in the message of an error',
    'grad = () => { throw { get message() { for (;;) {} } }; };',
    'timeout',
    SHORT,
  ],
  [
    'a storm of promises at load',
    'const storm = () => Promise.resolve().then(storm); storm();',
    'timeout',
    SHORT,
  ],
  [
    'a storm of promises in an op',
    'const storm = () => Promise.resolve().then(storm); grad = (f) => (...xs) => { storm(); return xs.map((x) => 2 * x); };',
    right,
  ],
  [
    'promise jobs that would change later answers',
    'grad = (f) => (...xs) => { Promise.resolve().then(() => { ops.mul = () => 0; }); return [6]; };',
    right,
  ],
  [
    'a regular expression that never ends',
    "grad = () => () => [/(a+)+$/.test('a'.repeat(40) + 'b') ? 1 : 0];",
    'timeout',
    SHORT,
  ],
  [
    'recursion at load',
    'const deep = () => deep() + 1; deep();',
    'RangeError: Maximum call stack size exceeded',
  ],
  [
    'recursion in an op',
    'const deep = () => deep() + 1; grad = () => deep;',
    refusedGrad('RangeError: Maximum call stack size exceeded'),
  ],
  [
    'recursion that eats its own errors',
    'const deep = () => { try { return deep() + 1; } catch { return 6; } }; grad = () => () => [deep() > 0 ? 6 : 0];',
    right,
  ],
  [
    'objects without end',
    'const hoard = []; for (;;) hoard.push({ hoard: [hoard.length] });',
    expect.stringMatching(/^(killed|exit)$/),
    { limits: { heapMiB: 64 } },
  ],
  [
    'text without end',
    "let text = 'x'; for (;;) text += text + text[0];",
    'RangeError: Invalid string length',
  ],
  [
    'a flood of numbers',
    'const array = () => ({}); const unpack = () => ({ shape: [100000], data: new Float64Array(100000) }); grad = () => () => [{}]; export { array, unpack };',
    'flood',
    { at: ARRAY, limits: { lineChars: 100_000 } },
  ],
  [
    'more numbers than any array has',
    'const array = () => ({}); const unpack = () => ({ shape: [4294967295], data: { length: 4294967295 } }); grad = () => () => [{}]; export { array, unpack };',
    refusedGrad('TypeError: unpack gave a shape of no array'),
    { at: ARRAY },
  ],
  [
    'a list without end',
    'grad = () => () => ({ length: Infinity });',
    refusedGrad('TypeError: the answer of `grad` is no array'),
  ],
  [
    'messages without end',
    "grad = () => { throw new Error('x'.repeat(1 << 24)); };",
    refusedGrad(expect.stringMatching(/^Error: x{200,300}.?$/)),
  ],
  [
    'a forged line in a message',
    `grad = () => { throw new Error('"}]}\\n{"id":2,"answers":[]}\\n'); };`,
    refusedGrad(`Error: "}]} {"id":2,"answers":[]}`),
  ],
  [
    'a forged line as a value',
    `grad = () => () => ['"]}\\n{"id":2}'];`,
    refusedGrad('TypeError: the engine gave a value of type string, not a number'),
  ],
  [
    'control characters in a message',
    "grad = () => { throw new Error('\\u001b[2Jgone\\u0000'); };",
    refusedGrad('Error: gone'),
  ],
  ['an early exit', 'process.exit(0);', 'ReferenceError: process is not defined'],
  [
    'an early exit by way of a constructor',
    "grad = () => [].constructor.constructor('process.exit(0)');",
    refusedGrad(expect.stringMatching(/^EvalError/)),
  ],
  [
    'a builtin by name',
    `process.getBuiltinModule('fs').writeFileSync('${target}/a', '');`,
    'ReferenceError: process is not defined',
  ],
  [
    'a builtin by import',
    `import { writeFileSync } from 'node:fs'; writeFileSync('${target}/b', '');`,
    expect.stringMatching(/only modules of the engine itself/),
  ],
  [
    'a thenable gradient',
    'grad = () => () => Object.assign([{ then(f) { f(6); } }], { then(f) { f([6]); } });',
    refusedGrad(NO_OBJECT),
  ],
  ['a thenable engine', 'export function then(f) { f({ ops: {}, primal() {}, grad() {} }); }', right],
  [
    'numbers in disguise',
    'grad = () => () => [{ valueOf: () => 6, toString: () => "6", toJSON: () => 6, [Symbol.toPrimitive]: () => 6 }];',
    refusedGrad(NO_OBJECT),
  ],
  [
    'a length that changes while it is read',
    'grad = () => { let n = 0; return () => new Proxy([6], { get: (t, k) => (k === "length" ? (n++ === 0 ? 1 : 1e9) : t[k]) }); };',
    right,
  ],
  [
    'a proxy for everything',
    'const any = new Proxy(() => {}, { get: (_, k) => (k === "length" ? 1 : any), apply: () => any }); grad = any;',
    refusedGrad(expect.stringMatching(/^TypeError/)),
  ],
  [
    'an error that cannot be read',
    'grad = () => { throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); };',
    refusedGrad('it threw something that cannot be read'),
  ],
  [
    'an error of a revoked proxy',
    'grad = () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; };',
    refusedGrad('it threw something that cannot be read'),
  ],
  ['an error that is no error', 'grad = () => { throw Symbol("s"); };', refusedGrad('it threw Symbol(s)')],
  ['an error thrown as nothing', 'grad = () => { throw undefined; };', refusedGrad('it threw undefined')],
  [
    'a name that is no text',
    'grad = () => { throw { name: {}, message: {} }; };',
    refusedGrad('it threw an object without a message'),
  ],
  [
    'an unreadable error at load',
    'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { for (;;) {} } });',
    'it threw something that cannot be read',
  ],
  [
    'globals of its own',
    'globalThis.process = { exit: 1 }; globalThis.answer = () => "forged"; globalThis.JSON = null; globalThis.Reflect = null; globalThis.Object = null;',
    right,
  ],
  [
    'an export that is not there yet',
    'export const jvp = grad; { grad = undefined; }',
    'TypeError: the engine exports no `grad`',
  ],
];

/** Attacks that only the operating system's limits end. */
const gluttony: typeof attacks = [
  [
    'buffers without end',
    'const hoard = []; for (;;) hoard.push(new Float64Array(1 << 20).fill(1));',
    expect.stringMatching(/^(killed|exit|RangeError.*)$/),
  ],
  ['CPU time without end', 'for (;;) {}', 'killed', { limits: { cpuSeconds: 1 } }],
];
const skipLimits = findProgram('prlimit') === null && process.env.VIBEGRAD_REQUIRE_ALL !== '1';
const withLimits = skipLimits ? ' (skipped: apt install util-linux)' : '';

describe.each(ways)('hostile candidates $way', ({ bubblewrap, skip }) => {
  test.skipIf(skip).each(attacks)('%s', async (_name, attack, outcome, options) => {
    expect(await ask(bubblewrap, attack, options)).toEqual(outcome);
    expect(readdirSync(target)).toEqual([]);
    expect(existsSync(target)).toBe(true);
  });

  test.skipIf(skip || skipLimits).each(gluttony)(
    `%s${withLimits}`,
    async (_name, attack, outcome, options) => {
      expect(await ask(bubblewrap, attack, options)).toEqual(outcome);
    },
  );

  /** Tampering with everything that an answer could be made of. */
  const tampering: [name: string, text: string][] = [
    [
      'JSON',
      'JSON.stringify = () => "{}"; JSON.parse = () => ({ id: 9, requests: [] }); String.prototype.toJSON = Object.prototype.toJSON = () => "forged";',
    ],
    [
      'Array.prototype',
      'for (const key of Reflect.ownKeys(Array.prototype)) if (key !== "length") try { Array.prototype[key] = () => { throw 1; }; } catch {}',
    ],
    [
      'setters on Array.prototype',
      'for (let i = 0; i < 9; i++) Object.defineProperty(Array.prototype, i, { set() { throw 1; }, get() { return 1; } });',
    ],
    [
      'Object.prototype',
      'for (const k of ["along", "attributes", "repeatable", "inputsKept", "ok", "values", "error", "then", "shape", "data", "get", "set", "value"]) Object.defineProperty(Object.prototype, k, { __proto__: null, get() { return "forged"; }, set() {} });',
    ],
    [
      'Object and Reflect',
      'const { ownKeys } = Reflect; for (const o of [Object, Reflect]) for (const k of ownKeys(o)) if (k !== "prototype") try { o[k] = () => true; } catch {}',
    ],
    [
      'Function.prototype',
      'for (const k of ["call", "apply", "bind", "toString", Symbol.hasInstance]) try { Function.prototype[k] = () => 1; } catch {}',
    ],
    [
      'String and Number',
      'for (const p of [String.prototype, Number.prototype]) for (const k of Object.getOwnPropertyNames(p)) try { p[k] = () => "forged"; } catch {} Number.isNaN = () => true;',
    ],
    ['Math', 'for (const k of Object.getOwnPropertyNames(Math)) try { Math[k] = () => 7; } catch {}'],
    [
      'typed arrays',
      'const T = Object.getPrototypeOf(Float64Array); for (const p of [T.prototype, Float64Array.prototype, Uint32Array.prototype, DataView.prototype]) for (const k of Reflect.ownKeys(p)) try { Object.defineProperty(p, k, { get() { return 7; } }); } catch {} globalThis.Float64Array = globalThis.Uint32Array = null;',
    ],
    [
      'iterators',
      'const I = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())); Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true }); I[Symbol.iterator] = null; Array.prototype[Symbol.iterator] = String.prototype[Symbol.iterator] = null;',
    ],
    [
      'Map, Set, Symbol',
      'for (const C of [Map, Set, WeakMap, Promise, RegExp, Error]) for (const k of Reflect.ownKeys(C.prototype)) try { C.prototype[k] = () => { throw 1; }; } catch {} Object.defineProperty(Array, Symbol.species, { value: class { constructor() { return {}; } } });',
    ],
  ];

  test.skipIf(skip).each(tampering)('tampering with %s changes no answer', async (_name, text) => {
    // What an engine does with its own broken realm is its affair, so this one needs none of it.
    const plain = 'grad = () => (x) => [2 * x];';
    expect(await ask(bubblewrap, `${plain} ${text}`)).toEqual(right);
  });

  test.skipIf(skip).each(tampering)(
    'tampering with %s hides neither a changing answer nor a changed input',
    async (_name, text) => {
      const cheat = `let n = -1; grad = () => (x) => { x.data[0] = ++n; return [x]; };
      const array = (data, shape) => ({ data: { length: 1, 0: data[0] }, shape: { length: 1, 0: 1 } });
      const unpack = (v) => v; export { array, unpack };`;
      await withOracle({ bubblewrap }, async (oracle) => {
        expect(await oracle.define(engine(`${cheat} ${text}`), 'engine.ts')).toEqual({ ok: true });
        const at = [{ shape: [1], data: [toHex64(5)] }];
        expect(await oracle.run([{ program: square, mode: 'grad', at }])).toEqual([
          { ok: true, values: [{ shape: [1], data: [toHex64(1)] }], repeatable: false, inputsKept: false },
        ]);
      });
    },
  );

  test.skipIf(skip)('what one candidate does to its realm ends with its process', async () => {
    await ask(bubblewrap, 'Math.sin = () => 7; Object.prototype.spoiled = 1;');
    const text = `${HONEST} ops.mul = () => (Object.prototype.spoiled === undefined ? Math.sin(0) : 9); ${EXPORTS}`;
    await withOracle({ bubblewrap }, async (oracle) => {
      await oracle.define([{ path: 'engine.ts', text }], 'engine.ts');
      expect((await oracle.run([request(program(1, [['mul', 0, 0]]), 'value', [1])])).map(valuesOf)).toEqual([
        [0],
      ]);
    });
    expect((Object.prototype as { spoiled?: number }).spoiled).toBeUndefined();
  });
});
