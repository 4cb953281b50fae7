#!/usr/bin/env bash
# base.sh COMMIT: builds that commit under .cache for the programs of this tree's benchmarks, and prints its folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo "BENCH_BASE: no commit $1" >&2; exit 1; }
folder=$PWD/.cache/base-$commit
if [ ! -e "$folder/built" ]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  git archive "$commit" | tar -x -C "$folder"
  cp -R node_modules "$folder"
  (cd "$folder" && ./build.sh build) > "$folder/build.log" 2>&1 || { tail -20 "$folder/build.log" >&2; exit 1; }
  touch "$folder/built"
fi
# They import the package by its name, which is there the base's.
mkdir -p "$folder/dist/tests/bench"
cp dist/tests/bench/*.js "$folder/dist/tests/bench"
echo "$folder"
