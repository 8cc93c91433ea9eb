"""Forks of a process with libraries in it: each takes the filter of system calls, runs one text, and is gone.

One can stand by: it is forked, filtered and warm before the text is there.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

OUTPUT_BYTES, LINE_BYTES, ERROR_BYTES, LEFT_BYTES = 256 * 1024, 16 * 1024, 4096, 16 * 2**20
LOOK_SECONDS = 0.05
"""How often the processor time of a fork is looked at."""
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


@dataclass(frozen=True)
class Fork:
    """One that waits for its task on `task`, writes what the task prints to `out` and `err`, and its own lines to `told`."""

    pid: int
    task: int
    out: int
    err: int
    told: int


class Work(Protocol):
    """What a fork does. What it says is one line of text."""

    def begin(self) -> str:
        """Before the task is there."""

    def execute(self, task: Any) -> int:
        """Says the exit code."""

    def leave(self) -> str:
        """When the task is done."""


def stand_by(forbidden: bytes, work: Work) -> Fork:
    """Forks: it takes the filter, begins, and waits for its task."""
    task_out, task = os.pipe()
    out, out_in = os.pipe()
    err, err_in = os.pipe()
    told, told_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become((task_out, out_in, err_in, told_in), forbidden, work)
    for one in (task_out, out_in, err_in, told_in):
        os.close(one)
    return Fork(pid, task, out, err, told)


def begun(fork: Fork) -> str:
    """What it said when it had begun; nothing where it is dead."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(fork.told, 65536)
        if not part:
            break
        line += part
    return line.decode().strip()


def _become(streams: tuple[int, ...], forbidden: bytes, work: Work) -> None:
    """Of a fork: never returns."""
    status = 1
    try:
        # Pipes have higher numbers than the three streams, so that none is overwritten before its turn.
        for target, source in enumerate(streams):
            os.dup2(source, target)
        os.closerange(len(streams), 1024)
        # Before there is any thread: the filter is of the one that takes it, and of those that it starts.
        _forbid(forbidden)
        _tell(work.begin())
        with open(0, "rb", closefd=False) as stream:
            task = json.loads(stream.read())
        nothing = os.open("/dev/null", os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        status = work.execute(task)
        with suppress(Exception):
            # A text may have closed what it is told by.
            _tell(work.leave())
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
        finally:
            os._exit(status)


def _tell(line: str) -> None:
    with open(3, "wb", closefd=False) as told:
        told.write(f"{line}\n".encode())


def _forbid(forbidden: bytes) -> None:
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    text = ctypes.create_string_buffer(forbidden, len(forbidden))
    program = Program(len(forbidden) // 8, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no filter of system calls")


def run(fork: Fork, task: Any, *, wall: float, processor: float) -> dict[str, Any]:
    """Hands its task to a fork that has begun, and says what it wrote, how it ended, its processor time, and what it left.

    Beyond its seconds it is ended.
    """
    before, start = _processor_time(fork.pid), time.monotonic()
    try:
        with open(fork.task, "wb") as stream:
            stream.write(json.dumps(task).encode())
    except BrokenPipeError:
        pass  # it is dead already; how it ended says why
    try:
        return _heard(fork, start, before, wall=wall, processor=processor)
    finally:
        for one in (fork.out, fork.err, fork.told):
            os.close(one)


def _heard(fork: Fork, start: float, before: float, *, wall: float, processor: float) -> dict[str, Any]:
    texts = {fork.out: bytearray(), fork.err: bytearray(), fork.told: bytearray()}
    count, open_, ended = 0, list(texts), None
    while ended is None:
        if time.monotonic() - start >= wall:
            ended = {"ended": "timeout", "said": f"timed out after {wall:g} s"}
        elif _processor_time(fork.pid) - before >= processor:
            ended = {"ended": "timeout", "said": f"timed out after {processor:.2g} s of processor time"}
        elif open_:
            for one in select.select(open_, [], [], LOOK_SECONDS)[0]:
                part = os.read(one, 65536)
                if not part:
                    open_.remove(one)
                texts[one] += part
                count += 0 if one == fork.told else len(part)
                if count > OUTPUT_BYTES or len(texts[fork.told]) > LEFT_BYTES:
                    ended = {"ended": "flood", "said": f"it wrote more than {OUTPUT_BYTES} bytes"}
            if ended is None and _longest(texts[fork.out]) > LINE_BYTES:
                ended = {"ended": "flood", "said": f"it wrote a line longer than {LINE_BYTES} characters"}
        else:
            found, status, usage = os.wait4(fork.pid, os.WNOHANG)
            if found == fork.pid:
                seconds = usage.ru_utime + usage.ru_stime - before
                left = {"left": bytes(texts[fork.told]).decode("ascii", "replace").strip()}
                return _ended(status) | {"processor": seconds} | left | _texts(texts[fork.out], texts[fork.err])
            time.sleep(0.001)
    os.kill(fork.pid, signal.SIGKILL)
    os.waitpid(fork.pid, 0)
    return ended | _texts(texts[fork.out], texts[fork.err])


def _processor_time(pid: int) -> float:
    """Seconds of a process, all its threads: the kernel's count, which it cannot change. See clock_getcpuclockid(3)."""
    return time.clock_gettime((~pid << 3) | 2)


def _ended(status: int) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        return {"ended": "signal", "signal": signal.Signals(os.WTERMSIG(status)).name}
    return {"ended": "exit", "code": os.WEXITSTATUS(status)}


def _longest(text: bytearray) -> int:
    return max(len(line) for line in bytes(text).split(b"\n"))


def _texts(out: bytearray, err: bytearray) -> dict[str, str]:
    def text(given: bytearray) -> str:
        return bytes(given).decode("utf-8", "replace")

    return {"out": text(out[: OUTPUT_BYTES + 1]), "err": text(err[-ERROR_BYTES:])}
