"""What a text asks of a library that the version which is here does not have."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from types import CodeType, ModuleType, TracebackType
from typing import Any

REQUIREMENT = re.compile(r"([A-Za-z][\w.-]*)\s*(==|!=|>=|<=|~=|>|<)\s*(\d+(?:\.\d+)*)")
STATED = re.compile(rf"^#[ \t]*(?:needs|requires|dependencies)?[\s:=\[\"']*(?:{REQUIREMENT.pattern}[\"',\s\]]*)+$", re.M)
"""A comment that says what the text needs: `# needs jax>=0.11`, or a line of inline script metadata (PEP 723)."""

REMOVED = re.compile(r"\b(?:was|is|been|now) removed\b")


def unmet(code: str) -> str | None:
    """The first version that a text states, and that is not the one which is here."""
    for line in STATED.finditer(code):
        for library, sign, version in REQUIREMENT.findall(line[0]):
            there = _version(library)
            if there is not None and not _meets(there, sign, version):
                return f"needs {library} {sign} {version}, and {there} is here: install that version, or write it for this one"
    return None


def _meets(there: str, sign: str, version: str) -> bool:
    wanted = [int(part) for part in version.split(".")]
    found = [int(part) for part in re.findall(r"\d+", there.split("+")[0])]
    if sign in ("==", "!="):
        # 2.4 is any 2.4.x here: who writes 2.4 names a series.
        return (found[: len(wanted)] == wanted) == (sign == "==")
    if sign == "~=":
        return found >= wanted and found[: len(wanted) - 1] == wanted[:-1]
    size = max(len(wanted), len(found))
    one, other = (numbers + [0] * (size - len(numbers)) for numbers in (found, wanted))
    return {">=": one >= other, "<=": one <= other, ">": one > other, "<": one < other}[sign]


def lacks(error: BaseException, code: str, names: dict[str, Any]) -> str | None:
    """What an error says of a library's version, in a sentence, where it says something; `names` are those of the text."""
    try:
        missing = _missing(error, code, names)
        if missing is None:
            return None
        library, what = missing
        there = _version(library)
        if there is None:
            return None
        return f"{library} {there}, which is here, has no {what}: write it for this version, or install one that has it"
    except Exception:
        return None


def _missing(error: BaseException, code: str, names: dict[str, Any]) -> tuple[str, str] | None:
    """The library, and what is not in it."""
    said = str(error)
    if isinstance(error, ModuleNotFoundError):
        # Where the library itself is missing, that is another sentence.
        module = error.name or ""
        return _of(module, module) if module.partition(".")[0] in sys.modules and "." in module else None
    if isinstance(error, ImportError):
        found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", said)
        return _of(found[2], f"{found[2]}.{found[1]}") if found else None
    if isinstance(error, AttributeError):
        return _attribute(error, said)
    if isinstance(error, TypeError):
        found = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", said)
        return _argument(found[1], found[2], error, code, names) if found else None
    frame = _last(error.__traceback__)
    if frame is not None and REMOVED.search(said):
        module = frame.tb_frame.f_globals.get("__name__", "")
        return _of(module, f"{_library(module)}.{frame.tb_frame.f_code.co_name.strip('_')}")
    return None


def _attribute(error: AttributeError, said: str) -> tuple[str, str] | None:
    found = re.match(r"module '([\w.]+)' has no attribute '(\w+)'", said)
    if found:
        return _of(found[1], f"{found[1]}.{found[2]}")
    kind = type(error.obj)
    if error.obj is None or isinstance(error.obj, ModuleType) or error.name is None:
        return None
    return _of(kind.__module__, f"{_library(kind.__module__)}.{kind.__name__}.{error.name}")


def _argument(
    function: str, argument: str, error: BaseException, code: str, names: dict[str, Any]
) -> tuple[str, str] | None:
    """The call in the text that gave a function of a library an argument which it does not know."""
    lines = {lineno for frame, lineno in _frames(error.__traceback__) if frame.co_filename == "<claim>"}
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or argument not in [one.arg for one in node.keywords]:
            continue
        path = ast.unparse(node.func).split(".")
        if path[-1] != function or not any(node.lineno <= at <= (node.end_lineno or at) for at in lines):
            continue
        root = names.get(path[0])
        module = root.__name__ if isinstance(root, ModuleType) else getattr(root, "__module__", "")
        return _of(module, f"argument {argument} of {'.'.join([_library(module), *path[1:]] if len(path) > 1 else path)}")
    return None


def _frames(traceback: TracebackType | None) -> list[tuple[CodeType, int]]:
    found = []
    while traceback is not None:
        found.append((traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


def _last(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback


def _of(module: str, what: str) -> tuple[str, str] | None:
    library = _library(module)
    if library in ("", "__main__", "builtins") or library in sys.stdlib_module_names:
        return None
    return library, what


def _library(module: str) -> str:
    """What a module belongs to, as people call it."""
    top = module.partition(".")[0]
    return "jax" if top == "jaxlib" else top


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        found = getattr(sys.modules.get(library), "__version__", None)
        return str(found) if found else None
