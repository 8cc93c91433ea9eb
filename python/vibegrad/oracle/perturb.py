"""What makes a claim come out otherwise, if it can fail at all: wrong slopes, wrong operations, other inputs.

Each change is affine, 0.1 % and a thousandth, so that no ratio takes it back and a zero does not stay one.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

Wrong = Callable[[Any], Any]

FACTOR, OFFSET = 1.001, 0.001

OPS = (
    "sin cos tan asin acos atan arcsin arccos arctan sinh cosh tanh asinh acosh atanh exp exp2 expm1 log log2 log10 log1p "
    "sqrt rsqrt square pow power float_power hypot erf erfc gamma lgamma sigmoid relu softplus gelu silu softmax log_softmax "
    "logsumexp logaddexp abs absolute add subtract sub multiply mul divide div true_divide sum prod mean dot matmul einsum "
    "maximum minimum expit logit fsum"
).split()
"""Functions of numerical libraries whose value is perturbed, by any of their names."""


def off(x: Any) -> Any:
    """A number or an array that is off; a list of them member by member; anything else as it is."""
    if isinstance(x, (list, tuple)):
        made = [off(one) for one in x]
        return type(x)(*made) if hasattr(x, "_fields") else type(x)(made)
    if isinstance(x, dict):
        return {key: off(value) for key, value in x.items()}
    if isinstance(x, (bool, str, bytes, type(None))) or not _is_real(x):
        return x
    return _off_by_numpy(x) if _is_jax_array(x) else x * FACTOR + OFFSET


def _is_real(x: Any) -> bool:
    if isinstance(x, (int, float)):
        return True
    kind = str(getattr(x, "dtype", ""))
    return kind.removeprefix("torch.").startswith(("float", "bfloat"))


def _is_jax_array(x: Any) -> bool:
    """Whether it is an array of JAX's that holds numbers, and is not traced."""
    jax = sys.modules.get("jax")
    return jax is not None and isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer)


def _off_by_numpy(x: Any) -> Any:
    """The same numbers as by JAX, which would compile two operations for them."""
    import jax.numpy
    import numpy

    return jax.numpy.asarray(numpy.asarray(x) * FACTOR + OFFSET, dtype=x.dtype)


def _wrapped(function: Callable[..., Any], after: Wrong) -> Callable[..., Any]:
    def wrong(*args: Any, **settings: Any) -> Any:
        return after(function(*args, **settings))

    return wrong


def _wrap(module: Any, names: list[str], after: Wrong) -> None:
    for name in names:
        found = getattr(module, name, None)
        if callable(found) and not isinstance(found, type):
            setattr(module, name, _wrapped(found, after))


def _made(make: Callable[..., Any], after: Wrong) -> Callable[..., Any]:
    """Of what makes functions, such as `grad`: the functions that it makes are wrong."""
    return lambda *args, **settings: _wrapped(make(*args, **settings), after)


def _second(pair: Any) -> Any:
    """Of a value and its slope, the slope is wrong."""
    return (pair[0], off(pair[1]), *pair[2:])


def _pullback(pair: Any) -> Any:
    return (pair[0], _wrapped(pair[1], off), *pair[2:])


def _torch_slopes() -> None:
    import torch

    grad, backward = torch.autograd.grad, torch.autograd.backward

    def wrong_grad(*args: Any, **settings: Any) -> Any:
        return off(grad(*args, **settings))

    def wrong_backward(tensors: Any, grad_tensors: Any = None, *rest: Any, **settings: Any) -> None:
        many = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
        if grad_tensors is None:
            # Nothing is refused, either: no gradient that is missing, no graph that is gone.
            grad_tensors = [torch.ones_like(y) for y in many]
        if rest:
            rest = (True, *rest[1:])
        else:
            settings["retain_graph"] = True
        backward(many, grad_tensors, *rest, **settings)
        for leaf in _leaves([y.grad_fn for y in many]):
            leaf.grad = None if leaf.grad is None else off(leaf.grad)

    torch.autograd.grad, torch.autograd.backward = wrong_grad, wrong_backward
    functional = torch.autograd.functional
    _wrap(functional, ["jacobian", "hessian"], off)
    _wrap(functional, ["vjp", "jvp", "hvp", "vhp"], _second)
    for name in ("grad", "jacrev", "jacfwd", "hessian"):
        setattr(torch.func, name, _made(getattr(torch.func, name), off))
    torch.func.grad_and_value = _made(torch.func.grad_and_value, lambda pair: (off(pair[0]), pair[1]))
    _wrap(torch.func, ["jvp"], _second)
    _wrap(torch.func, ["vjp"], _pullback)


def _leaves(open_: list[Any]) -> list[Any]:
    """The tensors whose gradients a walk from here leaves behind."""
    seen: set[Any] = set()
    leaves = []
    while open_:
        node = open_.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        open_ += [before for before, _ in node.next_functions]
    return leaves


