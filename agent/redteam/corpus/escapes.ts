/**
 * Ways out of a realm, as JavaScript for a hostile module. `reached` collects the name of every way that led to
 * something of the host's; a realm that holds leaves it empty.
 */
export const HUNT = `
const reached = [];
const attempt = (name, way) => { try { if (way()) reached.push(name); } catch {} };

/** Whether an object's chain of prototypes ends outside this realm. */
const foreign = (value) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  for (let p = value; ; ) {
    const next = Object.getPrototypeOf(p);
    if (next === null) return p !== Object.prototype && p !== value;
    p = next;
  }
};
`;

/** Names that Node or V8 would put into a realm and that lead out of it, or to shared state. */
export const NAMES = [
  ...[
    'process',
    'require',
    'module',
    'exports',
    'global',
    'Buffer',
    'console',
    'fetch',
    'performance',
    'crypto',
  ],
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'structuredClone',
    'navigator',
    'Worker',
  ],
  ...[
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'gc',
    'print',
    '__filename',
  ],
];

export const DIRECT = `
${HUNT}
for (const name of ${JSON.stringify(NAMES)}) attempt(name, () => typeof globalThis[name] !== 'undefined');
const makers = { Function, async: (async () => {}).constructor, generator: (function* () {}).constructor,
  asyncGenerator: (async function* () {}).constructor, chain: [].constructor.constructor, globals: globalThis.constructor.constructor,
  error: new Error('x').constructor.constructor, proxy: new Proxy(() => {}, {}).constructor, bound: (() => {}).bind().constructor };
for (const [name, make] of Object.entries(makers)) {
  attempt(name, () => make('return this')() !== undefined);
  attempt(name + ' by new', () => new make('return process')());
  attempt(name + ' by Reflect', () => Reflect.construct(make, ['return process'])());
}
attempt('eval', () => eval('1') === 1);
attempt('indirect eval', () => (0, eval)('1') === 1);
attempt('this', () => (function () { return this; })() !== undefined);
attempt('caller', () => (function f() { return f.caller; })());
attempt('arguments', () => (function () { return arguments.callee.caller; })());
attempt('stack', () => typeof new Error('x').stack === 'string');
attempt('stack limit', () => { Error.stackTraceLimit = 50; return typeof new Error('x').stack === 'string'; });
attempt('stack limit defined', () => { Object.defineProperty(Error, 'stackTraceLimit', { value: 50 }); return new Error('x').stack; });
attempt('frames', () => { Error.prepareStackTrace = (_, frames) => frames; return foreign(new Error('x').stack) || Array.isArray(new Error('x').stack); });
attempt('captured', () => { const o = {}; Error.captureStackTrace(o); return o.stack; });
attempt('stack of a subclass', () => { class E extends Error {} E.stackTraceLimit = 9; E.prepareStackTrace = (_, f) => f; return new E('x').stack; });
attempt('global proxy', () => foreign(globalThis) || foreign(Object.getPrototypeOf(globalThis)));
attempt('rest of the chain', () => Object.getPrototypeOf(Object.prototype) !== null);
const done = new Promise((resolve) => resolve({ then(a, b) { if (foreign(a) || foreign(b)) reached.push('thenable'); a(); } }));
done.constructor = { [Symbol.species]: function (run) { run((v) => { if (foreign(v)) reached.push('species'); }, () => {}); } };
done.then(() => {});
Promise.reject(new Proxy({}, { get: (_, key) => { reached.push('rejection read ' + String(key)); } }));
export const report = () => reached;
`;

/** At the end of the stack host code fails with errors of the host's realm: here every door is tried there. */
export const EDGE = `
${HUNT}
const doors = {
  error: () => new Error('x'), stack: () => new Error('x').stack, typeError: () => null.x, syntax: () => JSON.parse('{'),
  maker: () => new Function('return 1'), evaluated: () => (0, eval)('1'), reject: () => Promise.reject(new Error('r')),
  thrown: () => (async () => { throw new Error('a'); })(), any: () => Promise.any([Promise.reject(1)]), list: () => Array.fromAsync([1]),
  locale: () => new Intl.NumberFormat('xx-not-a-locale'), zone: () => new Intl.DateTimeFormat('en', { timeZone: 'no/where' }),
  compare: () => 'a'.localeCompare('b', 'zz-not-'), date: () => new Date(NaN).toISOString(), pattern: () => new RegExp('('),
  match: () => /(a+)+b/.exec('aaaaaaaa'), proxy: () => new Proxy({}, { get() { throw new Error('p'); } }).x, buffer: () => new ArrayBuffer(-1),
  huge: () => 'x'.repeat(2 ** 30), normal: () => 'a'.normalize('bad'), uri: () => decodeURIComponent('%'), order: () => [3, 2, 1].sort((a, b) => a - b),
  aggregate: () => new AggregateError([new Error('x')], 'm', { cause: 1 }), generate: () => [...(function* () { yield 1; })()],
  text: () => (1.5).toLocaleString(), dispose: () => { using d = { [Symbol.dispose]() { throw 1; } }; },
};
for (const [name, door] of Object.entries(doors)) {
  const check = (value) => { if (foreign(value) && !reached.includes(name)) reached.push(name); };
  const deep = (n) => {
    try { deep(n + 1); } catch (e) { check(e); }
    if (n % 5 === 0) try { const v = door(); check(v); v?.catch?.(check); } catch (e) { check(e); }
  };
  try { deep(0); } catch (e) { check(e); }
}
export const report = () => reached;
`;
