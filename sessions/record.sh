#!/usr/bin/env bash
# Records the shipped sessions again, from scratch: all of them, or those that are named.
#
#     sessions/record.sh [embedded] [manual] [textbook] [library] [library-speed] [smollm2] [correction]
#
# Everything happens under a temporary VIBEGRAD_HOME, so that a journal holds no path of this machine. A folder is
# replaced only once its session has ended and nothing of this machine was found in it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export PATH="$root/node_modules/node/bin:$PATH"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null NO_COLOR=1
VIBEGRAD_HOME=$(mktemp -d)
export VIBEGRAD_HOME
mkdir -p "$VIBEGRAD_HOME/workspaces"
server=

finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$VIBEGRAD_HOME"
}
trap finish EXIT

# record NAME ALLOWED-EXIT-CODES OPTION...: one session on a new workspace.
record() {
  cd "$VIBEGRAD_HOME/workspaces"
  node "$root/bin/vibegrad.mjs" init "$1" >/dev/null
  cd "$1"
  hold "$@"
}

# hold NAME ALLOWED-EXIT-CODES OPTION...: one session on the repository of the current folder.
hold() {
  local name=$1 allowed=$2 code=0
  shift 2
  node "$root/bin/vibegrad.mjs" "$@" --auto >"$VIBEGRAD_HOME/$name.log" 2>&1 || code=$?
  case " $allowed " in
    *" $code "*) ;;
    *)
      cat "$VIBEGRAD_HOME/$name.log" >&2
      echo "record.sh: $name ended with code $code" >&2
      exit 1
      ;;
  esac
  local session
  session=$(ls -d "$VIBEGRAD_HOME"/sessions/* | tail -n 1)
  keep "$name" "$session"
  if [ "$name" != "${name#library-}" ]; then git merge --quiet --ff-only "vibegrad/$(basename "$session")"; fi
  # The next `ls` finds the next session alone.
  rm -rf "$session"
}

# keep NAME SESSION: journal, blobs and transcript; for the search, also the engine that it grew.
keep() {
  local name=$1 session=$2 to="$root/sessions/$1"
  rm -rf "$session/prompts" "$session/lock" "$session/partial"
  if grep -rqF -e "$VIBEGRAD_HOME" -e "$root" -e "$HOME/" "$session"; then
    grep -rlF -e "$VIBEGRAD_HOME" -e "$root" -e "$HOME/" "$session" >&2
    echo "record.sh: $name holds a path of this machine" >&2
    exit 1
  fi
  mkdir -p "$to"
  rm -rf "$to/blobs" "$to/engine" "$to/plots"
  cp -R "$session/journal.jsonl" "$session/blobs" "$session/transcript.md" "$to/"
  if [ -d "$session/plots" ]; then cp -R "$session/plots" "$to/"; fi
  chmod -R u=rwX,go=rX "$to"
  if [ "$name" = embedded ]; then
    mkdir "$to/engine"
    for file in engine.ts contract.ts; do
      git show "vibegrad/$(basename "$session"):$file" >"$to/engine/$file"
    done
  fi
  echo "$name: $(grep -c . "$to/journal.jsonl") lines, $(du -sk "$to" | cut -f1) kB"
}

embedded() {
  record embedded 0 improve --model embedded --title 'The ladder, climbed by a search'
}

manual() {
  record manual 0 improve --model manual --answers "$root/sessions/manual/answers" --rung 1 --rung 2 --rung 3 --no-shrink \
    --title 'From two rules to Hessians, with the mistakes left in'
}

textbook() {
  record textbook 0 tour --model manual --answers "$root/sessions/textbook/answers" \
    --title 'A textbook of derivatives, every claim of it run'
}

# grown BASE: a clone of this repository whose last commit has the files of library-base/BASE over it.
grown() {
  cd "$VIBEGRAD_HOME/workspaces"
  rm -rf library
  git clone --quiet "$root" library
  cd library
  git checkout --quiet -b growing
  cp -R "$root/sessions/library-base/$1/engine" .
  git -c user.name=Vibegrad -c user.email=vibegrad@localhost commit --quiet --all \
    --message 'The library as its sessions find it'
}

# This repository's own library, in three sessions, each on what the one before left: a table whose rows lack their rules.
library() {
  grown rules
  hold library-rules 0 improve --model manual --answers "$root/sessions/library-rules/answers" --questions none --no-shrink \
    --goal r1/rsqrt r1/cbrt r1/log1p r1/max r1/min r1/pow r2/softplus r2/logaddexp r2/huber r2/logit r2/silu r2/mish \
    --title 'Rules of the library that a person types'
  hold library-search 0 improve --model embedded --no-shrink \
    --goal r1/sqrt r1/exp2 r1/expm1 r1/log2 r1/log10 r1/tan r1/asin r1/acos r1/atan r1/sinh r1/cosh r1/asinh r1/acosh \
    r1/atanh r1/relu r2/logsigmoid r2/hypot r2/atan2 r2/xlogy r2/logcosh r2/log1mexp \
    --title 'Rules of the library that a search finds'
  hold library-extremes 0 improve --model manual --answers "$root/sessions/library-extremes/answers" --no-shrink \
    --goal r6/extremes --title 'Slopes where the numbers end'
}

# What those three left, with mish as it was. Judged by time: on a machine that does much else it may come out undecided.
library-speed() {
  grown speed
  hold library-speed 0 improve --model manual --answers "$root/sessions/library-speed/answers" --no-shrink \
    --metric speed:mish-array --title 'One exponential in place of three'
}

# A model of 135 million parameters meets hardly any goal; how the loop takes its failures is what is recorded.
smollm2() {
  serve 18135
  # It may end at its budget: whatever it said until then is the session.
  record smollm2 '0 8' improve --model "$(grep -m 1 '^http' "$VIBEGRAD_HOME/server.log")" \
    --goal r1/neg r1/square --candidates 1 --max-tokens 60000 --max-time 900 \
    --title 'A very small language model tries'
  kill "$server" 2>/dev/null || true
  server=
}

# Whether a verdict helps it to correct itself: 24 questions, each asked again in three ways.
correction() {
  serve 18136
  node "$root/bin/vibegrad.mjs" control correction --items 24 \
    --model "$(grep -m 1 '^http' "$VIBEGRAD_HOME/server.log")" >"$VIBEGRAD_HOME/correction.log"
  keep correction "$(ls -d "$VIBEGRAD_HOME"/sessions/* | tail -n 1)"
  rm -rf "$VIBEGRAD_HOME"/sessions/*
  kill "$server" 2>/dev/null || true
  server=
}

# serve PORT: the very small language model, on loopback.
serve() {
  "$root/test/models/install-real-server.sh"
  node "$root/test/models/real-server.ts" "$1" >"$VIBEGRAD_HOME/server.log" 2>&1 &
  server=$!
  until grep -q '^http' "$VIBEGRAD_HOME/server.log"; do
    if ! kill -0 "$server" 2>/dev/null; then
      cat "$VIBEGRAD_HOME/server.log" >&2
      exit 1
    fi
    sleep 0.2
  done
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then names=(embedded manual textbook library library-speed smollm2 correction); fi
for name in "${names[@]}"; do
  case "$name" in
    embedded | manual | textbook | library | library-speed | smollm2 | correction) "$name" ;;
    *)
      echo "usage: sessions/record.sh [embedded] [manual] [textbook] [library] [library-speed] [smollm2] [correction]" >&2
      exit 2
      ;;
  esac
done
