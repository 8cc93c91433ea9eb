"""What JAX compiles, kept in memory and handed on as bytes: from a warm process to the next one, from a claim to its perturbations.

A perturbed run compiles what the claim itself compiled, but for what is perturbed. No byte can be written to a file here.
"""

from __future__ import annotations

import base64
import json
import sys


class Kept:
    """JAX's interface of a cache. What was there from the beginning is not handed on again."""

    _path = None

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}
        self.new: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.new.get(key) or self.known.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.new[key] = value

    def clear(self) -> None:
        self.known.clear()
        self.new.clear()


_kept = Kept()


def keep(*texts: str) -> None:
    """From now on JAX looks here before it compiles, and in what earlier processes handed on."""
    for text in texts:
        if text:
            _kept.known.update({key: base64.b64decode(value) for key, value in json.loads(text).items()})
    if "jax" not in sys.modules:
        return
    try:
        import jax
        from jax._src import compilation_cache

        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        compilation_cache._cache = _kept
    except Exception:
        # Of another version: then everything is compiled anew.
        pass


def compiled() -> str:
    """What was compiled here since `keep`, in a line of text."""
    return json.dumps({key: base64.b64encode(value).decode() for key, value in _kept.new.items()})
