"""The `autograd` package, with a few operations of our own beside its."""

from engine.operations import OPERATIONS
from engine.transforms import grad, hessian, hvp, jacobian, jvp

__all__ = ["OPERATIONS", "grad", "hessian", "hvp", "jacobian", "jvp"]
