"""What modules define, read from their syntax trees: nothing of them runs. Used by `vibegrad init --here`."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

Exported = dict[str, Any]


class Repository:
    """Modules by path, with the import root that packaging tools use."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.exports: dict[str, list[Exported]] = {}
        self.packages: dict[str, set[str]] = {}
        self.unread: dict[str, str] = {}
        self.imports: dict[str, set[str]] = {}

    def visit(self, path: str) -> list[Exported]:
        """What a module defines, or imports from another one of these."""
        if path in self.exports:
            return self.exports[path]
        self.exports[path], self.packages[path] = [], set()
        self.imports[path] = self._above(path)
        try:
            tree = ast.parse(self.sources[path])
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.unread[path] = f"{path} does not parse: {error}."
            return []
        declared: dict[str, Exported] = {}
        for statement in tree.body:
            for one in self._defined(path, statement, declared):
                declared[one["name"]] = one
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._module(path, alias.name)
        self.exports[path] = [one for name, one in declared.items() if _is_public(name)]
        return self.exports[path]

    def _above(self, path: str) -> set[str]:
        """The packages that a module lies in: importing it imports them."""
        folders = path.split("/")[:-1]
        above = ["/".join([*folders[: i + 1], "__init__.py"]) for i in range(len(folders))]
        return {one for one in above if one in self.sources and one != path}

    def reached(self, path: str) -> set[str]:
        """A module, and all that it imports of these."""
        found, open_ = {path}, [path]
        while open_:
            at = open_.pop()
            self.visit(at)
            new = self.imports[at] - found
            found |= new
            open_ += new
        return found

    def _defined(self, path: str, node: ast.stmt, declared: Mapping[str, Exported]) -> Iterator[Exported]:
        if isinstance(node, ast.FunctionDef):
            yield {"kind": "function", "name": node.name, "params": _params(node.args)}
        elif isinstance(node, ast.ClassDef):
            yield _class(node, declared)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield _assigned(target.id, node.value, declared)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield _assigned(node.target.id, node.value, declared)
        elif isinstance(node, ast.ImportFrom):
            module = self._from(path, node)
            for alias in node.names:
                inner = self._module(path, f"{module}.{alias.name}", quiet=True)
                others = [] if inner is not None else self._exports(path, module)
                for other in others:
                    if alias.name in ("*", other["name"]):
                        yield {**other, "name": alias.asname or other["name"]}

    def _exports(self, path: str, module: str) -> list[Exported]:
        found = self._module(path, module)
        return [] if found is None else self.visit(found)

    def _from(self, path: str, node: ast.ImportFrom) -> str:
        if node.level == 0:
            return node.module or ""
        folder = path.removeprefix("src/").split("/")[: -node.level]
        return ".".join([*folder, *([node.module] if node.module else [])])

    def _module(self, path: str, name: str, quiet: bool = False) -> str | None:
        """The path of a module of these by its name; another one is a package, or the language's own."""
        base = name.replace(".", "/")
        for found in (f"{root}{base}{end}" for root in ("", "src/") for end in ("/__init__.py", ".py")):
            if found in self.sources:
                self.imports[path].add(found)
                return found
        top = name.split(".")[0]
        if not quiet and top not in sys.stdlib_module_names and not self._is_folder(top):
            self.packages[path].add(top)
        return None

    def _is_folder(self, top: str) -> bool:
        return any(path.startswith((f"{top}/", f"src/{top}/")) for path in self.sources)


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _params(args: ast.arguments, method: bool = False) -> int | None:
    """How many arguments must be given, those by name too; None where it takes any number."""
    if args.vararg is not None:
        return None
    named = args.kw_defaults.count(None)
    return len(args.posonlyargs) + len(args.args) - len(args.defaults) + named - (1 if method else 0)


def _assigned(name: str, value: ast.expr, declared: Mapping[str, Exported]) -> Exported:
    if isinstance(value, ast.Lambda):
        return {"kind": "function", "name": name, "params": _params(value.args)}
    if isinstance(value, ast.Name) and value.id in declared:
        return {**declared[value.id], "name": name}
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        # `sin = unary(math.sin, math.cos)`: how many arguments it takes does not show.
        if declared.get(value.func.id, {}).get("kind") == "function":
            return {"kind": "function", "name": name, "params": None}
    return {"kind": "other", "name": name}


def _class(node: ast.ClassDef, declared: Mapping[str, Exported]) -> Exported:
    params: int | None = 0
    methods: dict[str, int | None] = {}
    fields: list[str] = []
    for base in node.bases:
        other = declared.get(base.id) if isinstance(base, ast.Name) else None
        if other is not None and other["kind"] == "class":
            params, fields = other["params"], list(other["fields"])
            methods = {method["name"]: method["params"] for method in other["methods"]}
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            fields.append(member.target.id)
        if not isinstance(member, ast.FunctionDef):
            continue
        marks = {mark.id for mark in member.decorator_list if isinstance(mark, ast.Name)}
        if "property" in marks:
            fields.append(member.name)
        elif member.name == "__init__":
            own = member.args
            params = len(own.posonlyargs) + len(own.args) - 1
            fields += _written(member)
        elif not marks & {"staticmethod", "classmethod"}:
            methods[member.name] = _params(member.args, method=True)
    listed = [{"name": name, "params": count} for name, count in methods.items()]
    return {"kind": "class", "name": node.name, "params": params, "methods": listed, "fields": fields}


def _written(function: ast.FunctionDef) -> list[str]:
    """The attributes of `self` that a method writes."""
    return [
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]


def explored(sources: Mapping[str, str], entries: list[str]) -> Iterator[dict[str, Any]]:
    """What each of some modules exports and reaches."""
    repository = Repository(sources)
    for entry in entries:
        exports, modules = repository.visit(entry), repository.reached(entry)
        packages = sorted({name for path in modules for name in repository.packages[path]})
        unread = [repository.unread[path] for path in sorted(modules) if path in repository.unread]
        yield {"entry": entry, "exports": exports, "modules": sorted(modules), "packages": packages, "unread": unread}


def main(text: str) -> None:
    given = json.loads(text)
    for one in explored(given["sources"], given["entries"]):
        print(json.dumps(one))
