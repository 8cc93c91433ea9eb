"""`python -m vibegrad.oracle jax|torch|autograd`: answers lines of JSON on standard input until it ends."""

from __future__ import annotations

import sys

from vibegrad.oracle.engines import ENGINES, engine_named
from vibegrad.oracle.serve import serve


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in ENGINES:
        print(f"usage: python -m vibegrad.oracle {'|'.join(ENGINES)}", file=sys.stderr)
        return 2
    # The library is there already; what a candidate would be is no business of this one.
    engine = engine_named(sys.argv[1])
    serve(sys.stdin, sys.stdout, lambda _: engine)
    return 0


sys.exit(main())
