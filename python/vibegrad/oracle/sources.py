"""Modules whose text is held in memory: a candidate's process reads no file of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

ROOTS = ("", "src/")
"""Where imports begin: the repository's folder, and `src/`, as packaging tools have it."""


def module_name(path: str) -> str:
    """The name by which a file's module is imported: `src/engine/rules.py` is `engine.rules`."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.removeprefix("src/").replace("/", ".")


class Sources(MetaPathFinder, Loader):
    """Finds modules among texts by path."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = dict(sources)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in sys.stdlib_module_names:
            return None
        base = fullname.replace(".", "/")
        for root in ROOTS:
            for file, is_package in ((f"{root}{base}/__init__.py", True), (f"{root}{base}.py", False)):
                if file in self.sources:
                    return ModuleSpec(fullname, self, origin=file, is_package=is_package)
        if any(file.startswith(f"{root}{base}/") for root in ROOTS for file in self.sources):
            # A folder of modules without an `__init__.py`.
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is None or spec.origin is None:
            return
        module.__file__ = spec.origin
        exec(compile(self.sources[spec.origin], spec.origin, "exec"), module.__dict__)
