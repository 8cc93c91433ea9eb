/**
 * What namespaces leave open, closed by a filter of system calls: the keyring that every process of a session shares,
 * sockets to the machine around a virtual one, which belong to no network namespace, and namespaces of one's own. And no
 * process is started: the one limit on their number does not hold root.
 *
 * The filter is classic BPF over `struct seccomp_data` (number at 0, architecture at 4, arguments from 16 on); see
 * seccomp(2) and the kernel's `include/uapi/linux/filter.h`.
 */

interface Numbers {
  readonly audit: number;
  readonly socket: number;
  readonly clone: number;
  readonly clone3: number;
  readonly denied: readonly number[];
  /** Of these, fork and vfork; no call of their own everywhere. */
  readonly forks: readonly number[];
}

/** System calls by Node's name of the architecture; `denied`: fork, vfork, unshare, setns, the keyring's three, io_uring_setup. */
const SYSTEM_CALLS: { readonly [arch: string]: Numbers } = {
  x64: {
    ...{ audit: 0xc000003e, socket: 41, clone: 56, clone3: 435 },
    denied: [57, 58, 272, 308, 248, 249, 250, 425],
    forks: [57, 58],
  },
  arm64: {
    ...{ audit: 0xc00000b7, socket: 198, clone: 220, clone3: 435 },
    denied: [97, 268, 217, 218, 219, 425],
    forks: [],
  },
};

const LOAD = 0x20;
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const errno = (number: number): number => 0x00050000 | number;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Of one's own machine and namespace: UNIX, INET, INET6, NETLINK. */
const FAMILIES = [1, 2, 10, 16];
const CLONE_THREAD = 0x10000;
/** Calls by the numbers of another table (x32) begin here. */
const OTHER_TABLE = 0x40000000;

/** A clone that makes no thread makes a process. */
const onlyThreads = (clone: number): Instruction[] => [
  // Past what follows, where it is another call; the number is loaded again behind it.
  [EQUAL, 0, 4, clone],
  [LOAD, 0, 0, 16],
  [ANY_BIT, 1, 0, CLONE_THREAD],
  [RETURN, 0, 0, errno(EPERM)],
  [LOAD, 0, 0, 0],
];

type Instruction = readonly [code: number, yes: number, no: number, value: number];

/** The filter as bubblewrap's `--seccomp` reads it; null for an architecture whose numbers are not known here. */
export function systemCallFilter({
  arch = process.arch,
  forks = false,
}: {
  readonly arch?: string;
  /** For a trusted process that forks, and filters its forks further. */
  readonly forks?: boolean;
} = {}): Uint8Array | null {
  const calls = SYSTEM_CALLS[arch];
  if (calls === undefined) return null;
  const program: Instruction[] = [
    [LOAD, 0, 0, 4],
    ...unless(EQUAL, calls.audit, KILL),
    [LOAD, 0, 0, 0],
    ...when(AT_LEAST, OTHER_TABLE, KILL),
    ...calls.denied
      .filter((number) => !(forks && calls.forks.includes(number)))
      .flatMap((number) => when(EQUAL, number, errno(EPERM))),
    // Its flags lie in memory: the C library then takes the older call, whose flags can be seen.
    ...when(EQUAL, calls.clone3, errno(ENOSYS)),
    ...(forks ? [] : onlyThreads(calls.clone)),
    [EQUAL, 0, FAMILIES.length + 2, calls.socket],
    [LOAD, 0, 0, 16],
    ...FAMILIES.map((family, i): Instruction => [EQUAL, FAMILIES.length - i, 0, family]),
    [RETURN, 0, 0, errno(EAFNOSUPPORT)],
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, yes, no, value], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(yes, 8 * i + 2);
    bytes.writeUInt8(no, 8 * i + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  });
  return bytes;
}

const when = (test: number, value: number, result: number): Instruction[] => [
  [test, 0, 1, value],
  [RETURN, 0, 0, result],
];
const unless = (test: number, value: number, result: number): Instruction[] => [
  [test, 1, 0, value],
  [RETURN, 0, 0, result],
];
