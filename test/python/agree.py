"""What PyTorch or JAX finds for the programs of programs.py: `agree.py torch` or `agree.py jax`.

Standard input holds {program: {"inputs": arrays, "direction": arrays, "weights": array}}, an array being
[shape, the bytes of its float64 numbers as hexadecimal digits]. Standard output gets, for each program, its value,
derivative along the direction, gradient and Hessian times direction in the same form, or an error.
"""

import json
import sys

import numpy as np


def decode(given):
    shape, digits = given
    return np.frombuffer(bytes.fromhex(digits), "<f8").reshape(shape).copy()


def encode(array):
    numbers = np.asarray(array)
    if numbers.dtype != np.float64:
        raise TypeError(f"float64 was expected, {numbers.dtype} came")
    return [numbers.shape, np.ascontiguousarray(numbers, "<f8").tobytes().hex()]


def answer(library, f, given):
    weights = decode(given["weights"])

    def weigh(shape):
        if shape != weights.shape:
            raise ValueError(f"the result has the shape {shape}, and {weights.shape} was expected")
        return weights

    inputs = [decode(x) for x in given["inputs"]]
    direction = [decode(v) for v in given["direction"]]
    found = library.derivatives(f, inputs, direction, weigh)
    return {part: [encode(array) for array in arrays] for part, arrays in found.items()}


def main():
    if sys.argv[1] == "torch":
        import with_torch as library
    else:
        import with_jax as library
    from programs import PROGRAMS

    asked = json.load(sys.stdin)
    results = {}
    for name, f in PROGRAMS.items():
        try:
            results[name] = answer(library, f, asked[name])
        except Exception as error:
            results[name] = {"error": f"{type(error).__name__}: {error}"}
    json.dump(results, sys.stdout)


main()
