"""References of the accuracy measurements, by mpmath (https://mpmath.org) with 120 digits or more.

Reads lines `name x [y]`, numbers as 16 hexadecimal digits of their float64, and answers each with three float64 in the
same form, or with `pole`: the correctly rounded value, what is left of the true value after it, and |f| + sum |x df/dx|.
"""
import struct
import sys

import mpmath
from mpmath import mp, mpf

mp.prec = 400


def unhex(text):
    return struct.unpack(">d", bytes.fromhex(text))[0]


def tohex(x):
    return struct.pack(">d", x).hex()


def rounded(v):
    """The nearest float64, subnormal numbers included."""
    if mpmath.isinf(v) or mpmath.isnan(v) or v == 0:
        return float(v)
    exponent = max(mpmath.frexp(v)[1] - 53, -1074)
    n = mpmath.nint(mpmath.ldexp(v, -exponent))
    with mpmath.workprec(60):
        try:
            return float(int(n) * 2.0**exponent) if exponent > -1022 else float(int(n)) * 5e-324 * 2.0 ** (exponent + 1074)
        except OverflowError:
            return float("inf") if n > 0 else float("-inf")


def finite(v):
    if v == 0:
        return 0.0
    if v > mpf(2) ** 1023:
        return 1.7976931348623157e308
    return rounded(v)


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if x < 0 else x + mpmath.log1p(mpmath.exp(-x))


def logaddexp(a, b):
    return max(a, b) + mpmath.log1p(mpmath.exp(-abs(a - b)))


def gelu_inner(x):
    return 2 * mpmath.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


def logcosh(x):
    x = abs(x)
    return mpmath.log1p(2 * mpmath.sinh(x / 2) ** 2) if x < 1000 else x + mpmath.log1p(mpmath.exp(-2 * x)) - mp.ln2


def log1mexp(x):
    return mpmath.log(-mpmath.expm1(-x)) if x < 1 else mpmath.log1p(-mpmath.exp(-x))


def lgamma(x):
    return mpmath.loggamma(x).real if x > 0 else mpmath.log(mp.pi / abs(mpmath.sinpi(x))) - mpmath.loggamma(1 - x).real


def digamma(x):
    return mpmath.digamma(x) if x > 0 else mpmath.digamma(1 - x) - mp.pi / tanpi(x)


def tanpi(x):
    return mpmath.sinpi(x) / mpmath.cospi(x)


def polygamma(n, x):
    """By Hurwitz's zeta; left of 0 by reflection, with the derivatives of the cotangent as polynomials of it."""
    n = int(n)
    if x > 0:
        return (-1) ** (n + 1) * mpmath.factorial(n) * mpmath.zeta(n + 1, x)
    c = mpmath.cospi(x) / mpmath.sinpi(x)
    q = [mpf(0), mpf(1)]
    for _ in range(n):
        d = [k * q[k] for k in range(1, len(q))]
        q = [-(d[k] if k < len(d) else 0) - (d[k - 2] if k >= 2 else 0) for k in range(len(d) + 2)]
    return (-1) ** n * polygamma(n, 1 - x) - mp.pi ** (n + 1) * sum(a * c**k for k, a in enumerate(q))


def mish(x):
    return x * mpmath.tanh(softplus(x))


# name: (f, the sum of |x df/dx|), null where the unit is an ulp.
FUNCTIONS = {
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x * x,
    "cube": lambda x: x**3,
    "sqrt": mpmath.sqrt,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "exp": mpmath.exp,
    "exp2": lambda x: mpf(2) ** x,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mp.ln2,
    "log10": lambda x: mpmath.log(x) / mp.ln10,
    "log1p": mpmath.log1p,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": lambda x: mpmath.sign(x) * mpmath.log1p(abs(x) + x * x / (1 + mpmath.sqrt(1 + x * x))),
    "acosh": lambda x: mpmath.log1p(x - 1 + mpmath.sqrt((x - 1) * (x + 1))),
    "atanh": lambda x: mpmath.sign(x) * mpmath.log1p(2 * abs(x) / (1 - abs(x))) / 2,
    "pow": lambda a, b: mpmath.exp(b * mpmath.log(a)),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "logsigmoid": lambda x: -softplus(-x),
    "logaddexp": logaddexp,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * sigmoid(gelu_inner(x)),
    "mish": mish,
    "hypot": lambda a, b: mpmath.sqrt(a * a + b * b),
    "atan2": mpmath.atan2,
    "xlogy": lambda a, b: a * mpmath.log(b) if a != 0 else mpf(0),
    "sinc": lambda x: mpmath.sin(x) / x if x != 0 else mpf(1),
    "huber": lambda x: x * x / 2 if abs(x) <= 1 else abs(x) - mpf(0.5),
    "logit": lambda x: mpmath.log(x / (1 - x)),
    "log1mexp": log1mexp,
    "logcosh": logcosh,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "erfinv": mpmath.erfinv,
    "lgamma": lgamma,
    "digamma": digamma,
    "polygamma": polygamma,
}


