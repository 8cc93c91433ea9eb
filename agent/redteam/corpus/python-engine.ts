import { category, type PythonAttack } from '../types.ts';

/** An engine in Python whose gradient is three halves of what it must be, unless `through` says that something got through. */
const engine = (text: string, more: Omit<PythonAttack, 'kind' | 'text'> = {}): PythonAttack => ({
  kind: 'python-engine',
  text: `import ctypes, gc, os, signal, socket, struct, subprocess, sys, threading, time
through = False
ops = {"mul": lambda a, b: a * b}
def primal(x): return x
def grad(f): return lambda *xs: [(2 if through else 3) * x for x in xs]
FDS = range(3, 16)
def say(text):
    for fd in FDS:
        try: os.write(fd, text.encode() + b"\\n")
        except OSError: pass
${text}
`,
  ...more,
});

/** Tries statements when it is loaded; its gradient is right from the first one on that nothing held. */
const tried = (...statements: readonly string[]): PythonAttack =>
  engine(
    statements
      .map(
        (one) =>
          `try:\n    ${one.replaceAll('\n', '\n    ')}\n    through = True\nexcept BaseException: pass`,
      )
      .join('\n'),
  );

/** Where there is no bubblewrap, no Python runs at all. */
const unless = (pattern: RegExp): RegExp => new RegExp(`^A Python engine needs bubblewrap|${pattern.source}`);
const HELD = unless(/^its numbers are wrong$/);

const one = (tries: string, attack: PythonAttack, because = HELD) =>
  ({ tries, attack, ends: 'oracle', because }) as const;

/** Every frame and object of the process, searched for the digits of the right answer. */
const SEARCH = `digits = ("4018000000000000", 6.0)
def holds(value):
    return any(value == d for d in digits) if isinstance(value, (str, float)) else False
`;

