import { defineProperty, ownKeys } from './intrinsics.ts';

/** The names of the language itself. What a host or an engine adds to a realm is taken out: it may lead out. */
const KEPT = [
  ...['globalThis', 'undefined', 'NaN', 'Infinity', 'isFinite', 'isNaN', 'parseFloat', 'parseInt'],
  ...['Object', 'Function', 'Array', 'Number', 'Boolean', 'String', 'Symbol', 'BigInt', 'Date', 'RegExp'],
  ...[
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
  ],
  ...['JSON', 'Math', 'Intl', 'Reflect', 'Proxy', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Iterator'],
  ...[
    'ArrayBuffer',
    'DataView',
    'Float16Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
  ],
  ...[
    'Int8Array',
    'Int16Array',
    'Int32Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Uint16Array',
    'Uint32Array',
  ],
  ...[
    'decodeURI',
    'decodeURIComponent',
    'encodeURI',
    'encodeURIComponent',
    'SuppressedError',
    'DisposableStack',
  ],
];

/**
 * Leaves nothing but the language in this realm (no console, no WebAssembly, no shared memory, no weak references,
 * whose callbacks run on the host's time, no chance), and takes away stack traces: formatting one runs host code, and host code
 * that runs out of stack throws an error of the host's realm into the candidate's hands.
 */
export function lockdown(): void {
  const names = ownKeys(globalThis);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    let kept = false;
    for (let k = 0; k < KEPT.length; k++) kept ||= KEPT[k] === name;
    if (!kept) Reflect.deleteProperty(globalThis, name);
  }
  Reflect.deleteProperty(Math, 'random');
  const fixed = { value: undefined, writable: false, enumerable: false, configurable: false };
  defineProperty(Error, 'stackTraceLimit', fixed);
  defineProperty(Error, 'prepareStackTrace', fixed);
  Reflect.deleteProperty(Error, 'captureStackTrace');
}