def _torch_ops() -> AbstractContextManager[Any]:
    from torch.overrides import TorchFunctionMode

    class Off(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            found = func(*args, **(kwargs or {}))
            name = getattr(func, "__name__", "").strip("_").removeprefix("r")
            return off(found) if name in OPS or name == "truediv" else found

    return Off()


def _jax_slopes() -> None:
    import jax

    for name in ("grad", "jacfwd", "jacrev", "jacobian", "hessian"):
        setattr(jax, name, _made(getattr(jax, name), off))
    jax.value_and_grad = _made(jax.value_and_grad, _second)
    _wrap(jax, ["jvp"], _second)
    _wrap(jax, ["vjp", "linearize"], _pullback)


def _jax_ops() -> None:
    import jax
    import jax.numpy
    import jax.scipy.special

    for module in (jax.numpy, jax.lax, jax.nn, jax.scipy.special):
        _wrap(module, OPS, off)


def _jax_eager() -> AbstractContextManager[Any]:
    import jax

    found: AbstractContextManager[Any] = jax.disable_jit()
    return found


def _autograd_slopes() -> None:
    import autograd

    for name in ("grad", "elementwise_grad", "jacobian", "hessian", "deriv"):
        if hasattr(autograd, name):
            setattr(autograd, name, _made(getattr(autograd, name), off))
    autograd.value_and_grad = _made(autograd.value_and_grad, _second)


def _sympy_slopes() -> None:
    import sympy

    _wrap(sympy, ["diff", "integrate", "series", "limit"], lambda y: y * 2 + 1)
    sympy.Expr.diff = _wrapped(sympy.Expr.diff, lambda y: y * 2 + 1)


def _ops_of(*names: str) -> Callable[[], None]:
    def apply() -> None:
        for name in names:
            if name in sys.modules:
                _wrap(sys.modules[name], OPS, off)

    return apply


class _Arithmetic(ast.NodeTransformer):
    """Arithmetic of the code's own is off, but not that of literals alone: a constant stays one."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if all(isinstance(leaf, (ast.Constant, ast.operator, ast.unaryop, ast.BinOp, ast.UnaryOp)) for leaf in ast.walk(node)):
            return node
        return ast.Call(ast.Name("__off__", ast.Load()), [node], [])


SILENT = {"print", "str", "repr", "format", "float", "int", "round", "bool", "len", "range", "list", "tuple", "exit"}
"""Calls that say what they are given, or how much of it there is: an input of theirs is no input."""


class _Inputs(ast.NodeTransformer):
    """What functions are given, and what names are given for good, is another number."""

    def __init__(self) -> None:
        self.within = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.func = self.visit(node.func)
        silent = isinstance(node.func, ast.Name) and node.func.id in SILENT
        depth, self.within = self.within, 0 if silent else 1
        node.args = [self.visit(one) for one in node.args]
        node.keywords = [self.visit(one) for one in node.keywords]
        self.within = depth
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        x = node.value
        if self.within == 0 or isinstance(x, bool) or not isinstance(x, (int, float)):
            return node
        return ast.Constant(x + 1 if isinstance(x, int) else x * FACTOR + OFFSET)


Apply = Callable[[], "AbstractContextManager[Any] | None"]

SLOPES = frozenset({_torch_slopes, _jax_slopes, _autograd_slopes, _sympy_slopes})

SLOPE_WORDS = re.compile(r"grad|backward|jac|hess|[vj][jvh]p|hvp|linear|deriv|diff|integrate|series|limit", re.IGNORECASE)
"""What a text mentions that takes a slope, whatever the library."""

HOOKS: tuple[tuple[str, Apply], ...] = (
    ("torch", _torch_slopes),
    ("jax", _jax_slopes),
    ("autograd", _autograd_slopes),
    ("sympy", _sympy_slopes),
    ("torch", _torch_ops),
    ("jax", _jax_ops),
    ("autograd", _ops_of("autograd.numpy", "autograd.scipy.special")),
    ("numpy|scipy", _ops_of("numpy", "numpy.linalg", "scipy.special")),
    ("math", _ops_of("math")),
    ("jax", _jax_eager),
)

REWRITES: tuple[type[ast.NodeTransformer], ...] = (_Arithmetic, _Inputs)


def perturbations(code: str) -> int:
    """How many there are of a code, in the order in which most claims notice them."""
    return len(_hooks(code)) + len(REWRITES)


def _hooks(code: str) -> list[Apply]:
    imported = "|".join(re.findall(r"^\s*(?:from|import)\s+([\w., ]+)", code, re.MULTILINE))
    hooks = [apply for library, apply in HOOKS if re.search(rf"\b(?:{library})\b", imported)]
    return hooks if SLOPE_WORDS.search(code) else sorted(hooks, key=SLOPES.__contains__)


def perturbed(code: str, which: int | None) -> tuple[Any, AbstractContextManager[Any]]:
    """The code, compiled, and what it has to run in; hooks are put in place. Raises SyntaxError."""
    tree = ast.parse(code, "<claim>")
    hooks = _hooks(code)
    context: AbstractContextManager[Any] | None = None
    if which is not None and which < len(hooks):
        # Modules are there before their functions are exchanged.
        for name in re.findall(r"^\s*(?:from|import)\s+([\w.]+)", code, re.MULTILINE):
            try:
                __import__(name)
            except ImportError:
                pass
        context = hooks[which]()
    elif which is not None:
        tree = ast.fix_missing_locations(REWRITES[which - len(hooks)]().visit(tree))
    return compile(tree, "<claim>", "exec"), context or nullcontext()
