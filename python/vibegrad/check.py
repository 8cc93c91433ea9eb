"""`check`: the whole of it, from arguments to a report."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vibegrad.checks.batching import vmap
from vibegrad.checks.cotangents import cotangents
from vibegrad.checks.derivatives import derivatives
from vibegrad.checks.precision import precision
from vibegrad.checks.repetition import Repetition, order
from vibegrad.domains import Real, domain_of
from vibegrad.draws import Case, Signature, draw_cases, free_signatures
from vibegrad.dtypes import known
from vibegrad.library.find import imported, of_examples
from vibegrad.library.types import How, Library, Point, Quantity
from vibegrad.reference import Reference
from vibegrad.report import CheckFailed, Finding, Report
from vibegrad.run import Run, told
from vibegrad.seeds import seed_for
from vibegrad.shrink import shown, shrunk
from vibegrad.words import words_of

DTYPES = ("float64", "float32", "bfloat16")


def check(
    op: Callable[..., Any],
    like: Callable[..., Any],
    inputs: Sequence[object] | None = None,
    *,
    seed: int | None = None,
    device: str = "cpu",
    dtypes: Sequence[str] = DTYPES,
) -> Report:
    """Whether `op` and its derivatives are those of `like`, a plain composition of the library's own operations.

    op, like: take the same arguments and return arrays of PyTorch or JAX, or nested tuples, lists and dicts of them.
    inputs: one entry for each argument: `vibegrad.real(…)` or `vibegrad.integers(…)` to draw from, an example array,
        or anything else, which is handed in as it is. Without it, each argument of `like` that has no default is an
        array of real numbers, all of one shape, or of shapes that broadcast where `like` takes them.
    seed: draws what a report with this seed drew. Fresh by default: an op cannot foresee its inputs.
    device: where arrays lie, in the library's words.
    dtypes: the types to ask in. The first one that the op takes is asked everything; the others, digits only.

    Returns a report of what held. Raises CheckFailed, an AssertionError that prints as a table with the smallest
    failing input, where something does not; ValueError where there is nothing to check: `like` raises, or an argument
    makes no sense.
    """
    __tracebackhide__ = True
    for name, given in (("op", op), ("like", like)):
        if not callable(given):
            raise ValueError(f"{name} is no function: {given!r}")
    if inputs is not None and not isinstance(inputs, Sequence):
        raise ValueError(f"inputs is a list, one entry for each argument, not {type(inputs).__name__}")
    unknown = [dtype for dtype in dtypes if not known(dtype)]
    if unknown or not dtypes:
        raise ValueError(f"dtypes names {unknown or 'none'}; known are float64, float32, float16 and bfloat16")
    chosen = seed_for(seed)
    rng = np.random.default_rng(chosen)
    library, signature = _ways(op, like, inputs, device)
    run = Run(library, op, like, device, dtypes[0], rng, Reference(library, like, device, chosen))
    cases = list(draw_cases(signature, rng))
    run.dtype = _widest(run, cases, dtypes)
    report = _report(run, _name(op), chosen, cases, dtypes)
    for listener in listeners:
        listener(report)
    if not report:
        raise CheckFailed(report)
    return report


listeners: list[Callable[[Report], None]] = []
"""Called with each report; the pytest plugin counts with it."""


def _report(run: Run, name: str, seed: int, cases: Sequence[Case], dtypes: Sequence[str]) -> Report:
    asked = [case for case in cases if case.kind != "long"]  # For sums in narrow types only.
    drawn = [(case, point) for case in asked if (point := run.point(case)) is not None]
    if not drawn:
        raise ValueError("`like` gave no value for any input that was drawn: say with inputs= what it takes")
    case, point = next((pair for pair in drawn if pair[0].kind == "plain"), drawn[0])
    drawn = [(case, point), *[pair for pair in drawn if pair[1] is not point]]
    repetition = Repetition(run, case, point)
    repetition.early()
    offered = derivatives(run, drawn)
    _require_judged(run, offered)
    cotangents(run, case, point)
    order(run, case, point)
    _own(run, case, point)
    vmap(run, case, point)
    precision(run, cases, dtypes, offered)
    repetition.late()
    return Report(name, run.library.name, run.device, run.dtype, seed, tuple(_findings(run)))


def _require_judged(run: Run, offered: Sequence[Quantity]) -> None:
    """A report without a value or without a gradient that was compared says nothing, whatever else holds."""
    for quantity, what in (("value", "value"), ("vjp", "gradient")):
        rows = [row for id, row in run.rows.items() if id.startswith(f"{quantity}/")]
        why = next((row.unjudged for row in rows if row.unjudged is not None), None)
        if quantity in offered and why is not None and not any(row.numbers or row.failures for row in rows):
            raise ValueError(f"no {what} of the op could be compared: {why}")


def _own(run: Run, case: Case, point: Point) -> None:
    """What only this library can do."""
    if run.library.name == "torch":
        from vibegrad.checks.torch_only import torch_only

        torch_only(run, case, point)
    else:
        from vibegrad.checks.jax_only import jax_only

        jax_only(run, case, point)


def _findings(run: Run) -> list[Finding]:
    told_already: set[str] = set()
    found = []
    for id, row in run.rows.items():
        what = id.partition("/")[0]
        detail = ""
        if row.failures:
            failure = row.failures[0]
            if what not in told_already:
                told_already.add(what)
                failure = shrunk(run, failure, what if known(what) else run.dtype)
            detail = f"{failure.trouble.words}\n{shown(failure.point)}"
            found.append(Finding(id, words_of(id), "fails", detail, failure.trouble.ratio, row.numbers))
        elif row.unjudged is not None:
            found.append(Finding(id, words_of(id), "not judged", row.unjudged))
        else:
            found.append(Finding(id, words_of(id), "holds", detail, row.worst, row.numbers))
    return found + [Finding(what, words_of(what), "not offered", why) for what, why in run.not_offered.items()]


def _ways(
    op: Callable[..., Any], like: Callable[..., Any], inputs: Sequence[object] | None, device: str
) -> tuple[Library, Signature]:
    """The library, and the arguments in a form that `like` takes."""
    known_library = of_examples(inputs or ())
    candidates = list(imported()) if known_library is None else [known_library]
    if not candidates:
        raise ValueError("neither torch nor jax is imported: import the one whose op this is")
    complaints: list[str] = []
    ways: list[tuple[Library, Signature]] = []
    for library in candidates:
        for signature in _signatures(like, inputs, library):
            case = next(draw_cases(signature, np.random.default_rng(0)))
            differentiated = tuple(i for i, d in enumerate(signature.domains) if isinstance(d, Real))
            point = Point(case.inputs, differentiated, case.same)
            try:
                library.compute("value", like, point, How("float64", device))
            except Exception as error:
                complaints.append(f"{library.name}: {told(error)}")
                continue
            ways.append((library, signature))
            if len(candidates) == 1 or _takes(library, op, point, device):
                return library, signature
    if ways:
        return ways[0]  # The op takes none of it: that is for the checks to say.
    raise ValueError("`like` gave no value for what was drawn: " + "; ".join(dict.fromkeys(complaints)))


def _takes(library: Library, op: Callable[..., Any], point: Point, device: str) -> bool:
    for dtype in DTYPES:
        try:
            library.compute("value", op, point, How(dtype, device))
            return True
        except Exception:
            continue
    return False


def _signatures(
    like: Callable[..., Any], inputs: Sequence[object] | None, library: Library
) -> list[Signature]:
    if inputs is not None:
        return [Signature(tuple(domain_of(given, library) for given in inputs))]
    return [signature for count in _arguments(like) for signature in free_signatures(count)]


def _arguments(like: Callable[..., Any]) -> Sequence[int]:
    """How many arguments without a default `like` has: what it may be."""
    try:
        parameters = list(inspect.signature(like).parameters.values())
    except (TypeError, ValueError):
        return (1, 2, 3)  # Written in C, it does not tell.
    if any(p.kind in (p.VAR_POSITIONAL, p.KEYWORD_ONLY) and p.default is p.empty for p in parameters):
        raise ValueError("`like` takes arguments that nothing is known of: give inputs=")
    return (sum(p.default is p.empty for p in parameters),)


def _widest(run: Run, cases: Sequence[Case], dtypes: Sequence[str]) -> str:
    """The first dtype in which the op gives a value; the first of all where it gives none."""
    for case in cases:
        for dtype in dtypes:
            point = run.point(case, dtype)
            if point is None:
                break
            try:
                run.library.compute("value", run.op, point, run.how(dtype))
                return dtype
            except Exception:
                continue
    return dtypes[0]


def _name(op: Callable[..., Any]) -> str:
    name = getattr(op, "__qualname__", None) or getattr(op, "__name__", None) or type(op).__name__
    return str(name)