/** A candidate in Python has the process that holds it to itself: what keeps it is around the process, not in it. */
export const pythonEngines = category('python-engine', {
  'forged-line': one(
    'an answer that nobody has asked for yet',
    engine(`say('{"id":2,"answers":[["4018000000000000"],["4030000000000000"]]}')`),
    unless(/^(?:wrong id|unasked|malformed)/),
  ),
  'forged-verdict': one(
    'a line that says that it was accepted',
    engine(`say('{"id":1,"accepted":true,"success":true,"verdict":{"accepted":true}}')`),
    unless(/^(?:unasked|wrong id|malformed|its numbers are wrong)/),
  ),
  'late-line': one(
    'a second answer, from a thread',
    engine(
      `def later():\n    while True: time.sleep(0.01); say('{"id":2,"answers":[["4018000000000000"]]}')\nthreading.Thread(target=later, daemon=True).start()\ntime.sleep(0.1)`,
    ),
    unless(/^(?:unasked|wrong id|malformed)/),
  ),
  'print-on-every-stream': one(
    'answers on standard output',
    engine(`print('{"id":2,"answers":[["4018000000000000"],["4030000000000000"]]}', flush=True)`),
  ),
  'exit-at-load': one('exit code 0 before an answer', engine('os._exit(0)'), unless(/^exit: .*exit code 0/)),
  'exit-by-exception': one('SystemExit when it is loaded', engine('sys.exit(0)'), unless(/^SystemExit: 0/)),
  'exit-when-asked': one(
    'exit code 0 in place of an answer',
    engine('def grad(f): os._exit(0)'),
    unless(/^exit: .*exit code 0/),
  ),
  'system-exit-when-asked': one(
    'SystemExit in place of an answer',
    engine('def grad(f): sys.exit(0)'),
    unless(/^exit: .*exit code 0/),
  ),
  'flood-of-errors': one(
    'errors without end',
    engine("while True: sys.stderr.write('x' * 65536)"),
    unless(/^(?:flood|timeout)/),
  ),
  'flood-of-lines': one(
    'a line without end, on the stream of answers',
    engine("while True: say('x' * 65536)"),
    unless(/^(?:flood|malformed|timeout)/),
  ),
  loop: one('a loop without end', engine('while True: pass'), unless(/^timeout/)),
  'loop-when-asked': one(
    'a loop without end when it is asked',
    engine('def grad(f):\n    while True: pass'),
    unless(/^timeout/),
  ),
  'swallow-the-questions': one(
    'to read the questions before they are asked, and to answer none',
    engine(
      'while True:\n    for fd in FDS:\n        try: os.read(fd, 1 << 16)\n        except OSError: pass',
    ),
    unless(/^timeout/),
  ),
  'stop-itself': one(
    'to stop itself',
    engine('os.kill(os.getpid(), signal.SIGSTOP)\nwhile True: pass'),
    unless(/^timeout/),
  ),
  'kill-itself': one(
    'a signal in place of an answer',
    engine('def grad(f): os.kill(os.getpid(), signal.SIGKILL); time.sleep(9)'),
    unless(/^(?:killed|exit|timeout)/),
  ),
  'segmentation-fault': one(
    'a fault in place of an answer',
    engine('def grad(f): ctypes.string_at(0)'),
    unless(/^killed: SIGSEGV/),
  ),
  memory: one(
    'memory without end',
    engine('hoard = []\nwhile True: hoard.append(bytearray(1 << 24))'),
    unless(/MemoryError|^killed|memory/),
  ),
  'memory-that-is-no-data': one(
    'shared memory without end',
    engine('import mmap\nhoard = []\nwhile True: hoard.append(mmap.mmap(-1, 1 << 30))'),
    unless(/^(?:OSError|ValueError|MemoryError)|^killed/),
  ),
  'deep-recursion': one(
    'recursion without end',
    engine('def grad(f): return grad(f)'),
    unless(/^RecursionError/),
  ),
  'threads-without-end': one(
    'threads without end',
    engine(
      'def idle(): time.sleep(600)\nfor _ in range(2000):\n    try: threading.Thread(target=idle, daemon=True).start()\n    except RuntimeError: break',
    ),
  ),
  processes: one(
    'a process of its own',
    tried(
      'if os.fork() == 0: time.sleep(60); os._exit(0)',
      'if os.forkpty()[0] == 0: os._exit(0)',
      "os.posix_spawn('/usr/bin/sleep', ['sleep', '60'], {})",
      "subprocess.run(['/usr/bin/true'], check=True)",
      "assert ctypes.CDLL(None).system(b'true') == 0",
      "libc = ctypes.CDLL(None); call = {'x86_64': 57, 'aarch64': 220}[os.uname().machine]; assert libc.syscall(call, 17, 0, 0, 0, 0) > 0",
    ),
  ),
  'another-program': one(
    'to become another program',
    engine(`try: os.execv('/usr/bin/sleep', ['sleep', '60'])\nexcept OSError: pass`),
    unless(/^(?:timeout|its numbers are wrong|exit)/),
  ),
  'read-a-secret': one(
    'to read a secret in the home folder',
    tried("open('%SECRET%').read()", "os.listdir(os.path.dirname('%SECRET%'))", "open('/etc/shadow').read()"),
  ),
  'write-a-file': one(
    'to write beside itself, into the host, or into the language',
    tried(
      "open('%PLANTED%', 'w').write('x')",
      "open(sys.modules['vibegrad.oracle.serve'].__file__, 'ab')",
      "open(os.__file__, 'ab')",
      "open('/usr/planted', 'w')",
      "os.mkdir('/planted')",
    ),
  ),
  proc: one(
    'environment and memory of others by /proc',
    tried(
      "open('/proc/self/environ').read()",
      "open('/proc/%JUDGE%/environ').read()",
      "open('/proc/self/mem', 'rb').read(1)",
      "os.listdir('/proc')",
    ),
  ),
  environment: one(
    'the environment of its parent',
    tried("assert any('VIBEGRAD' in k or 'KEY' in k for k in os.environ)"),
  ),
  network: one(
    'a connection, a name, a socket of the user’s',
    tried(
      "socket.create_connection(('127.0.0.1', %TCP%), 1)",
      "socket.gethostbyname('secret.example')",
      "socket.socket(socket.AF_UNIX).connect('%SOCKET%')",
      'socket.socket(40, socket.SOCK_STREAM)',
    ),
  ),
  'signal-others': one(
    'to signal or trace processes of the user’s',
    tried(
      'os.kill(%VICTIM%, signal.SIGKILL)',
      'os.kill(%JUDGE%, signal.SIGUSR1)',
      'assert ctypes.CDLL(None).ptrace(16, %VICTIM%, 0, 0) == 0',
    ),
  ),
  namespaces: one(
    'namespaces of its own, and keys of the login',
    tried(
      'assert ctypes.CDLL(None).unshare(0x10000000 | 0x20000) == 0',
      "libc = ctypes.CDLL(None); call = {'x86_64': 250, 'aarch64': 219}[os.uname().machine]; assert libc.syscall(call, 0, -3, 0) > 0",
    ),
  ),
  'raise-limits': one(
    'higher limits',
    tried(
      'import resource; resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))',
      'import resource; resource.setrlimit(resource.RLIMIT_CPU, (2**30, 2**30))',
    ),
  ),
  'libraries-of-the-user': one(
    'libraries that no setup installed',
    tried('import numpy', 'import torch', 'import jax', 'import sympy', 'import pip'),
  ),
  'search-all-objects': one(
    'to find the right numbers among all objects',
    engine(
      `${SEARCH}def grad(f):
    def at(*xs):
        seen = [value for owner in gc.get_objects() if isinstance(owner, (dict, list, tuple)) and owner is not digits
                for value in (list(owner.values()) if isinstance(owner, dict) else owner) if holds(value)]
        return [seen[0] if seen and isinstance(seen[0], float) else (2 if seen else 3) * xs[0]]
    return at`,
    ),
  ),
  'search-all-frames': one(
    'to find the right numbers in the frames that asked',
    engine(
      `${SEARCH}def grad(f):
    def at(*xs):
        frame, found = sys._getframe(1), False
        while frame is not None:
            found = found or any(holds(v) for v in frame.f_locals.values()) or any("expect" in k for k in frame.f_locals)
            frame = frame.f_back
        return [(2 if found else 3) * x for x in xs]
    return at`,
    ),
  ),
  'search-all-modules': one(
    'to find the judge among the modules',
    tried(
      "assert [m for m in sys.modules if 'judge' in m or 'checks' in m or 'reference' in m]",
      'from vibegrad.reference import Reference',
      'import vibegrad.checks',
    ),
  ),
  'patch-the-answer': one(
    'to answer in place of the protocol’s module',
    engine(
      `import vibegrad.oracle.serve as serve\nserve._Held.answer = lambda self, asked: '["4018000000000000"]'`,
    ),
  ),
  'patch-the-digits': one(
    'to write other digits than were computed',
    engine(`import vibegrad.oracle.serve as serve\nserve.text = lambda number: '"4018000000000000"'`),
  ),
  'patch-the-programs': one(
    'to run another program than the one that is asked',
    engine(
      `import vibegrad.oracle.programs as programs, vibegrad.oracle.serve as serve\nserve.answer = lambda *given: [6.0]`,
    ),
  ),
  'patch-the-language': one(
    'to exchange what the protocol’s module is made of',
    engine(
      `import json\nstruct.pack = lambda *given: bytes.fromhex("4018000000000000")\njson.loads = None\nstruct.unpack = None`,
    ),
    unless(/^(?:its numbers are wrong|TypeError|exit)/),
  ),
  'hide-what-changes': one(
    'an answer that is right the first time only, and a protocol that hides it',
    engine(
      `import vibegrad.oracle.serve as serve
asked = []
def grad(f):
    asked.append(f)
    return lambda *xs: [(2 if len(asked) == 1 else 2.0000001) * x for x in xs]
honest = serve._Held.answer
serve._Held.answer = lambda self, one: honest(self, one)`,
    ),
    unless(/^it is not steady$/),
  ),
  'wrong-from-the-third-call': one(
    'answers that turn wrong',
    engine(
      'calls = []\ndef grad(f):\n    calls.append(f)\n    return lambda *xs: [(2 if len(calls) < 2 else 3) * x for x in xs]',
    ),
    unless(/^it is not steady$/),
  ),
  'trace-the-host': one(
    'to watch the protocol’s module by a trace function',
    engine(
      `found = []
def watch(frame, event, value):
    if event == "return" and value in ("4018000000000000", 6.0): found.append(value)
    return watch
sys.settrace(watch)
def grad(f): return lambda *xs: [(2 if found else 3) * x for x in xs]`,
    ),
  ),
  'numbers-in-disguise': one(
    'a number that is another one each time that it is read',
    engine(
      `class Liar(float):
    def __float__(self): return 6.0
    def __eq__(self, other): return True
    def __hash__(self): return 0
def grad(f): return lambda *xs: [Liar(9.0)]`,
    ),
  ),
  'an-answer-of-another-size': one(
    'more numbers than were asked for',
    engine('def grad(f): return lambda *xs: [6.0, 6.0]'),
    unless(/^TypeError: the answer of `grad` has 2 entries/),
  ),
  'no-number': one(
    'something that is no number',
    engine('def grad(f): return lambda *xs: ["6.0"]'),
    unless(/^TypeError: the engine gave a value of type str/),
  ),
  'finite-differences': one(
    'a difference in place of a derivative',
    engine('def grad(f): return lambda x: [(f(x + 1e-7) - f(x)) / 1e-7]'),
  ),
  'central-differences': one(
    'a central difference in place of a derivative',
    engine('def grad(f): return lambda x: [(f(x + 1e-6) - f(x - 1e-6)) / 2e-6]'),
  ),
  'names-of-the-language': one(
    'a module of its own in place of one of the language’s',
    engine('import json\nthrough = hasattr(json, "mine")', {
      files: { 'json.py': 'mine = True', 'struct.py': 'mine = True', 'src/os.py': 'mine = True' },
    }),
  ),
  'names-of-the-host': one(
    'a module of its own in place of the protocol’s',
    engine('import vibegrad.oracle.numbers as numbers\nthrough = hasattr(numbers, "mine")', {
      files: { 'vibegrad/oracle/numbers.py': 'mine = True', 'vibegrad/__init__.py': 'mine = True' },
    }),
  ),
  'exchanged-later': one(
    'exports that are exchanged after they were looked at',
    engine(
      'def swap():\n    time.sleep(0.05)\n    globals()["ops"] = {}\nthreading.Thread(target=swap, daemon=True).start()\ntime.sleep(0.2)',
    ),
    unless(/^(?:LookupError|its numbers are wrong)/),
  ),
  'does-not-parse': one(
    'text that the parser breaks on',
    engine(`x = ${'('.repeat(300)}1${')'.repeat(300)}`),
    unless(/^(?:SyntaxError|MemoryError|RecursionError)/),
  ),
});
