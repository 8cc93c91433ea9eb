"""What each check asks, in words."""

from __future__ import annotations

from vibegrad.checks import batching, cotangents, derivatives, repetition
from vibegrad.draws import KINDS

_TORCH_AND_JAX = {
    "mutates": "nothing that is handed in is changed",
    "alias": "results are in memory of their own",
    "saved": "what is saved for the backward pass does not go stale",
    "jit": "compiled, it gives what it gives otherwise",
}

WHAT: dict[str, str] = {
    **{str(quantity): words for quantity, words in derivatives.QUANTITIES.items()},
    **_TORCH_AND_JAX,
    "duality": "forward and reverse mode are one derivative: ⟨w, J v⟩ = ⟨Jᵀw, v⟩",
    "subset": "the gradient of one input does not depend on which others are asked for",
    "types": "outputs and gradients have the types, shapes and devices of those of `like`",
    "accuracy": "float64 results keep float64's digits (no float32 and no finite differences inside)",
    "cotangent": "reverse mode, for every form of cotangent",
    "repeat": "the same inputs give the same, whatever was called before",
    "order": "calls do not disturb each other",
    "vmap": "many points at once are as each by itself",
    "float64": "in float64, it loses no more digits than `like` does",
    "float32": "in float32, it loses no more digits than `like` does",
    "float16": "in float16, it loses no more digits than `like` does",
    "bfloat16": "in bfloat16, it loses no more digits than `like` does",
}
"""By the part of an id before its slash."""

WHERE: dict[str, str] = {
    **KINDS,
    **{f"cotangent/{form}": words for form, words in cotangents.FORMS.items()},
    **repetition.IDS,
    **batching.IDS,
}
"""By the part after it, or by the whole id."""


def words_of(id: str) -> str:
    """What a check asks, by its id."""
    what, _, where = id.partition("/")
    more = WHERE.get(id) or WHERE.get(where)
    return WHAT[what] if more is None else f"{WHAT[what]}: {more}"
