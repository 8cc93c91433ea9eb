#!/bin/sh
# Installs PyTorch and JAX for the tests that compare the engine with them, from PyPI, into a virtual environment under
# $VIBEGRAD_TEST_CACHE (default ~/.cache/vibegrad-test). Does nothing when it is there. Needs Python 3.11 or newer with
# venv.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${VIBEGRAD_TEST_CACHE:-"${XDG_CACHE_HOME:-$HOME/.cache}/vibegrad-test"}
venv="$cache/python"
done="$venv/installed"
want=$(cat "$here/requirements.txt" "$here/without_cuda.py" | cksum)

if [ -f "$done" ] && [ "$(cat "$done")" = "$want" ]; then
  exit 0
fi

mkdir -p "$cache"
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
"$venv/bin/python" "$here/without_cuda.py"
"$venv/bin/python" -c 'import autograd, jax, pytest, setuptools, sympy, torch'
printf '%s' "$want" > "$done"
