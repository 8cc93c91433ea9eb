"""
Polynomial coefficients of engine/numeric: Chebyshev interpolants (mpmath) as powers of their variable, each with the digits
that count.
"""
import mpmath
from mpmath import mp, mpf

mp.prec = 300


# What the digits that are left off a coefficient may change, relative to the function.
NEGLIGIBLE = mpf(2) ** -59


def shortest(c, most):
    """The number with the fewest digits that is at most `most` away from c; the nearest float64 where none is."""
    if abs(c) <= most:
        return 0.0
    for digits in range(1, 17):
        short = float(mpmath.nstr(c, digits))
        if abs(short - c) <= most:
            return short
    return float(c)


def fit(f, low, high, degree):
    """Coefficients, lowest first, of the interpolant on [low, high], and its relative error."""
    mid, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    n = degree + 1
    nodes = [mpmath.cos(mp.pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    values = [f(mid + half * t) for t in nodes]
    cheb = [2 / mpf(n) * sum(v * mpmath.cos(mp.pi * j * (2 * k + 1) / (2 * n)) for k, v in enumerate(values)) for j in range(n)]
    cheb[0] /= 2
    powers = [mpf(0)] * n
    before, now = [mpf(1)], [mpf(0), mpf(1)]
    for j, c in enumerate(cheb):
        t = before if j == 0 else now
        for k, a in enumerate(t):
            powers[k] += c * a
        if j > 0:
            new = [mpf(0)] + [2 * a for a in now]
            for k, a in enumerate(before):
                new[k] -= a
            before, now = now, new
    scaled = [a / half**k for k, a in enumerate(powers)]
    exact = [sum(a * mpmath.binomial(k, i) * (-mid) ** (k - i) for k, a in enumerate(scaled) if k >= i) for i in range(n)]
    points = [mid + half * (-1 + (mpf(i) + 0.5) / 200) for i in range(400)]
    size = max(min(abs(f(x)) for x in points), mpf("0.05"))
    reach = half + abs(mid)
    coefficients = [shortest(c, NEGLIGIBLE * size / reach**i) for i, c in enumerate(exact)]
    error = max(abs(sum(c * x**i for i, c in enumerate(exact)) / f(x) - 1) for x in points)
    return coefficients, error


def erfcx(x):
    return mpmath.exp(x * x) * mpmath.erfc(x)


def mapped(c, k, u):
    """The x with u = (x - c)/(x + k)."""
    return (c + k * u) / (1 - u)


ROOT = mpmath.findroot(mpmath.digamma, 1.46)


def digamma_over(x):
    return mpmath.digamma(x) / (x - ROOT)


def lgamma_over(z):
    return mpmath.loggamma(2 + z) / z if z != 0 else 1 - mpmath.euler


def tanh_rest(u):
    return (mpmath.tanh(mpmath.sqrt(u)) / mpmath.sqrt(u) - 1) / u


def acosh_rest(t):
    return (mpmath.acosh(1 + t) / mpmath.sqrt(2 * t) - 1) / t


def erf_over_x(u):
    return mpmath.erf(mpmath.sqrt(u)) / mpmath.sqrt(u)


# What is fitted, from, to, degree.
FITS = {
    "(tanh(x) - x)/x^3 by x^2/(x^2 + 6)": (lambda u: tanh_rest(mapped(0, 6, u)), 0, mpf(1) / 7, 12),
    "(acosh(1 + t)/sqrt(2 t) - 1)/t by t/(t + 4)": (lambda u: acosh_rest(mapped(0, 4, u)), 0, mpf(1) / 9, 9),
    "erf(x)/x by x^2": (erf_over_x, 0, 1, 12),
    "erfcx(x) by (x - 1.125)/(x + 2), 0.5 to 2.25": (lambda u: erfcx(mapped(1.125, 2, u)), -0.25, mpf(9) / 34, 14),
    "x erfcx(x) by (x - 5.5)/(x + 2), 2.25 to 28": (lambda u: mapped(5.5, 2, u) * erfcx(mapped(5.5, 2, u)), mpf(-13) / 17, 0.75, 17),
    "digamma(x)/(x - root) by (x - 1.5)/(x + 1)": (lambda u: digamma_over(mapped(1.5, 1, u)), mpf(-1) / 4, mpf(1) / 6, 15),
    "lgamma(3.5 + t/2) - log(225/64)": (lambda t: mpmath.loggamma((t + 7) / 2) - mpmath.log(mpf(225) / 64), -1, 1, 14),
    "lgamma(2 + z)/z by z/(z + 4)": (lambda u: lgamma_over(mapped(0, 4, u)), mpf(-1) / 7, mpf(1) / 9, 13),
}
if __name__ == "__main__":
    print("root", [float(ROOT), float(ROOT - mpf(float(ROOT)))])
    for name, (f, low, high, degree) in FITS.items():
        coefficients, error = fit(f, low, high, degree)
        print(name, "from", mpmath.nstr(low, 5), "to", mpmath.nstr(high, 5), "error", mpmath.nstr(error, 3))
        print(coefficients)
