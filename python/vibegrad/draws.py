"""Inputs nobody can foresee: shapes and numbers of every kind that wrong derivatives are known to hide in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vibegrad.domains import Dim, Domain, Fixed, Real, real
from vibegrad.library.types import Layout, Numbers

KINDS = {
    "example": "the example that was given",
    "plain": "small arrays, numbers up to 3",
    "odd": "odd sizes",
    "one": "sizes of 1",
    "square": "all sizes the same",
    "large": "sizes over 64",
    "long": "a size over 1000, all numbers and cotangents positive, so that sums grow; over 300 for square matrices",
    "spread": "many numbers from 1e-3 to 1e3",
    "scales": "one magnitude, from 1e-3 to 1e3",
    "integers": "exact whole numbers",
    "edges": "zeros, -0 and the domain's ends",
    "ties": "equal numbers",
    "nan": "a NaN among the numbers",
    "infinite": "infinities among the numbers",
    "empty": "a size of 0",
    "repeated": "one array as two arguments",
    "strided": "inputs that are not contiguous",
    "0-d": "arrays without axes",
    "3-d": "three axes",
    "broadcast": "shapes that broadcast",
}
"""The kinds of draws, and what each is in words."""

SMOOTH = frozenset({"example", "plain", "scales", "large", "spread", "repeated", "strided", "broadcast"})
"""Where second derivatives are asked: kinds that meet a kink only by chance, and differ in more than their shape."""

SCALES = tuple(10.0**k for k in range(-3, 4))

Fill = Callable[[Real, tuple[int, ...]], Numbers | None]


@dataclass(frozen=True)
class Case:
    """One draw. axes: the name of each axis of each input, so that it can be made smaller in all of them at once."""

    kind: str
    inputs: tuple[Any, ...]
    axes: tuple[tuple[Dim, ...], ...]
    constant: frozenset[int]
    same: tuple[int, ...]
    layout: Layout = "contiguous"


@dataclass(frozen=True)
class Signature:
    """An op's arguments, and other forms of them: lower and higher ranks, shapes that broadcast."""

    domains: tuple[Domain, ...]
    others: tuple[tuple[str, tuple[Domain, ...]], ...] = ()


def free_signatures(count: int) -> list[Signature]:
    """What `count` arguments of which nothing is said may be: arrays of one shape or of shapes that broadcast; square
    matrices; vectors; numbers."""

    def all_of(*dims: Dim) -> tuple[Domain, ...]:
        return (real(*dims),) * count

    ranks = [("0-d", all_of()), ("odd", all_of("a")), ("3-d", all_of("a", "b", "c"))]
    forms: list[tuple[tuple[Dim, ...], tuple[Dim, ...]]] = [
        ((), ("a", "b")),
        (("b",), ("a", "b")),
        (("a", "b"), ("a", 1)),
        (("a", 1), (1, "b")),
        (("a", "b"), ()),
    ]
    broadcasts = [
        ("broadcast", tuple(real(*(first if i % 2 == 0 else second)) for i in range(count)))
        for first, second in (forms if count > 1 else [])
    ]
    any_shape = Signature(all_of("a", "b"), (*ranks, *broadcasts))
    return [any_shape, Signature(all_of("a", "a")), Signature(all_of("a")), Signature(all_of())]


