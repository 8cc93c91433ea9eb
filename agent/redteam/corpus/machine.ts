import { category } from '../types.ts';

const refused = /it was refused: (?:ERR_ACCESS_DENIED|ENOENT|EACCES|ENOSYS)/;
const module_ = (text: string) => ({ kind: 'module', text }) as const;
const host = (attempt: string) => ({ kind: 'host', attempt }) as const;
const get = (name: string): string => `process.getBuiltinModule('node:${name}')`;

/** The machine around the oracle: by name from an engine, then from a script in the oracle's place. */
export const machine = category('machine', {
  'process-in-text': {
    tries: '`process` by name',
    attack: { kind: 'engine', append: 'process.exit(0);\n' },
    ends: 'static',
    because: /uses `process`/,
  },
  'process-past-the-text': {
    tries: 'an early exit, past the static stage',
    attack: module_('process.exit(0);'),
    ends: 'oracle',
    because: /^ReferenceError: process is not defined/,
  },
  'process-by-the-global-object': {
    tries: 'process by way of the global object',
    attack: module_("globalThis['pro' + 'cess'].getBuiltinModule('fs').writeFileSync('%PLANTED%', '');"),
    ends: 'oracle',
    because: /^TypeError: Cannot read properties of undefined/,
  },
  'process-of-this': {
    tries: 'the global object as `this` of a sloppy function',
    attack: module_(
      'const self = (function () { return this; })(); grad = () => () => [self.process ? 6 : 7];',
    ),
    ends: 'oracle',
    because: /^TypeError: Cannot read properties of undefined/,
  },
  'read-a-file': {
    tries: 'to read a secret in the home folder',
    attack: host(`${get('fs')}.readFileSync('%SECRET%')`),
    ends: 'oracle',
    because: refused,
  },
  'read-the-system': {
    tries: 'to read the system’s users',
    attack: host(`${get('fs')}.readFileSync('/etc/passwd')`),
    ends: 'oracle',
    because: refused,
  },
  'list-folders': {
    tries: 'to list the root folder',
    attack: host(`${get('fs')}.readdirSync('/')`),
    ends: 'oracle',
    because: refused,
  },
  'write-a-file': {
    tries: 'to write a file',
    attack: host(`${get('fs')}.writeFileSync('%PLANTED%', 'x')`),
    ends: 'oracle',
    because: refused,
  },
  'write-by-another-way': {
    tries: 'to write a file by link, rename, copy, truncation, a stream or a folder',
    attack: host(`const fs = ${get('fs')}; const to = '%PLANTED%'; let error;
for (const way of [() => fs.symlinkSync('%SECRET%', to), () => fs.linkSync('%SECRET%', to), () => fs.copyFileSync('%SECRET%', to), () => fs.renameSync('%SECRET%', to),
  () => fs.mkdirSync(to), () => fs.truncateSync('%SECRET%'), () => fs.chmodSync('%SECRET%', 0o777), () => fs.utimesSync('%SECRET%', 0, 0), () => fs.unlinkSync('%SECRET%'),
  () => fs.mkdtempSync(to), () => fs.openSync(to, 'w'), () => fs.cpSync('%SECRET%', to), () => fs.rmSync('%SECRET%')])
  try { way(); return; } catch (e) { error = e; }
throw error;`),
    ends: 'oracle',
    because: refused,
  },
  'write-by-a-descriptor': {
    tries: 'descriptors that were left open',
    attack: host(`const fs = ${get('fs')}; const got = [];
for (let fd = 3; fd < 64; fd++) try { if (fs.fstatSync(fd).isFile()) got.push(fd); } catch {}
if (got.length === 0) throw { code: 'ENOENT' };`),
    ends: 'oracle',
    because: refused,
  },
  'write-a-database': {
    tries: 'node:sqlite, which opens files of its own',
    attack: host(
      `const db = new (${get('sqlite')}.DatabaseSync)('%PLANTED%'); db.exec('create table t (x); insert into t values (1)')`,
    ),
    ends: 'oracle',
    because: /it was refused: TypeError/,
  },
  'attach-a-database': {
    tries: 'a database in memory that attaches one on disk',
    attack: host(
      `const db = new (${get('sqlite')}.DatabaseSync)(':memory:'); db.exec("attach '%PLANTED%' as disk; create table disk.t (x); insert into disk.t values (1)")`,
    ),
    ends: 'oracle',
    because: /it was refused: TypeError/,
  },
  'database-extension': {
    tries: 'a database that loads a library',
    attack: host(
      `const db = new (${get('sqlite')}.DatabaseSync)(':memory:', { allowExtension: true }); db.loadExtension('%EVIL%')`,
    ),
    ends: 'oracle',
    because: /it was refused: TypeError/,
  },
  'import-a-file': {
    tries: 'a file as a module',
    attack: host("await import('%EVIL%')"),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ERR_MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION)/,
  },
  child: {
    tries: 'a child process',
    attack: host(`${get('child_process')}.execFileSync('%EVIL%')`),
    ends: 'oracle',
    because: refused,
  },
  'child-that-stays': {
    tries: 'a child process in a session of its own',
    attack: host(
      `const child = ${get('child_process')}.spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }); await new Promise((ok, no) => child.on('spawn', ok).on('error', no))`,
    ),
    ends: 'oracle',
    because: refused,
  },
  'another-program': {
    tries: 'another program in its own process',
    attack: host("process.execve('%EVIL%', ['evil'], {})"),
    ends: 'oracle',
    because: refused,
  },
  worker: {
    tries: 'a worker, which has a permission model of its own',
    attack: host(`new (${get('worker_threads')}.Worker)('', { eval: true })`),
    ends: 'oracle',
    because: refused,
  },
  cluster: {
    tries: 'a cluster',
    attack: host(
      `${get('cluster')}.setupPrimary({ exec: '%EVIL%' }); const w = ${get('cluster')}.fork(); await new Promise((ok, no) => w.on('online', ok).on('error', no))`,
    ),
    ends: 'oracle',
    because: refused,
  },
  addon: {
    tries: 'a native add-on',
    attack: host("process.dlopen({ exports: {} }, '%EVIL%')"),
    ends: 'oracle',
    because: /it was refused: ERR_(?:ACCESS_DENIED|DLOPEN_DISABLED|DLOPEN_FAILED)/,
  },
  'foreign-functions': {
    tries: 'functions of the C library',
    attack: host(`${get('ffi')}.dlopen(null, {})`),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ERR_FFI|TypeError)/,
  },
  'foreign-memory': {
    tries: 'memory by its address',
    attack: host(`${get('ffi')}.getUint8(${get('ffi')}.getRawPointer(new Uint8Array(8)), 0)`),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ERR_FFI|TypeError)/,
  },
  wasi: {
    tries: 'WASI, which opens folders of its own',
    attack: host(`new (${get('wasi')}.WASI)({ version: 'preview1', preopens: { '/': '/' } })`),
    ends: 'oracle',
    because: refused,
  },
  'code-from-strings': {
    tries: 'code from strings in the host realm',
    attack: host("new Function('return 1')()"),
    ends: 'oracle',
    because: /it was refused: EvalError/,
  },
  inspector: {
    tries: 'an inspector',
    attack: host(`${get('inspector')}.open(0)`),
    ends: 'oracle',
    because: refused,
  },
  'inspector-by-a-signal': {
    tries: 'an inspector by a signal to itself',
    attack: host(
      "const { once } = process.getBuiltinModule('node:events'); process.kill(process.pid, 'SIGUSR1'); await new Promise((ok) => setTimeout(ok, 300)); if (process.getBuiltinModule('node:inspector').url() === undefined) throw { code: 'ENOSYS' };",
    ),
    ends: 'oracle',
    because: /it was refused: ENOSYS|killed: SIGUSR1/,
  },
  'inspector-of-the-judge': {
    tries: 'a signal that opens an inspector in the judge’s process',
    attack: host("process.kill(%JUDGE%, 'SIGUSR1')"),
    onlyBubblewrapHolds: true,
    ends: 'oracle',
    because: /it was refused: ESRCH/,
  },
  'kill-a-process': {
    tries: 'to end a process of the user’s',
    attack: host("process.kill(%VICTIM%, 'SIGTERM')"),
    onlyBubblewrapHolds: true,
    ends: 'oracle',
    because: /it was refused: ESRCH/,
  },
  'slow-a-process': {
    tries: 'to change the priority of a process of the user’s',
    attack: host(`${get('os')}.setPriority(%VICTIM%, 10)`),
    onlyBubblewrapHolds: true,
    ends: 'oracle',
    because: /it was refused: ERR_SYSTEM_ERROR/,
  },
  environment: {
    tries: 'the environment of its parent',
    attack: host("if (Object.keys(process.env).every((name) => name === 'PWD')) throw { code: 'ENOENT' };"),
    ends: 'oracle',
    because: refused,
  },
  'proc-of-the-parent': {
    tries: 'environment and memory of other processes by /proc',
    attack:
      host(`const fs = ${get('fs')}; let error; for (const name of ['%JUDGE%/environ', 'self/environ', '1/environ', 'self/mem', 'self/maps', 'self/cmdline'])
  try { fs.readFileSync('/proc/' + name); return; } catch (e) { error = e; }
throw error;`),
    ends: 'oracle',
    because: refused,
  },
  'heap-snapshot': {
    tries: 'its heap as a file',
    attack: host(`${get('v8')}.writeHeapSnapshot('%PLANTED%')`),
    ends: 'oracle',
    because: refused,
  },
  'crash-report': {
    tries: 'a report about its process as a file',
    attack: host("process.report.directory = '/'; process.report.writeReport('%PLANTED%')"),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ERR_)/,
  },
  'trace-events': {
    tries: 'a trace as a file',
    attack: host(
      `const t = ${get('trace_events')}.createTracing({ categories: ['node'] }); t.enable(); t.disable(); ${get('fs')}.accessSync('node_trace.1.log')`,
    ),
    ends: 'oracle',
    because: refused,
  },
  'core-dump': {
    tries: 'a core dump',
    attack: { kind: 'process', script: 'process.abort();' },
    ends: 'oracle',
    because: /^killed: SIGABRT|^exit: /,
  },
  'leave-its-folder': {
    tries: 'another working folder',
    attack: host("process.chdir('/tmp')"),
    ends: 'oracle',
    because: refused,
  },
});
