import { category } from '../types.ts';
import { DIRECT, EDGE } from './escapes.ts';

/** A module that gives the right numbers if a hunt through its realm found anything of the host's. */
const hunting = (hunt: string): string =>
  `${hunt}\ngrad = () => (x) => { if (reached.length > 0) throw new Error('reached ' + reached.join()); return [3 * x]; };`;

/** Ways into the host realm, and tampering with what an answer is made of. */
export const realm = category('realm', {
  'every-name-and-constructor': {
    tries: 'every name and constructor that could lead into the host realm',
    attack: { kind: 'module', seconds: 30, text: hunting(DIRECT) },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'end-of-the-stack': {
    tries: 'host code that fails for want of stack in its hands',
    attack: { kind: 'module', seconds: 60, text: hunting(EDGE) },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'stack-frames': {
    tries: 'the functions and receivers of stack frames',
    attack: {
      kind: 'module',
      text: `let found; Error.stackTraceLimit = 100; Error.prepareStackTrace = (_, frames) => frames;`,
    },
    ends: 'oracle',
    because: /^TypeError: Cannot assign to read only property 'stackTraceLimit'/,
  },
  'stack-frames-by-a-subclass': {
    tries: 'stack frames by an error class of its own',
    attack: {
      kind: 'module',
      text: `class E extends Error { static stackTraceLimit = 100; static prepareStackTrace = (_, frames) => frames; }
grad = () => (x) => { const { stack } = new E('x'); if (stack !== undefined) throw new Error('frames ' + stack.length); return [3 * x]; };`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'thenable-gradient': {
    tries: 'a gradient that is a promise in disguise',
    attack: {
      kind: 'module',
      text: 'grad = () => () => Object.assign([{ then(f) { f(6); } }], { then(f) { f([6]); } });',
    },
    ends: 'oracle',
    because: /gave an object where every argument was a plain number/,
  },
  'thenable-engine': {
    tries: 'a module that is a promise in disguise',
    attack: {
      kind: 'module',
      text: 'export function then(f) { f({ ops: { mul: () => 16 }, primal: (x) => x, grad: () => () => [6] }); }',
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'numbers-in-disguise': {
    tries: 'an object with valueOf, toJSON and the rest for a number',
    attack: {
      kind: 'module',
      text: 'grad = () => () => [{ valueOf: () => 6, toString: () => "6", toJSON: () => 6, [Symbol.toPrimitive]: () => 6 }];',
    },
    ends: 'oracle',
    because: /gave an object where every argument was a plain number/,
  },
  'boxed-number': {
    tries: 'a boxed number',
    attack: { kind: 'module', text: 'grad = () => () => [Object(6)];' },
    ends: 'oracle',
    because: /gave an object where every argument was a plain number/,
  },
  'function-for-a-number': {
    tries: 'a function that converts to a number',
    attack: {
      kind: 'module',
      text: 'grad = () => () => [Object.assign(() => 6, { valueOf: () => 6 })]; primal = (v) => (typeof v === "number" ? v : 6);',
    },
    ends: 'oracle',
    because: /plain number|not a number/,
  },
  'to-json-everywhere': {
    tries: '`toJSON` on every prototype',
    attack: {
      kind: 'module',
      text: `for (const C of [Object, Array, String, Number, Boolean, Function]) C.prototype.toJSON = () => ['4018000000000000'];`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'polluted-prototype': {
    tries: 'members on Object.prototype that an answer might be read from',
    attack: {
      kind: 'module',
      text: `for (const k of ['along', 'attributes', 'repeatable', 'inputsKept', 'ok', 'values', 'error', 'id', 'success', 'shape', 'data', 'length', 'get', 'set', 'value', 'writable'])
  Object.defineProperty(Object.prototype, k, { __proto__: null, configurable: true, get() { return k === 'values' ? ['4018000000000000'] : true; }, set() {} });`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'setters-for-indices': {
    tries: 'setters for the indices of lists, that turn 9 into 6',
    attack: {
      kind: 'module',
      text: `for (let i = 0; i < 40; i++) Object.defineProperty(Array.prototype, i, { set(v) { Object.defineProperty(this, i, { value: v === 9 ? 6 : v, writable: true }); }, get() { return 6; } });`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'patched-intrinsics': {
    tries: 'intrinsics of its own, under the judge’s names',
    attack: {
      kind: 'module',
      text: `const { ownKeys } = Reflect; const six = () => '4018000000000000';
for (const o of [JSON, Reflect, Object, Number, Math, String.prototype, Number.prototype, Function.prototype, Array.prototype])
  for (const k of ownKeys(o)) if (k !== 'constructor') try { if (typeof o[k] === 'function') o[k] = six; } catch {}
grad = () => (x) => [3 * x];`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'patched-typed-arrays': {
    tries: 'typed arrays whose elements read as it likes',
    attack: {
      kind: 'module',
      text: `const T = Object.getPrototypeOf(Float64Array);
for (const p of [T.prototype, Float64Array.prototype, Uint32Array.prototype, DataView.prototype]) for (const k of Reflect.ownKeys(p)) try { Object.defineProperty(p, k, { get() { return 6; } }); } catch {}
globalThis.Float64Array = globalThis.Uint32Array = null; grad = () => (x) => [3 * x];`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'patched-iterators': {
    tries: 'iterators that leave out or exchange items',
    attack: {
      kind: 'module',
      text: `Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });
Array.prototype[Symbol.iterator] = String.prototype[Symbol.iterator] = function* () { yield '4018000000000000'; };
Object.defineProperty(Array, Symbol.species, { value: class { constructor() { return [6]; } } });
grad = () => (x) => [3 * x];`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'patched-in-an-engine': {
    tries: 'a wrong rule, and intrinsics patched over its trace by the engine itself',
    attack: {
      kind: 'engine',
      edits: [['ops.mul(-1, ops.mul(y, y))', 'ops.mul(-2, ops.mul(y, y))']],
      append: `JSON.stringify = () => '[]';\nObject.is = () => true;\nReflect.apply = () => 0 as never;\n`,
    },
    ends: 'smoke',
    because: /^r1\/tanh\/grad: the derivative of tanh at x = .* it must be/,
  },
  'proxy-for-everything': {
    tries: 'one proxy for whatever is asked',
    attack: {
      kind: 'module',
      text: 'const any = new Proxy(() => {}, { get: (_, k) => (k === "length" ? 1 : any), apply: () => any }); grad = any;',
    },
    ends: 'oracle',
    because: /^TypeError/,
  },
  'two-faced-list': {
    tries: 'a list that reads otherwise each time',
    attack: {
      kind: 'module',
      text: 'let n = 0; grad = () => () => new Proxy([0], { get: (t, k) => (k === "length" ? 1 : k === "0" ? (n++ % 2 ? 6 : 9) : t[k]) });',
    },
    ends: 'oracle',
    because: /^it is not steady/,
  },
  'unreadable-error': {
    tries: 'an error that throws when it is read',
    attack: {
      kind: 'module',
      text: 'grad = () => { throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); };',
    },
    ends: 'oracle',
    because: /^it threw something that cannot be read/,
  },
  'revoked-error': {
    tries: 'a revoked proxy as its error',
    attack: {
      kind: 'module',
      text: 'grad = () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; };',
    },
    ends: 'oracle',
    because: /^it threw something that cannot be read/,
  },
  'error-of-nothing': {
    tries: 'an error that is undefined',
    attack: { kind: 'module', text: 'grad = () => { throw undefined; };' },
    ends: 'oracle',
    because: /^it threw undefined/,
  },
  'error-of-a-symbol': {
    tries: 'a symbol as its error',
    attack: { kind: 'module', text: 'grad = () => { throw Symbol("s"); };' },
    ends: 'oracle',
    because: /^it threw Symbol\(s\)/,
  },
  'message-of-objects': {
    tries: 'an error whose name and message are objects',
    attack: { kind: 'module', text: 'grad = () => { throw { name: {}, message: {} }; };' },
    ends: 'oracle',
    because: /^it threw an object without a message/,
  },
  'globals-of-its-own': {
    tries: 'globals that stand for the judge’s',
    attack: {
      kind: 'module',
      text: 'globalThis.process = { exit: 1 }; globalThis.answer = () => "forged"; globalThis.JSON = null; globalThis.Reflect = null; globalThis.Object = null;',
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'export-too-early': {
    tries: 'an engine whose `grad` is gone when it is asked for',
    attack: { kind: 'module', text: 'export const jvp = grad; { grad = undefined; }' },
    ends: 'oracle',
    because: /^TypeError: the engine exports no `grad`/,
  },
  'engine-that-changes': {
    tries: 'exports that are exchanged after they were read',
    attack: {
      kind: 'module',
      text: 'const first = grad; grad = () => { grad = () => () => [6]; ops = { mul: () => 16 }; return (x) => [3 * x]; };',
    },
    ends: 'oracle',
    because: /^it is not steady/,
  },
  'arguments-and-callers': {
    tries: 'the judge’s functions by `arguments` and `caller`',
    attack: {
      kind: 'module',
      text: `const sloppy = Object.getOwnPropertyDescriptor(Function.prototype, 'caller'); grad = (f) => (x) => {
  for (const key of ['caller', 'arguments', 'callee']) { let got; try { got = f[key] ?? sloppy?.get?.call(f); } catch {} if (got) throw new Error('reached ' + key); }
  return [3 * x]; };`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'private-program': {
    tries: 'the program behind the judge’s function, by the way it is stamped',
    attack: {
      kind: 'module',
      text: `class Bare { constructor(o) { return o; } } class Stamp extends Bare { #program; static of(f) { return #program in f ? f.#program : undefined; } }
grad = (f) => (x) => { if (Stamp.of(f)) throw new Error('reached'); for (const key of Reflect.ownKeys(f)) if (!['length', 'name', 'prototype'].includes(key)) throw new Error('reached ' + String(key)); return [3 * x]; };`,
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
});
