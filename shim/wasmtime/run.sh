#!/usr/bin/env bash
# ./build.sh wasmtime: the crate built, tested and measured, one line for each step and the count last.
# BOUNDARY_SECONDS says how long random arguments are tried (60 in CI), ROUNDS how long a turn of the
# benchmark is.
set -uo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/berkeley-sockets/cargo}
export BOUNDARY_SECONDS=${BOUNDARY_SECONDS:-${CI:+60}}
export BOUNDARY_SECONDS=${BOUNDARY_SECONDS:-10}
top=$(cd ../.. && pwd)
out=$top/.cache/wasmtime
mkdir -p "$out"
passed=0
failed=0

step() { # step NAME COMMAND…: runs it, tells its end, and what it printed where it failed
  local name=$1 began=$SECONDS
  shift
  if "$@" > "$out/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok   $name, $((SECONDS - began)) s"
  else
    failed=$((failed + 1))
    echo "FAIL $name, $((SECONDS - began)) s"
    tail -n 60 "$out/log" | sed 's/^/     /'
  fi
}

tests() { # cargo test, of which each test counts
  local began=$SECONDS status=0 counts
  cargo test --release --locked --no-fail-fast -- --show-output > "$out/log" 2>&1 || status=$?
  counts=$(awk '/^test result:/ { p += $4; f += $6 } END { print p + 0, f + 0 }' "$out/log")
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
  echo "cargo test: ${counts% *} passed, ${counts#* } failed, $((SECONDS - began)) s"
  grep -E '^(skipped: |[0-9]+ (calls|refused calls|rounds))' "$out/log" | sort -u | sed 's/^/     /'
  if [ "$status" != 0 ]; then
    [ "${counts#* }" != 0 ] || failed=$((failed + 1))
    grep -vE '^test .* ok$' "$out/log" | tail -n 80 | sed 's/^/     /'
  fi
}

rustc --version
step "constants.txt is this system's" node constants.mjs --check
# The npm package's decisions, for the same calls.
export MATRIX=$out/matrix.jsonl
step "the matrix of tests/policy, by Node" node ../../dist/tests/policy/matrix.test.js
trace() { # what the tests of families and structs have codec.wasm do in V8
  local test
  rm -f "$out/trace.jsonl"
  for test in ../../dist/tests/family/*.test.js ../../dist/tests/struct/*.test.js; do
    TRACE=$out/trace.jsonl node --import ./trace.mjs "$test" || return
  done
}
step "the codec's calls of tests/family and tests/struct, in V8" trace
export TRACE=$out/trace.jsonl
step "rustfmt" cargo fmt --check
step "rustfmt of what builds the guests" cargo fmt --check --manifest-path guests/Cargo.toml
build_guests=(cargo run --release --locked --manifest-path guests/Cargo.toml -- "$out/guests")
step "the guests are built" "${build_guests[@]}"
export GUESTS=$out/guests
step "it builds" cargo build --release --locked
tests
step "clippy finds nothing" cargo clippy --release --locked --all-targets -- -D warnings
step "clippy finds nothing in what builds the guests" \
  cargo clippy --release --locked --manifest-path guests/Cargo.toml -- -D warnings
step "the policy and the boundary build without wasmtime" \
  cargo check --release --locked --no-default-features --lib
step "every public item has its documentation" \
  env RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --no-deps
step "the benchmark meets its bar" cargo bench --locked --bench echo
grep -E '^(TCP echo|  )' "$out/log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
