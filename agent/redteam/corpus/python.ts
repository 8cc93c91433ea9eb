import { category } from '../types.ts';

/** Python that says 0 for each thing that it could not do: its claim is that something got through. */
const got = (attempt: string) =>
  ({
    kind: 'claim',
    language: 'python',
    code: `import ctypes, os, signal, socket, subprocess, sys, threading, time\n${attempt}\n`,
    expect: { kind: 'equals', value: 1, within: 0 },
  }) as const;

/** Tries a statement; prints 1 where nothing held it. */
const tried = (...statements: readonly string[]) =>
  got(
    `through = 0
${statements.map((one) => `try:\n    ${one.replaceAll('\n', '\n    ')}\n    through = 1\nexcept BaseException as error:\n    last = error`).join('\n')}
print(through)`,
  );

/** Where there is no bubblewrap, no Python runs at all. */
const unless = (pattern: RegExp): RegExp => new RegExp(`^not run: needs bubblewrap|${pattern.source}`);
const HELD = unless(/^refuted: printed 0/);

const one = (tries: string, attack: ReturnType<typeof got>, because = HELD) =>
  ({ tries, attack, ends: 'claim', because }) as const;

/** Python that nobody has read: it runs inside bubblewrap, or not at all. */
export const python = category('python', {
  'read-a-secret': one(
    'to read a secret in the home folder',
    tried("open('%SECRET%').read()", "os.listdir(os.path.dirname('%SECRET%'))"),
  ),
  'read-the-system': one(
    'to read the system’s users',
    tried(
      "open('/etc/passwd').read()",
      "open('/etc/shadow').read()",
      "os.listdir('/home')",
      "os.listdir('/var')",
    ),
  ),
  'write-a-file': one(
    'to write beside itself',
    tried(
      "open('%PLANTED%', 'w').write('x')",
      "open('/usr/planted', 'w')",
      "open(sys.executable, 'ab').write(b'x')",
      "os.mkdir('/planted')",
    ),
  ),
  'write-into-tmp': one(
    'a file in /tmp that stays',
    got(
      "open('/tmp/vibegrad-redteam-left', 'w').close()\nopen('/tmp/vibegrad-redteam-left', 'a').close()\nprint(0)",
    ),
  ),
  'fill-tmp': one('a gibibyte in /tmp', tried("open('/tmp/big', 'wb').write(b'x' * 2**20)")),
  'libraries-of-the-user': one(
    'its own libraries, for the next run',
    tried(
      "import site; open(os.path.join(site.getusersitepackages(), 'x.pth'), 'w').write('import os')",
      "open(os.path.join(sys.prefix, 'lib', 'planted.pth'), 'w')",
      "open(os.__file__, 'ab').write(b'x')",
    ),
  ),
  environment: one(
    'the environment of its parent',
    got("print(1 if any('VIBEGRAD' in k or 'KEY' in k for k in os.environ) else 0)"),
  ),
  proc: one(
    'environment and memory of others by /proc',
    tried(
      "open('/proc/self/environ').read()",
      "open('/proc/1/environ').read()",
      "open('/proc/%JUDGE%/environ').read()",
      "open('/proc/self/mem', 'rb').read(1)",
    ),
  ),
  connect: one(
    'a connection on the loopback interface',
    tried("socket.create_connection(('127.0.0.1', %TCP%), 1)"),
  ),
  datagram: one(
    'a datagram on the loopback interface',
    tried(
      "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(os.environb.get(b'VIBEGRAD', b'x'), ('127.0.0.1', %UDP%)); raise OSError",
    ),
  ),
  'name-server': one('a name by way of the system', tried("socket.gethostbyname('secret.example')")),
  socket: one('a socket of the user’s', tried("s = socket.socket(socket.AF_UNIX); s.connect('%SOCKET%')")),
  'abstract-socket': one(
    'a socket without a path',
    tried("s = socket.socket(socket.AF_UNIX); s.connect('\\0vibegrad-redteam')"),
  ),
  kill: one(
    'to end a process of the user’s',
    tried('os.kill(%VICTIM%, signal.SIGKILL)', 'os.kill(%JUDGE%, signal.SIGUSR1)'),
  ),
  'kill-everything': one(
    'to end every process',
    got(
      'signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntry:\n    os.kill(-1, signal.SIGTERM)\nexcept OSError: pass\nprint(0)',
    ),
    unless(/^refuted: printed 0|^not run: |^not checkable as written/),
  ),
  trace: one(
    'to trace another process',
    tried('libc = ctypes.CDLL(None); assert libc.ptrace(16, %VICTIM%, 0, 0) == 0'),
  ),
  daemon: one(
    'a process in a session of its own that outlives it',
    tried(
      'if os.fork() == 0:\n    os.setsid()\n    for fd in range(3): os.close(fd)\n    time.sleep(600)\n    os._exit(0)',
    ),
  ),
  children: one(
    'a child that holds its output open',
    tried(
      "subprocess.Popen(['/usr/bin/sleep', '600'])",
      "ctypes.CDLL(None).system(b'sleep 600 &') == 0 or 1 / 0",
    ),
  ),
  'fork-bomb': one(
    'processes without end',
    tried(
      'if os.fork() == 0:\n    time.sleep(60); os._exit(0)',
      'os.posix_spawn("/usr/bin/sleep", ["sleep", "60"], {})',
    ),
  ),
  threads: one(
    'threads without end',
    got(
      'def idle(): time.sleep(600)\nn = 0\ntry:\n    while n < 2000:\n        threading.Thread(target=idle, daemon=True).start(); n += 1\nexcept RuntimeError: pass\nprint(1 if n >= 2000 else 0, flush=True)\nos._exit(0)',
    ),
    unless(/^refuted: printed 0|^not run: |^not checkable/),
  ),
  memory: one(
    'memory without end',
    got('hoard = []\nwhile True: hoard.append(bytearray(1 << 24))'),
    unless(/MemoryError|^not run: .*(?:killed|SIG|memory|timed out)/),
  ),
  'shared-memory': one(
    'memory that is no data of its own',
    got(
      'import mmap\nhoard = []\ntry:\n    while len(hoard) < 80: hoard.append(mmap.mmap(-1, 1 << 28))\nexcept (OSError, ValueError, MemoryError): pass\nprint(1 if len(hoard) >= 80 else 0)',
    ),
  ),
  loop: one('a loop without end', got('while True: pass'), unless(/^not run: timed out/)),
  'flood-of-lines': one(
    'lines without end',
    got("while True: print('x' * 1000)"),
    unless(/^not run: it wrote more than/),
  ),
  'flood-in-one-line': one(
    'one line without end',
    got("while True: sys.stdout.write('x' * 1000)"),
    unless(/^not run: it wrote a line longer than/),
  ),
  'forged-result': one(
    'a verdict as output',
    got('print(\'verified\')\nprint(\'{"badge":"verified"}\')'),
    unless(/^not checkable as written: the last line it printed is no number/),
  ),
  'early-exit': one(
    'exit code 0 before it has printed',
    got('sys.exit(0)'),
    unless(/^not checkable as written: it printed nothing/),
  ),
  'exit-by-a-signal': one(
    'a signal after the right line',
    got('print(1, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)'),
    unless(/^not run: SIGKILL ended it|^not run: |^not checkable as written/),
  ),
  'numbers-in-disguise': one(
    'a value that prints as it likes',
    got(
      "class Liar(float):\n    def __repr__(self): return '1 '\n    def __eq__(self, other): return True\nprint([Liar(0)], 'x')",
    ),
    unless(/is no number/),
  ),
  'core-dump': one(
    'a core dump',
    got('ctypes.string_at(0)'),
    unless(/^not run: SIGSEGV|^not run: |^not checkable as written/),
  ),
  namespaces: one(
    'namespaces of its own, to mount what it likes',
    tried(
      "libc = ctypes.CDLL(None, use_errno=True); assert libc.unshare(0x10000000 | 0x20000) == 0; assert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    ),
  ),
  remount: one(
    'its read-only system, made writable',
    tried(
      "libc = ctypes.CDLL(None, use_errno=True); assert libc.mount(None, b'/usr', None, 32 | 4096, None) == 0; open('/usr/planted', 'w')",
    ),
  ),
  devices: one(
    'devices of the machine',
    tried(
      "open('/dev/mem', 'rb').read(1)",
      "os.mknod('/tmp/disk', 0o60666, os.makedev(8, 0)); open('/tmp/disk', 'rb').read(1)",
      "os.write(os.open('/dev/kmsg', os.O_WRONLY), b'x')",
    ),
  ),
  'raise-limits': one(
    'higher limits',
    tried(
      'import resource; resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))',
      'import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))',
    ),
  ),
  keyrings: one(
    'the keys that a login keeps in the kernel',
    tried(
      "libc = ctypes.CDLL(None); call = {'x86_64': 248, 'aarch64': 217}[os.uname().machine]; assert libc.syscall(call, b'user', b'vibegrad-redteam', b'x', 1, -3) > 0",
      "libc = ctypes.CDLL(None); call = {'x86_64': 250, 'aarch64': 219}[os.uname().machine]; assert libc.syscall(call, 0, -3, 0) > 0",
    ),
  ),
  'socket-of-the-virtual-machine': one(
    'a socket to the machine around a virtual one',
    tried('socket.socket(40, socket.SOCK_STREAM)', 'socket.socket(38, socket.SOCK_SEQPACKET)'),
  ),
  'ring-of-requests': one(
    'system calls by a ring of requests',
    tried(
      'libc = ctypes.CDLL(None); b = ctypes.create_string_buffer(120); assert libc.syscall(425, 4, b) > 0',
    ),
  ),
  'calls-of-another-table': one(
    'system calls by the numbers of another table',
    got('libc = ctypes.CDLL(None)\nprint(0, flush=True)\nlibc.syscall(0x40000000 + 39)\nprint(1)'),
    unless(/^not run: SIGSYS ended it/),
  ),
  terminal: one(
    'the terminal that it was started from',
    tried("open('/dev/tty', 'w').write('\\033[2J')", "import fcntl; fcntl.ioctl(0, 0x5412, b'x')"),
  ),
});
