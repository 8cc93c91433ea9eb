"""Wrong rules as PyTorch autograd functions, and what gradcheck and gradgradcheck say of each. Prints one JSON document.

Each is asked the way PyTorch's documentation shows it: double precision, standard normal inputs, default tolerances.
"""

import json
import warnings

import torch
from torch.autograd import Function, gradcheck, gradgradcheck

warnings.filterwarnings("ignore")
torch.manual_seed(0)
ROWS = []


def inputs(*shapes):
    return tuple(torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes)


def caught(check, f, xs):
    """Whether a checker refuses: it says no, or it stops at an error."""
    try:
        return not check(f, xs, raise_exception=False)
    except Exception:
        return True


def ask(kind, wrong, f, *shapes):
    xs = inputs(*(shapes or [(4,)]))
    checkers = {"gradcheck": caught(gradcheck, f, xs), "gradgradcheck": caught(gradgradcheck, f, xs)}
    ROWS.append({"class": kind, "wrong": wrong, "checkers": checkers})


def unary(value, slope):
    """A function of one tensor whose backward pass multiplies with slope(x, y)."""

    class Rule(Function):
        @staticmethod
        def forward(ctx, x):
            y = value(x)
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx, ct):
            return ct * slope(*ctx.saved_tensors)

    return Rule.apply


def binary(value, back):
    class Rule(Function):
        @staticmethod
        def forward(ctx, a, b):
            ctx.save_for_backward(a, b)
            return value(a, b)

        @staticmethod
        def backward(ctx, ct):
            return back(ct, *ctx.saved_tensors)

    return Rule.apply


def difference(f, x, h=6e-6):
    x = x.detach()
    return (f(x + h) - f(x - h)) / (2 * h)


class Stale(Function):
    saved = None

    @staticmethod
    def forward(ctx, x):
        Stale.saved = torch.exp(x)
        return Stale.saved.clone()

    @staticmethod
    def backward(ctx, ct):
        return ct * Stale.saved


class ThirdCall(Function):
    calls = 0

    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, ct):
        ThirdCall.calls += 1
        (y,) = ctx.saved_tensors
        return ct * (1 - y * y) * (2 if ThirdCall.calls > 2 else 1)


class Mutates(Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        x.data.copy_(y)
        return y

    @staticmethod
    def backward(ctx, ct):
        (y,) = ctx.saved_tensors
        return ct * (1 - y * y)


class Alias(Function):
    out = {}

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, ct):
        (x,) = ctx.saved_tensors
        buffer = Alias.out.setdefault(x.shape, torch.empty_like(x))
        return buffer.copy_((2 * ct * x).detach())


class Memo(Function):
    known = {}

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.exp(x)

    @staticmethod
    def backward(ctx, ct):
        (x,) = ctx.saved_tensors
        return ct * Memo.known.setdefault(x.data_ptr(), torch.exp(x.detach()))


order = {"after": False}


def cos_then(x):
    order["after"] = True
    return torch.cos(x)


def sin_slope(x, y):
    wrong, order["after"] = order["after"], False
    return torch.sin(x) if wrong else torch.cos(x)


def softmax_back(ct, y, axis):
    return y * (ct - (ct * y).sum(axis, keepdim=True))


class Softmax(Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.softmax(x, 1)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, ct):
        return softmax_back(ct, ctx.saved_tensors[0], 0)


