"""The planted wrong ops and the right ones, by this checker and by the libraries' own: `beside.py [torch] [jax] [--seeds N]`.

Prints a table, and with --json one JSON document: for each checker how many planted ops it refuses, of how many that it
can be asked, and how many right ops it accuses.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here.parent / "tests")]

import vibegrad  # noqa: E402
from vibegrad.domains import Fixed, domain_of  # noqa: E402
from vibegrad.draws import Signature, draw_cases, free_signatures  # noqa: E402
from vibegrad.library.trees import leaves  # noqa: E402

Checker = Callable[[Any], bool | None]
"""Whether it refuses an op; None where it cannot be asked."""


def ours(seed: int | None = None) -> Checker:
    def refuses(one: Any) -> bool:
        dtypes = getattr(one, "dtypes", vibegrad.check.__kwdefaults__["dtypes"])
        try:
            vibegrad.check(one.op, like=one.like, inputs=one.inputs, seed=seed, dtypes=dtypes)
        except vibegrad.CheckFailed:
            return True
        return False

    return refuses


def drawn(one: Any, rng: np.random.Generator) -> tuple[list[object], list[int]]:
    """Inputs such as a user would take: small, inside the domain; and which are differentiated."""
    if one.inputs is None:
        signature = free_signatures(len(inspect.signature(one.like).parameters))[0]
    else:
        signature = Signature(tuple(domain_of(given, None) for given in one.inputs))
    case = next(case for case in draw_cases(signature, rng) if case.kind == "plain")
    floats = [
        i
        for i, (x, domain) in enumerate(zip(case.inputs, signature.domains, strict=True))
        if isinstance(x, np.ndarray) and x.dtype == np.float64 and getattr(domain, "differentiable", False)
    ]
    assert all(isinstance(d, Fixed) or isinstance(x, np.ndarray) for d, x in zip(signature.domains, case.inputs))
    return list(case.inputs), floats


def torch_checkers() -> dict[str, Checker]:
    import torch
    from torch.autograd import gradcheck, gradgradcheck
    from torch.autograd.gradcheck import GradcheckError

    torch.set_num_threads(1)

    def tensors(one: Any) -> list[Any]:
        inputs, floats = drawn(one, np.random.default_rng(0))
        made = [torch.from_numpy(np.array(x)) if isinstance(x, np.ndarray) else x for x in inputs]
        return [x.requires_grad_() if i in floats else x for i, x in enumerate(made)]

    def refused(check: Callable[..., object], one: Any, **options: Any) -> bool:
        try:
            return not check(lambda *xs: tuple(leaves(one.op(*xs))), tensors(one), **options)
        except Exception:
            return True

    def every(one: Any) -> bool:
        """Each further option by itself; an op that lacks what it needs is not refused for that."""
        for option in ("check_batched_grad", "check_forward_ad", "check_batched_forward_grad"):
            try:
                gradcheck(lambda *xs: tuple(leaves(one.op(*xs))), tensors(one), **{option: True})
            except GradcheckError:
                return True
            except Exception:
                continue
        return both(one)

    def opcheck(one: Any) -> bool | None:
        if not isinstance(one.op, torch._library.custom_ops.CustomOpDef):
            return None
        try:
            torch.library.opcheck(one.op, tuple(tensors(one)))
        except ImportError:
            return None  # It needs more than PyTorch itself: filelock.
        except Exception:
            return True
        return False

    def both(one: Any) -> bool:
        return refused(gradcheck, one) or refused(gradgradcheck, one)

    return {
        "gradcheck": lambda one: refused(gradcheck, one),
        "gradcheck, fast": lambda one: refused(gradcheck, one, fast_mode=True),
        "gradcheck + gradgradcheck": both,
        "gradcheck + gradgradcheck, all options": every,
        "opcheck": opcheck,
    }


def jax_checkers() -> dict[str, Checker]:
    import jax
    import jax.numpy as jnp
    from jax.test_util import check_grads

    def refused(order: int) -> Checker:
        def refuses(one: Any) -> bool:
            with jax.enable_x64(True):
                inputs, floats = drawn(one, np.random.default_rng(0))
                xs = [jnp.asarray(x) if isinstance(x, np.ndarray) else x for x in inputs]

                def at(*free: Any) -> Any:
                    given = list(xs)
                    for place, x in zip(floats, free, strict=True):
                        given[place] = x
                    return one.op(*given)

                modes = ["rev"] if isinstance(one.op, jax.custom_vjp) else ["fwd", "rev"]
                try:
                    check_grads(at, [xs[i] for i in floats], order, modes)
                except Exception:
                    return True
                return False

        return refuses

    return {"check_grads, order 1": refused(1), "check_grads, order 2": refused(2)}


def torch_ops() -> tuple[Sequence[Any], Sequence[Any]]:
    from correct import torch_custom
    from correct import torch_ops as right
    from planted import conduct, formulas, places

    return [*formulas.PLANTED, *places.PLANTED, *conduct.PLANTED], [*right.CORRECT, *torch_custom.CUSTOM]


def jax_ops() -> tuple[Sequence[Any], Sequence[Any]]:
    from correct import jax_ops as right
    from planted import jax_rules

    return jax_rules.PLANTED, right.CORRECT


def measured(library: str, seeds: int) -> list[dict[str, Any]]:
    planted, right = torch_ops() if library == "torch" else jax_ops()
    checkers = torch_checkers() if library == "torch" else jax_checkers()
    rows = []
    for name, refuses in {"vibegrad.check": ours(), **checkers}.items():
        start = time.process_time()
        found = {one.name: refuses(one) for one in planted}
        seconds = time.process_time() - start
        asked = {one: refused for one, refused in found.items() if refused is not None}
        missed = [one for one, refused in asked.items() if not refused]
        accused: list[str] = []
        runs = 0
        for _ in range(seeds if name == "vibegrad.check" else min(seeds, 1)):
            for one in right:
                refused = refuses(one)
                runs += refused is not None
                accused += [one.name] if refused else []
        row = {
            "library": library,
            "checker": name,
            "refused": len(asked) - len(missed),
            "planted": len(asked),
            "seconds": round(seconds / max(1, len(asked)), 3),
            "accused": len(accused),
            "right": runs,
            "missed": missed,
            "alarms": accused,
        }
        rows.append(row)
        print(
            f"{library:6} {name:42} {row['refused']:3} of {row['planted']:3} planted refused, "
            f"{row['seconds']:6.3f} s of CPU each; {row['accused']:3} of {row['right']:3} right ones accused",
            file=sys.stderr,
        )
    return rows


def main() -> None:
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", nargs="*", default=["torch", "jax"])
    parser.add_argument("--seeds", type=int, default=1, help="how often each right op is checked")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [row for library in given.libraries for row in measured(library, given.seeds)]
    if given.json:
        json.dump(rows, sys.stdout)


main()
