"""A process with libraries in it that waits for one claim, and runs it and its perturbations, each in a fork of its own.

What it reads and writes are lines of JSON. A fork closes that way, takes a filter of system calls that starts no process,
and only then runs what nobody has read.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
from types import ModuleType
from typing import Any

from vibegrad.oracle.perturb import off, perturbations, perturbed

OUTPUT_BYTES, LINE_BYTES, ERROR_BYTES = 256 * 1024, 16 * 1024, 4096
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def main(filter_hex: str, libraries: list[str]) -> None:
    # PyTorch's forward mode looks for a folder for temporary files; Python tries to write to one, which is forbidden.
    tempfile.tempdir = "/tmp"
    for name in libraries:
        try:
            importlib.import_module(name)
        except Exception:
            # Whoever needs it will say so.
            pass
    forbidden = bytes.fromhex(filter_hex)
    print(json.dumps({"ready": True}))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_run(asked["code"], asked["which"], asked["seconds"], forbidden)))


def _run(code: str, which: int | None, seconds: float, forbidden: bytes) -> dict[str, Any]:
    out, out_in = os.pipe()
    err, err_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(code, which, out_in, err_in, forbidden)
    os.close(out_in)
    os.close(err_in)
    try:
        said = _heard(pid, out, err, time.monotonic() + seconds)
    finally:
        os.close(out)
        os.close(err)
    return said | ({"perturbations": _count(code)} if which is None else {})


def _count(code: str) -> int:
    try:
        return perturbations(code)
    except Exception:
        return 0


def _become(code: str, which: int | None, out: int, err: int, forbidden: bytes) -> None:
    """Of a fork: never returns."""
    status = 1
    try:
        nothing = os.open("/dev/null", os.O_RDONLY)
        for target, source in enumerate((nothing, out, err)):
            os.dup2(source, target)
        os.closerange(3, 1024)
        _forbid(forbidden)
        status = _execute(code, which)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
        finally:
            os._exit(status)


def _forbid(forbidden: bytes) -> None:
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    text = ctypes.create_string_buffer(forbidden, len(forbidden))
    program = Program(len(forbidden) // 8, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no filter of system calls")


def _execute(code: str, which: int | None) -> int:
    main = ModuleType("__main__")
    main.__dict__.update({"__off__": off, "__builtins__": __builtins__})
    sys.modules["__main__"] = main
    sys.argv = ["-"]
    try:
        compiled, context = perturbed(code, which)
        for name in [name for name in sys.modules if name.split(".")[0] == "vibegrad"]:
            del sys.modules[name]
        with context:
            exec(compiled, main.__dict__)
    except SystemExit as end:
        if end.code is None:
            return 0
        if isinstance(end.code, int):
            return end.code & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        traceback.print_exception(error)
        # The last line is the error itself, whatever notes a library adds to it.
        said = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
        print(said[-1] if isinstance(error, SyntaxError) else said[0], file=sys.stderr)
        return 1
    return 0


def _heard(pid: int, out: int, err: int, until: float) -> dict[str, Any]:
    """What a fork wrote, and how it ended; one that goes beyond its limits is ended."""
    texts = {out: bytearray(), err: bytearray()}
    count, open_, ended = 0, [out, err], None
    while ended is None:
        left = until - time.monotonic()
        if left <= 0:
            ended = {"ended": "timeout"}
        elif open_:
            for one in select.select(open_, [], [], left)[0]:
                part = os.read(one, 65536)
                if not part:
                    open_.remove(one)
                count += len(part)
                texts[one] += part
                if count > OUTPUT_BYTES:
                    ended = {"ended": "flood", "said": f"it wrote more than {OUTPUT_BYTES} bytes"}
            if ended is None and _longest(texts[out]) > LINE_BYTES:
                ended = {"ended": "flood", "said": f"it wrote a line longer than {LINE_BYTES} characters"}
        else:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found == pid:
                return _ended(status) | _texts(texts[out], texts[err])
            time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return ended | _texts(texts[out], texts[err])


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