class AddRow(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a + b

    @staticmethod
    def backward(ctx, ct):
        return ct, ct[0]


class Reused(Function):
    """x·eˣ as one function: its two uses of x."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.exp(x)

    @staticmethod
    def backward(ctx, ct):
        (x,) = ctx.saved_tensors
        return ct * x * torch.exp(x)


tanh_slope = lambda x, y: 1 - y * y
zero = torch.zeros_like

ask("none", "tanh with its right rule", unary(torch.tanh, tanh_slope))
ask("sign", "the derivative of cos is sin", unary(torch.cos, lambda x, y: torch.sin(x)))
ask("constant factor", "x² has derivative x", unary(torch.square, lambda x, y: x))
ask("0.05 % scaling", "tanh, 0.05 % too large", unary(torch.tanh, lambda x, y: 1.0005 * (1 - y * y)))
ask("swapped operands", "the partials of a·b exchanged", binary(lambda a, b: a * b, lambda ct, a, b: (ct * a, ct * b)), (4,), (4,))
ask("overwrite instead of accumulate", "x·eˣ without the derivative of its first factor", Reused.apply)
ask("missing sum over a broadcast axis", "a + row: the row gets one row's cotangent", AddRow.apply, (2, 3), (3,))
ask("wrong axis", "softmax along axis 1 differentiated along axis 0", Softmax.apply, (3, 3))
ask("transposed matmul operand", "the gradient by the first operand, b not transposed", binary(torch.matmul, lambda ct, a, b: (ct @ b, a.t() @ ct)), (3, 3), (3, 3))
ask("stale saved value", "exp keeps the value of its last call", Stale.apply)
ask("derivative of the wrong branch", "relu with its branches exchanged", unary(torch.relu, lambda x, y: (x < 0).to(x)))
ask("wrong only for |x| > 4", "tanh counts as flat beyond 4", unary(torch.tanh, lambda x, y: torch.where(x.abs() > 4, zero(x), 1 - y * y)))
ask("wrong only for negative x", "|x| has slope 1", unary(torch.abs, lambda x, y: torch.ones_like(x)))
ask("wrong only at n > 64", "elements beyond the 64th get no derivative", unary(torch.sin, lambda x, y: torch.cos(x) * (torch.arange(x.numel()) < 64).reshape(x.shape)))
ask("wrong only for odd sizes", "the last of an odd number of elements gets none", unary(torch.sin, lambda x, y: torch.cos(x) * (torch.arange(x.numel()) < x.numel() - x.numel() % 2).reshape(x.shape)))
ask("wrong only at exact integers", "the slope of sin is 0 at integers", unary(torch.sin, lambda x, y: torch.where(x == x.round(), zero(x), torch.cos(x))))
ask("wrong only for repeated inputs", "a/b counts as 1 where a and b are equal", binary(lambda a, b: a / b, lambda ct, a, b: (torch.where(a == b, zero(a), ct / b), torch.where(a == b, zero(a), -ct * a / (b * b)))), (4,), (4,))
ask("wrong from the third call on", "twice the slope from the third backward pass on", ThirdCall.apply)
ask("dependent on call order", "the slope of sin after a cos is that of −cos", lambda x: unary(torch.sin, sin_slope)(x))
ask("mutates an input", "tanh leaves its result in its argument", Mutates.apply)
ask("alias that a later call changes", "gradients of one shape share a buffer", Alias.apply)
ask("second derivative zero", "sinh with a bare number for its slope", unary(torch.sinh, lambda x, y: torch.cosh(x.detach())))
ask("second derivative wrong", "sigmoid with y·(1 − ȳ), ȳ fixed", unary(torch.sigmoid, lambda x, y: y * (1 - y.detach())))
ask("gradient through a dead branch", "relu leaks a hundredth below 0", unary(torch.relu, lambda x, y: torch.where(x > 0, torch.ones_like(x), 0.01 * torch.ones_like(x))))
ask("gradient through stop-gradient", "sign passes its cotangent straight through", unary(torch.sign, lambda x, y: torch.ones_like(x)))
ask("float32 inside", "the slope of sin in single precision", unary(torch.sin, lambda x, y: torch.cos(x.float()).double()))
ask("finite differences inside", "central differences for atan", unary(torch.atan, lambda x, y: difference(torch.atan, x)))
ask("complex step inside", "Im exp(x + ih)/h", unary(torch.exp, lambda x, y: torch.exp(x.detach() + 1e-20j).imag / 1e-20))
ask("memo by object identity", "exp keeps its slope by the address of its argument", Memo.apply)
ask("NaN swallowed to 0", "NaN in the slope of sin becomes 0", unary(torch.sin, lambda x, y: torch.nan_to_num(torch.cos(x), nan=0.0)))
ask("infinity at a removable singularity", "the slope of sin x/x without a case for 0", unary(lambda x: torch.sinc(x / torch.pi), lambda x, y: (torch.cos(x) - y) / x))
ask("overflow", "the slope of sigmoid as e⁻ˣ/(1 + e⁻ˣ)²", unary(torch.sigmoid, lambda x, y: torch.exp(-x) / (1 + torch.exp(-x)) ** 2))
ask("empty array", "the slope of exp of no elements has one", unary(torch.exp, lambda x, y: y if x.numel() else torch.ones(1, dtype=x.dtype)))
print(json.dumps({"library": "torch", "version": torch.__version__, "rows": ROWS}))
