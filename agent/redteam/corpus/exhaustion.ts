import { category } from '../types.ts';

/** What never ends, and what takes all there is. */
export const exhaustion = category('exhaustion', {
  'loop-at-load': {
    tries: 'a loop without end as it is loaded',
    attack: { kind: 'engine', append: 'for (;;) {}\n' },
    ends: 'static',
    because: /process failed \(timeout\)/,
  },
  'loop-in-a-rule': {
    tries: 'a loop without end in a derivative',
    attack: {
      kind: 'engine',
      edits: [['(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))', '() => { for (;;); }']],
    },
    ends: 'smoke',
    because: /process failed \(timeout\)/,
  },
  'loop-in-a-message': {
    tries: 'a loop in the getter of an error’s message',
    attack: { kind: 'module', text: 'grad = () => { throw { get message() { for (;;) {} } }; };' },
    ends: 'oracle',
    because: /^timeout/,
  },
  'loop-in-a-proxy': {
    tries: 'a loop in the trap of a thrown proxy',
    attack: {
      kind: 'module',
      text: 'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { for (;;) {} } });',
    },
    ends: 'oracle',
    because: /^it threw something that cannot be read/,
  },
  'loop-in-a-length': {
    tries: 'a list whose length is computed for ever',
    attack: {
      kind: 'module',
      text: "grad = () => () => new Proxy([6], { get(t, k) { if (k === 'length') for (;;) {} return t[k]; } });",
    },
    ends: 'oracle',
    because: /^timeout/,
  },
  'endless-generator': {
    tries: 'a generator without end as the gradient',
    attack: { kind: 'module', text: 'grad = () => function* () { for (;;) yield 6; };' },
    ends: 'oracle',
    because: /is no array/,
  },
  'promise-storm': {
    tries: 'a storm of promise jobs as it is loaded',
    attack: { kind: 'module', text: 'const storm = () => Promise.resolve().then(storm); storm();' },
    ends: 'oracle',
    because: /^(?:timeout|killed: .*out of memory)/,
  },
  'promise-storm-in-a-rule': {
    tries: 'a storm of promise jobs in every call',
    attack: {
      kind: 'module',
      text: 'const storm = () => Promise.resolve().then(storm); grad = () => (x) => { storm(); return [3 * x]; };',
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'promises-that-mend': {
    tries: 'promise jobs that change what was answered',
    attack: {
      kind: 'module',
      text: 'grad = () => (x) => { const given = [7]; Promise.resolve().then(() => { given[0] = 6; }); return given; };',
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  pattern: {
    tries: 'a regular expression that backtracks for ever',
    attack: { kind: 'module', text: "grad = () => () => [/(a+)+$/.test('a'.repeat(60) + 'b') ? 1 : 0];" },
    ends: 'oracle',
    because: /^timeout/,
  },
  'recursion-at-load': {
    tries: 'recursion without end as it is loaded',
    attack: { kind: 'engine', append: 'const deep = (): number => deep() + 1;\ndeep();\n' },
    ends: 'static',
    because: /does not load: RangeError: Maximum call stack size exceeded/,
  },
  'recursion-in-a-rule': {
    tries: 'recursion without end in every call',
    attack: { kind: 'module', text: 'const deep = () => deep() + 1; grad = () => deep;' },
    ends: 'oracle',
    because: /^RangeError: Maximum call stack size exceeded/,
  },
  'recursion-that-eats-its-errors': {
    tries: 'the end of the stack again and again',
    attack: {
      kind: 'module',
      text: 'const deep = () => { try { return deep() + 1; } catch { return 7; } }; grad = () => () => [deep() > 0 ? 7 : 0];',
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  objects: {
    tries: 'objects without end',
    attack: {
      kind: 'module',
      seconds: 20,
      limits: { heapMiB: 64 },
      text: 'const hoard = []; for (;;) hoard.push({ hoard: [hoard.length] });',
    },
    ends: 'oracle',
    because: /^(?:killed|exit): .*(?:out of memory|SIG(?:ABRT|TRAP|ILL))/,
  },
  buffers: {
    tries: 'array buffers without end',
    attack: {
      kind: 'module',
      seconds: 20,
      text: 'const hoard = []; for (;;) hoard.push(new Float64Array(1 << 20).fill(1));',
    },
    ends: 'oracle',
    because: /^(?:killed: |exit: |RangeError: Array buffer allocation failed)/,
  },
  'resizable-buffer': {
    tries: 'one array buffer that grows without end',
    attack: {
      kind: 'module',
      seconds: 20,
      text: 'const b = new ArrayBuffer(1, { maxByteLength: 2 ** 36 }); for (let n = 1; ; n *= 2) { b.resize(n); new Uint8Array(b).fill(1); }',
    },
    ends: 'oracle',
    because: /^(?:killed: |exit: |RangeError)/,
  },
  'web-assembly': {
    tries: 'memory by way of WebAssembly',
    attack: {
      kind: 'module',
      text: 'const hoard = []; for (;;) hoard.push(new WebAssembly.Memory({ initial: 16384 }));',
    },
    ends: 'oracle',
    because: /^ReferenceError: WebAssembly is not defined/,
  },
  'web-assembly-in-text': {
    tries: 'WebAssembly in an engine',
    attack: { kind: 'engine', append: 'export const memory = new WebAssembly.Memory({ initial: 16384 });\n' },
    ends: 'static',
    because: /uses `WebAssembly`/,
  },
  'shared-memory': {
    tries: 'shared memory and a wait on it',
    attack: {
      kind: 'module',
      text: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    },
    ends: 'oracle',
    because: /^ReferenceError: (?:Atomics|SharedArrayBuffer) is not defined/,
  },
  strings: {
    tries: 'text that doubles without end',
    attack: { kind: 'module', seconds: 20, text: "let text = 'x'; for (;;) text += text + text[0];" },
    ends: 'oracle',
    because: /^RangeError: Invalid string length/,
  },
  integers: {
    tries: 'one integer that squares itself without end',
    attack: { kind: 'module', text: 'let n = 3n; for (;;) n *= n;' },
    ends: 'oracle',
    because: /^(?:timeout|killed|exit|RangeError: Maximum BigInt size exceeded)/,
  },
  'sparse-array': {
    tries: 'a list that says it has four milliard entries',
    attack: {
      kind: 'module',
      text: 'grad = () => () => { const list = [6]; list.length = 2 ** 32 - 1; return list; };',
    },
    ends: 'oracle',
    because: /is too long/,
  },
  'cpu-time': {
    tries: 'more processor time than it has',
    attack: { kind: 'module', seconds: 60, limits: { cpuSeconds: 1 }, text: 'for (;;) {}' },
    ends: 'oracle',
    because: /^killed: SIG(?:KILL|XCPU) ended it/,
  },
  'deep-text': {
    tries: 'text nested so deep that no parser has the stack for it',
    attack: { kind: 'engine', append: `export const x = ${'['.repeat(20_000)}${']'.repeat(20_000)};\n` },
    ends: 'static',
    because: /does not parse/,
  },
  'long-text': {
    tries: 'an engine of 300,000 bytes',
    attack: { kind: 'engine', append: `// ${'x'.repeat(300_000)}\n` },
    ends: 'static',
    because: /at most 262144 are allowed/,
  },
  'type-bomb': {
    tries: 'a type that the compiler computes for ever',
    attack: {
      kind: 'engine',
      append:
        'type Twice<T extends unknown[]> = [...T, ...T];\ntype Grow<T extends unknown[], N extends number> = N extends 0 ? T : Grow<Twice<T>, 1>;\nexport const none: Grow<[1], 1> | undefined = undefined;\n',
    },
    ends: 'types',
    because: /excessively deep|too (?:large|complex)|did not end within/i,
  },
});
