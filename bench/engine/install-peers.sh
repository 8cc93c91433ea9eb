#!/bin/sh
# Installs the npm packages that `npm run bench engine` measures the engine against, into peers/ under
# $VIBEGRAD_TEST_CACHE (default ~/.cache/vibegrad-test), outside the checkout. Does nothing when they are there.
set -eu

cache=${VIBEGRAD_TEST_CACHE:-"${XDG_CACHE_HOME:-$HOME/.cache}/vibegrad-test"}
peers="$cache/peers"
done="$peers/installed"
want='@jax-js/jax@0.1.25 rose@0.4.10 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0'

if [ -f "$done" ] && [ "$(cat "$done")" = "$want" ]; then
  exit 0
fi

rm -rf "$peers"
mkdir -p "$peers"
cd "$peers"
printf '{ "private": true, "type": "module" }\n' > package.json
# shellcheck disable=SC2086 # one word for each package
npm install --silent --no-audit --no-fund --ignore-scripts --save-exact $want
printf '%s' "$want" > "$done"