def draw_cases(signature: Signature, rng: np.random.Generator) -> Iterator[Case]:
    """All draws, plain ones first. Kinds that the signature leaves no room for are left out."""
    domains = signature.domains
    names = sorted({d for domain in domains if not isinstance(domain, Fixed) for d in domain.dims if isinstance(d, str)})

    squares = {d for domain in domains if not isinstance(domain, Fixed) for d in domain.dims if domain.dims.count(d) > 1}

    def case(kind: str, sizes: Mapping[str, int], fill: Fill, of: Sequence[Domain] = domains) -> Iterator[Case]:
        drawn = _draw(kind, of, sizes, fill, rng)
        if drawn is not None:
            yield drawn

    def small(low: int = 2, high: int = 5) -> dict[str, int]:
        picked = rng.permutation(np.arange(low, max(high + 1, low + len(names))))
        return {name: int(size) for name, size in zip(names, picked, strict=False)}

    plain = _plain(rng)
    if any(not isinstance(domain, Fixed) and domain.example is not None for domain in domains):
        yield from case("example", small(), _example(plain))
    sizes = small()
    yield from case("plain", sizes, plain)
    yield from case("plain", sizes, plain)
    for scale in SCALES:
        yield from case("scales", sizes, _scaled(rng, scale))
    for kind, fill in (
        ("integers", _integers(rng)),
        ("edges", _edges(rng)),
        ("edges", _edges(rng)),
        ("ties", _ties(rng)),
        ("nan", _special(rng, [math.nan])),
    ):
        yield from case(kind, sizes, fill)
    yield from _infinite(domains, sizes, plain, rng)
    for layout in ("strided", "transposed"):
        for drawn in case("strided", sizes, plain):
            yield replace(drawn, layout=layout)
    yield from _repeated(domains, sizes, plain, rng)
    if names:
        yield from case("odd", {name: size | 1 for name, size in small(3, 9).items()}, plain)
        yield from case("one", dict.fromkeys(names, 1), plain)
        for name in names[:3]:
            many = sizes | {name: int(rng.integers(65, 260))}
            yield from case("large", many, plain)
            yield from case("spread", many, _spread(rng))
            yield from case("empty", sizes | {name: 0}, plain)
            low, high = (300, 400) if name in squares else (1000, 1500)
            yield from case("long", sizes | {name: int(rng.integers(low, high))}, _positive(plain))
    if len(names) > 1:
        yield from case("square", dict.fromkeys(names, int(rng.integers(3, 6))), plain)
    for kind, other in signature.others:
        yield from case(kind, small() | {"a": 3, "b": 4, "c": 2}, plain, other)


def _draw(
    kind: str, domains: Sequence[Domain], sizes: Mapping[str, int], fill: Fill, rng: np.random.Generator
) -> Case | None:
    inputs: list[object] = []
    for domain in domains:
        if isinstance(domain, Fixed):
            inputs.append(domain.value)
            continue
        shape = tuple(d if isinstance(d, int) else sizes[d] for d in domain.dims)
        if isinstance(domain, Real):
            numbers = fill(domain, shape)
            if numbers is None:
                return None
            inputs.append(np.asarray(numbers, dtype=np.float64).reshape(shape))
        elif domain.example is not None:
            inputs.append(domain.example)
        else:
            high = domain.high if isinstance(domain.high, int) else sizes[domain.high]
            if high <= domain.low and math.prod(shape) > 0:
                return None
            inputs.append(rng.integers(domain.low, max(high, domain.low + 1), shape))
    axes = tuple(() if isinstance(domain, Fixed) else domain.dims for domain in domains)
    constant = frozenset(i for i, d in enumerate(domains) if isinstance(d, Real) and not d.differentiable)
    return Case(kind, tuple(inputs), axes, constant, tuple(range(len(domains))))


def _infinite(
    domains: Sequence[Domain], sizes: Mapping[str, int], plain: Fill, rng: np.random.Generator
) -> Iterator[Case]:
    """Infinities in one argument at a time: where those of two meet, each formula has an answer of its own."""
    special = _special(rng, [math.inf, -math.inf])
    for place, domain in enumerate(domains):
        if not isinstance(domain, Real):
            continue
        drawn = _draw("infinite", domains, sizes, plain, rng)
        alone = _draw("infinite", [domain], sizes, special, rng)
        if drawn is not None and alone is not None:
            before, after = drawn.inputs[:place], drawn.inputs[place + 1 :]
            yield replace(drawn, inputs=(*before, *alone.inputs, *after))


def _repeated(
    domains: Sequence[Domain], sizes: Mapping[str, int], plain: Fill, rng: np.random.Generator
) -> Iterator[Case]:
    """op(x, x): two arguments of one domain and one shape are one array."""
    for second, domain in enumerate(domains):
        for first in range(second):
            if isinstance(domain, Real) and domain.example is None and domains[first] == domain:
                drawn = _draw("repeated", domains, sizes, plain, rng)
                assert drawn is not None
                same = tuple(first if i == second else i for i in range(len(domains)))
                yield replace(drawn, inputs=tuple(drawn.inputs[i] for i in same), same=same)
                return


