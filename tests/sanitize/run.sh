#!/usr/bin/env bash
# ./build.sh sanitize: the addon and its driver under AddressSanitizer with
# UndefinedBehaviorSanitizer, the driver under ThreadSanitizer and LeakSanitizer, the suite (TESTS
# as in ./build.sh test) and the model on the sanitized addon. A report is a failure. Everything
# is built in copies of the project under .cache/sanitize, whose package loads the addon that lies
# beside it.
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
at=$project/.cache/sanitize sources=$project/tests/sanitize
# Undefined behaviour traps, and AddressSanitizer reports the trap (ILL): beside it libubsan would
# lose where its reports go (log_path).
address=(-fsanitize=address,undefined -fsanitize-undefined-trap-on-error)
thread=(-fsanitize=thread)
common=(-g -fno-omit-frame-pointer)
passed=0 failed=0 skipped=0

say() { # say STATUS NAME: counts it
  printf '%-4s %s\n' "$1" "$2"
  case $1 in ok) passed=$((passed + 1)) ;; *) failed=$((failed + 1)) ;; esac
}

copy() { # copy NAME: the project as it is, without what was built of host/, which stays there from the last time
  mkdir -p "$at/$1"
  find "$at/$1" -mindepth 1 -maxdepth 1 ! -name build ! -name .cache -exec rm -rf {} +
  tar -C "$project" --exclude=./.cache --exclude=./.git --exclude=./node_modules --exclude=./build -cf - . | tar -C "$at/$1" -xf -
  ln -s "$project/node_modules" "$at/$1/node_modules"
}

addon() { # addon NAME FLAG…: builds it in that copy, and the driver of its objects
  local name=$1 prefix objects; shift
  [ "$(cat "$at/$name/build/flags" 2> /dev/null)" = "$*" ] || rm -rf "$at/$name/build"
  mkdir -p "$at/$name/build"
  echo "$*" > "$at/$name/build/flags"
  (cd "$at/$name" && CXXFLAGS="$* ${common[*]}" LDFLAGS="$*" npm_config_jobs=max ./build.sh host)
  prefix=$(cd "$at/$name" && sed -n 's/^ *"nodedir": "\(.*\)",*$/\1/p' build/config.gypi)
  mapfile -t objects < <(find "$at/$name/build/Release/obj.target" -name '*.o')
  g++ -std=c++17 -O1 -Wall -Wextra "${common[@]}" "$@" -I"$prefix/include/node" \
    "$sources/driver.cc" "$sources/napi.cc" "$sources/napi_threads.cc" "$sources/absent.cc" "${objects[@]}" -pthread -o "$at/driver-$name"
  g++ -std=c++17 -O1 -fPIC -shared "${common[@]}" "$@" -I"$prefix/include/node" "$sources/fault.cc" -o "$at/fault-$name.node"
}

reports() { find "$at/reports" -type f -size +0; }

clear_reports() {
  rm -rf "$at/reports"
  mkdir -p "$at/reports"
}

found() { # found NAME COMMAND…: a fault that was put there is reported
  local name=$1; shift
  "$@" > "$at/found.log" 2>&1 || true
  if [ -n "$(reports)" ]; then say ok "$name is reported"; else say FAIL "$name is not reported"; cat "$at/found.log"; fi
  clear_reports
}

counted() { # counted NAME COMMAND…: what its last line counts, and each report as a failure
  local name=$1 status=0 counts p f s report; shift
  "$@" 2>&1 | tee "$at/counted.log" || status=$?
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$at/counted.log" | tail -n 1 || true)
  read -r p f s <<< "$(sed -E 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/' <<< "${counts:-0 passed, 0 failed}")"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
  if [ -z "$counts" ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then say FAIL "$name ended with status $status"; fi
  while read -r report; do
    say FAIL "a report: $name"
    head -n 60 "$report"
  done < <(reports)
  if [ -z "$(reports)" ]; then say ok "$name: 0 reports"; fi
  clear_reports
}

# Where addresses are spread over more bits than GCC 12 knows, ThreadSanitizer can't start.
fixed=()
if setarch -R true 2> /dev/null; then fixed=(setarch -R); fi

SECONDS=0
copy address
copy thread
addon address "${address[@]}"
addon thread "${thread[@]}"
nm -D "$at/address/build/Release/berkeley_sockets.node" | grep __asan_init > /dev/null || { echo "sanitize: the addon was built without AddressSanitizer" >&2; exit 1; }
clear_reports
echo "built in $SECONDS s"

export TSAN_OPTIONS=log_path=$at/reports/thread:exitcode=66
export ASAN_OPTIONS=log_path=$at/reports/address:exitcode=66:handle_sigill=1
found "a race of the driver" "${fixed[@]}" "$at/driver-thread" fault race
found "an overflow of the driver" "$at/driver-address" fault overflow
found "a leak of the driver" "$at/driver-address" fault leak
counted "driver, ThreadSanitizer" "${fixed[@]}" "$at/driver-thread" "${SANITIZE_SECONDS:-20}"
counted "driver, AddressSanitizer" "$at/driver-address" "${SANITIZE_SECONDS:-20}"

# What Node itself keeps until its end would be leaks.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
preloaded=$(g++ -print-file-name=libasan.so)
mkdir -p "$at/bin"
printf '#!/bin/sh\nLD_PRELOAD="%s" exec "%s" "$@"\n' "$preloaded" "$(node -p process.execPath)" > "$at/bin/node"
chmod +x "$at/bin/node"
for function in overflow undefined; do
  found "$function in an addon" "$at/bin/node" -e "const m = { exports: {} }; process.dlopen(m, '$at/fault-address.node'); m.exports.$function()"
done
# The copies' build would otherwise make the addon anew without them, if it had to.
export CXXFLAGS="${address[*]} ${common[*]}" LDFLAGS="${address[*]}"
export TEST_SLOW=$((3 * ${TEST_SLOW:-1})) TEST_FILE_SECONDS=500
cd "$at/address"
SECONDS=0
counted suite env PATH="$at/bin:$PATH" node --enable-source-maps dist/tests/run.js ${TESTS:-}
echo "suite: $SECONDS s"
if grep -q '^model()' build.sh; then
  MODEL_MINUTES=${MODEL_MINUTES:-2} counted model env PATH="$at/bin:$PATH" ./build.sh model
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
