"""Lets the Linux build of PyTorch on PyPI load without the CUDA libraries, gigabytes that a CPU never calls.

Its shared objects ask the dynamic linker for those libraries by name. Here each such request is pointed at the C
library instead, and what they would have provided is marked optional (weak): functions are bound when first called,
which on a CPU is never. No code and no data of the computation is touched. Run by the Python that has PyTorch; a second
run changes nothing.
ELF structures: System V ABI, chapters 4 and 5; symbol versions: Linux Standard Base, part "Symbol Versioning".
"""

import mmap
import struct
import sysconfig
from pathlib import Path

CUDA = (b"libcu", b"libnccl", b"libnvrtc", b"libnvshmem", b"libnvJitLink")
# This one is small, is installed, and is called while libraries load.
KEPT = b"libcudart"

NEEDED, STRTAB, VERNEED, VERNEEDNUM = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF
LOAD, DYNAMIC = 1, 2
DYNAMIC_SYMBOLS, GLOBAL = 11, 1
ELF64 = b"\x7fELF\x02\x01"
WEAK_VERSION, WEAK_SYMBOL = 2, 2


def segments(file):
    (table,) = struct.unpack_from("<Q", file, 32)
    size, count = struct.unpack_from("<HH", file, 54)
    for i in range(count):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", file, table + i * size)
        yield kind, offset, address, length


def symbols(file):
    (table,) = struct.unpack_from("<Q", file, 40)
    size, count = struct.unpack_from("<HH", file, 58)
    for i in range(count):
        _, kind, _, _, offset, length = struct.unpack_from("<IIQQQQ", file, table + i * size)
        if kind == DYNAMIC_SYMBOLS:
            yield from range(offset, offset + length, 24)


def loosen(file):
    """Points a shared object's requests for CUDA libraries at the C library."""
    places = list(segments(file))

    def at(address):
        return next(o + address - a for kind, o, a, n in places if kind == LOAD and a <= address < a + n)

    start = next(offset for kind, offset, _, _ in places if kind == DYNAMIC)
    entries = []
    while True:
        tag, value = struct.unpack_from("<QQ", file, start + 16 * len(entries))
        if tag == 0:
            break
        entries.append((tag, value))
    found = dict(entries)
    strings = at(found[STRTAB])

    def text(offset):
        return file[strings + offset : file.find(b"\0", strings + offset)]

    def unwanted(name):
        return name.startswith(CUDA) and not name.startswith(KEPT)

    libc = next(value for tag, value in entries if tag == NEEDED and text(value) == b"libc.so.6")
    asked = [i for i, (tag, value) in enumerate(entries) if tag == NEEDED and unwanted(text(value))]
    if not asked:
        return
    for i in asked:
        struct.pack_into("<Q", file, start + 16 * i + 8, libc)

    place = at(found[VERNEED])
    for _ in range(found[VERNEEDNUM]):
        _, count, name, first, following = struct.unpack_from("<HHIII", file, place)
        if unwanted(text(name)):
            struct.pack_into("<I", file, place + 4, libc)
            version = place + first
            for _ in range(count):
                struct.pack_into("<H", file, version + 4, WEAK_VERSION)
                version += struct.unpack_from("<I", file, version + 12)[0]
        place += following

    for symbol in symbols(file):
        (_, info, _, section) = struct.unpack_from("<IBBH", file, symbol)
        if section == 0 and info >> 4 == GLOBAL:
            file[symbol + 4] = WEAK_SYMBOL << 4 | info & 15


def main():
    folder = Path(sysconfig.get_path("platlib"), "torch", "lib")
    for path in sorted(folder.glob("*.so*")):
        with path.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as file:
            if file[:6] == ELF64:
                loosen(file)


main()