def _example(plain: Fill) -> Fill:
    return lambda domain, shape: plain(domain, shape) if domain.example is None else domain.example


def _plain(rng: np.random.Generator) -> Fill:
    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers:
        low, high = domain.low, domain.high
        if math.isinf(low) and math.isinf(high):
            return rng.uniform(-3, 3, shape)
        if math.isinf(high):
            return low + rng.uniform(0.1, 3, shape)
        if math.isinf(low):
            return high - rng.uniform(0.1, 3, shape)
        return low + (high - low) * rng.uniform(0.02, 0.98, shape)

    return fill


def _positive(plain: Fill) -> Fill:
    """Numbers of one sign, as far as the domain has them."""

    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers:
        numbers = np.asarray(plain(domain, shape))
        return np.abs(numbers) if math.isinf(domain.low) and math.isinf(domain.high) else numbers

    return fill


def _signed(rng: np.random.Generator, domain: Real, magnitudes: Numbers) -> Numbers:
    """Numbers so far from 0, or from the domain's ends where it has some."""
    low, high, shape = domain.low, domain.high, magnitudes.shape
    if math.isinf(low) and math.isinf(high):
        return np.asarray(magnitudes * rng.choice([-1.0, 1.0], shape))
    if math.isinf(high):
        return low + magnitudes
    if math.isinf(low):
        return high - magnitudes
    inside = (high - low) * np.where(magnitudes < 0.5, magnitudes, rng.uniform(0.02, 0.5, shape))
    return np.where(rng.random(shape) < 0.5, low + inside, high - inside)


def _scaled(rng: np.random.Generator, scale: float) -> Fill:
    return lambda domain, shape: _signed(rng, domain, scale * rng.uniform(1, 3, shape))


def _spread(rng: np.random.Generator) -> Fill:
    return lambda domain, shape: _signed(rng, domain, 10 ** rng.uniform(-3, 3, shape))


def _integers(rng: np.random.Generator) -> Fill:
    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers | None:
        low = max(-5, math.ceil(domain.low)) if domain.low > -5 else -5
        high = low + 10 if math.isinf(domain.high) else math.floor(min(domain.high, low + 10.0))
        wholes = [n for n in range(low, high + 1) if domain.low < n < domain.high]
        return rng.choice(np.array(wholes, dtype=np.float64), shape) if wholes else None

    return fill


def _edges(rng: np.random.Generator) -> Fill:
    plain = _plain(rng)

    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers | None:
        ends = [end for end in (domain.low, domain.high) if math.isfinite(end)]
        zeros = [0.0, -0.0] if domain.low < 0 < domain.high else []
        numbers = np.array(plain(domain, shape))
        if not (ends or zeros):
            return None
        chosen = rng.random(shape) < 0.5
        chosen.reshape(-1)[rng.integers(numbers.size, size=min(1, numbers.size))] = True
        return np.where(chosen, rng.choice(np.array([*ends, *zeros]), shape), numbers)

    return fill


def _ties(rng: np.random.Generator) -> Fill:
    seed = int(rng.integers(2**32))

    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers:
        # The same two numbers for arguments of the same domain.
        pool = _plain(np.random.default_rng(seed))(domain, (2,))
        return rng.choice(np.asarray(pool), shape)

    return fill


def _special(rng: np.random.Generator, specials: Sequence[float]) -> Fill:
    plain = _plain(rng)

    def fill(domain: Real, shape: tuple[int, ...]) -> Numbers | None:
        numbers = np.array(plain(domain, shape))
        chosen = [s for s in specials if math.isnan(s) or domain.low <= s <= domain.high]
        if not chosen or numbers.size == 0:
            return None
        places = rng.choice(numbers.size, min(len(chosen), numbers.size), replace=False)
        numbers.reshape(-1)[places] = rng.permutation(chosen)[: len(places)]
        return numbers

    return fill