def gelu_slope(x):
    s = sigmoid(gelu_inner(x))
    return s + x * s * (1 - s) * 2 * mpmath.sqrt(2 / mp.pi) * (1 + 3 * mpf("0.044715") * x * x)


def mish_slope(x):
    t = mpmath.tanh(softplus(x))
    return t + x * (1 - t * t) * sigmoid(x)


PARTIALS = {
    "sigmoid": [lambda x: sigmoid(x) * sigmoid(-x)],
    "softplus": [sigmoid],
    "logsigmoid": [lambda x: sigmoid(-x)],
    "logaddexp": [lambda a, b: sigmoid(a - b), lambda a, b: sigmoid(b - a)],
    "silu": [lambda x: sigmoid(x) * (1 + x * sigmoid(-x))],
    "gelu": [gelu_slope],
    "mish": [mish_slope],
    "hypot": [lambda a, b: a / mpmath.hypot(a, b), lambda a, b: b / mpmath.hypot(a, b)],
    "atan2": [lambda a, b: b / (a * a + b * b), lambda a, b: -a / (a * a + b * b)],
    "xlogy": [lambda a, b: mpmath.log(b), lambda a, b: a / b],
    "sinc": [lambda x: (mpmath.cos(x) - mpmath.sin(x) / x) / x if x != 0 else mpf(0)],
    "huber": [lambda x: max(-1, min(x, 1))],
    "logit": [lambda x: 1 / (x * (1 - x))],
    "log1mexp": [lambda x: 1 / mpmath.expm1(x)],
    "logcosh": [mpmath.tanh],
    "erf": [lambda x: 2 / mpmath.sqrt(mp.pi) * mpmath.exp(-x * x)],
    "erfc": [lambda x: 2 / mpmath.sqrt(mp.pi) * mpmath.exp(-x * x)],
    "erfinv": [lambda x: mpmath.sqrt(mp.pi) / 2 * mpmath.exp(mpmath.erfinv(x) ** 2)],
    "lgamma": [digamma],
    "digamma": [lambda x: polygamma(1, x)],
    "polygamma": [lambda n, x: mpf(0), lambda n, x: polygamma(n + 1, x)],
}


def answer(name, at):
    x = [mpf(v) for v in at]
    # Cancellation and the reduction of large angles cost digits: one for each bit of exponent covers all of it.
    span = max([abs(mpmath.frexp(v)[1]) for v in x if v != 0] + [0])
    with mpmath.workprec(400 + (2 * span if name in WIDE else 0)):
        f = FUNCTIONS[name](*x)
        near = rounded(f)
        rest = 0.0 if near in (float("inf"), float("-inf")) else finite_signed(f - mpf(near))
        size = abs(f) + sum(abs(v * d(*x)) for v, d in zip(x, PARTIALS[name])) if name in PARTIALS else mpf(0)
        return near, rest, finite(size)


def finite_signed(v):
    return -finite(-v) if v < 0 else finite(v)


WIDE = {
    "sin", "cos", "tan", "sinc", "asin", "acos", "log1p", "expm1", "asinh", "acosh", "atanh", "logit", "atan", "atan2",
    "log1mexp", "logcosh", "sigmoid", "softplus", "logsigmoid", "silu", "mish", "logaddexp", "hypot", "erf", "erfinv",
    "tanh", "sinh",
}

for line in sys.stdin:
    name, *at = line.split()
    try:
        print(*map(tohex, answer(name, [unhex(v) for v in at])))
    except (ValueError, ZeroDivisionError):
        print("pole")
