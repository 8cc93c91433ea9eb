import { describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import { program, request, square, valuesOf, ways, withOracle } from './oracle-setup.ts';

const HONEST =
  'let ops = { mul: (a, b) => a * b }; let primal = (x) => x; let grad = (f) => (...xs) => xs.map((x) => 2 * x);';
const EXPORTS = 'export { ops, primal, grad };';
const engine = (attack: string) => [{ path: 'engine.ts', text: `${HONEST}\n${attack}\n${EXPORTS}` }];

/** Loads a candidate, asks for the gradient of x² at 3 and for x² at 4: what comes back. */
async function ask(bubblewrap: boolean, attack: string): Promise<unknown> {
  return withOracle({ bubblewrap, seconds: 20 }, async (oracle) => {
    expect(await oracle.define(engine(attack), 'engine.ts')).toEqual({ ok: true });
    const answers = await oracle.run([request(square, 'grad', [3]), request(square, 'value', [4])]);
    return answers.map(valuesOf);
  });
}

const right = [[6], [16]];

/** What is refused, and how, is the corpus's (test/redteam): here is what must change nothing. */
describe.each(ways)('hostile candidates $way', ({ bubblewrap, skip }) => {
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
        const at = [{ shape: [1], data: [toHex64(1000)] }];
        expect(await oracle.run([{ program: square, mode: 'grad', at }])).toEqual([
          {
            ok: true,
            values: [{ shape: [1], data: [expect.stringMatching(/^[0-9a-f]{16}$/)] }],
            repeatable: false,
            inputsKept: false,
          },
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
