#!/usr/bin/env bash
# The only build: ./build.sh STAGE… runs stages by name, each a function below; without one it lists them.
# demo and test need Node 20 or newer, a C++ compiler, make and python3, and work from a bare checkout.
set -euo pipefail
cd "$(dirname "$0")"

need() { # need COMMAND PACKAGE…: says how to install what is missing
  command -v "$1" >/dev/null && return
  echo "build.sh: $1 is missing: apt-get install ${*:2}" >&2
  exit 1
}

may_install() { [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ]; } # whether a machine of CI's is given what a stage needs

debian() { # debian PACKAGE…: installs them; what apt-get(8) says is told where it fails
  mkdir -p .cache
  apt-get -qq update || exit 1
  # Servers without their own clusters and services: the tests start them themselves.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > .cache/apt.log 2>&1 || { cat .cache/apt.log >&2; return 1; }
}

newer() { # newer OUTPUT INPUT…: whether the output is there and no input is newer
  [ -e "$1" ] && [ -z "$(find "${@:2}" -newer "$1" -print -quit)" ]
}

setup() { # packages, as package-lock.json has them, which stays as it is
  need node nodejs; need npm npm
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "build.sh: Node 20 or newer is needed, this is $(node -v)" >&2; exit 1; }
  newer node_modules/.package-lock.json package.json package-lock.json && return
  local how=(ci)
  [ ! -d node_modules ] || how=(install --no-save)
  npm "${how[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
}

wasm() { # dist/codec.wasm, and the core modules of the components of wasm/component
  setup
  newer dist/codec.wasm wasm asconfig.json || node_modules/.bin/asc --config asconfig.json
  newer dist/sockets.core.wasm wasm || core adapter sockets
  newer dist/codec.core.wasm wasm || core codec-only codec
  newer dist/guest-echo.core.wasm examples/guests/echo || node_modules/.bin/asc --config wasm/component/asconfig.json examples/guests/echo/guest.ts --outFile dist/guest-echo.core.wasm
}
core() { # core ENTRY NAME
  node_modules/.bin/asc --config wasm/component/asconfig.json --transform ./wasm/component/exports.mjs "wasm/component/$1.ts" --outFile "dist/$2.core.wasm"
}

component() { # dist/sockets.component.wasm, dist/codec.component.wasm, dist/sockets-wasi.component.wasm, by jco
  wasm
  newer dist/codec.component.wasm wasm || node wasm/component/build.mjs
  newer dist/sockets-wasi.component.wasm wasm || node wasm/component/wasi/build.mjs
}

host() { # build/Release/berkeley_sockets.node, of what is out of date
  need node nodejs
  [ ! -f package-lock.json ] || setup
  node host/build.mjs
}

shim() { ts; }

ts() { # dist/ts, dist/shim, dist/tests
  setup
  local built source
  # Where only some files are new, the compiler has told errors that are none, in members that another
  # file adds to a class: what it tells is asked again of all files.
  node_modules/.bin/tsc -p . > /dev/null || { rm -f dist/tsc.tsbuildinfo; node_modules/.bin/tsc -p .; }
  node ts/functions.mjs --declarations
  # What a source left behind that is gone: a test would run for ever, an import would be found.
  find dist/ts dist/shim dist/tests dist/examples -name '*.js' | while read -r built; do
    source=${built#dist/}
    [ -e "${source%.js}.ts" ] || rm -f "$built" "${built%.js}.d.ts" "${built%.js}.d.ts.map"
  done
}

bundle() { # dist/lib: what users import
  ts
  newer dist/lib/index.js dist/ts dist/shim rolldown.config.mjs || node_modules/.bin/rolldown -c > /dev/null
}

build() { wasm; host; bundle; }

test_() { # every test, or those whose file names hold one of the words of TESTS
  build
  node --enable-source-maps dist/tests/run.js ${TESTS:-}
}

bench() { # ours and its peers side by side, or the works whose names hold one of the words of BENCH; BENCH_PLOT=docs keeps the results there; BENCH_BASE=COMMIT measures against that commit too
  build
  need cc gcc; need python3 python3
  local name out=dist/tests/bench
  for name in load peer spent serve crowd; do
    newer "$out/$name" "tests/bench/$name.c" tests/bench/side.h || cc -O2 -Wall -Wextra -o "$out/$name" "tests/bench/$name.c"
  done
  [ -d .cache/bench/node_modules ] || npm install --prefix .cache/bench --no-save --no-audit --no-fund --loglevel=error bun deno
  [ -z "${BENCH_PLOT:-}" ] || mkdir -p "$BENCH_PLOT"
  node "$out/run.js" ${BENCH:-}
  [ -z "${BENCH_PLOT:-}" ] || node "$out/draw.js" "$BENCH_PLOT"
}

plot() { # docs/benchmarks.svg, anew from docs/benchmarks.json
  ts
  node dist/tests/bench/draw.js docs
}

demo() { # the examples, run for real
  build
  node dist/examples/demo.js
}

check() { # the rules of the tree that a script can hold
  build
  if may_install && ! command -v clang-format > /dev/null; then debian clang-format; fi
  node dist/tests/check.js
}

reference() { # docs/api, the API reference, from the comments; typescript 7 has no API for tools, so typedoc brings its own
  ts
  local at=.cache/reference packages="typedoc@0.28 typedoc-plugin-markdown@4 typescript@5.9"
  if [ "$(cat "$at/packages" 2> /dev/null)" != "$packages" ]; then
    # shellcheck disable=SC2086
    npm install --prefix "$at" --no-save --no-audit --no-fund --loglevel=error $packages
    echo "$packages" > "$at/packages"
  fi
  node docs/reference/prepare.mjs "$at"
  "$at/node_modules/.bin/typedoc" --options docs/reference/typedoc.json
  node dist/tests/check/links.js docs/api
}

pack() { # the package as a user gets it: packed, installed in an empty project, used
  build
  node dist/tests/pack.js
}

types() { # the .d.ts under the oldest and the newest TypeScript and @types/node that the README allows (tests/types/)
  build
  local at=.cache/types compilers="typescript@5.4 typescript@7" api="typescript@6" typings="@types/node@20.16.10 @types/node@latest" package
  for package in $compilers $api $typings; do
    [ -d "$at/${package//\//+}/node_modules" ] || npm install --prefix "$at/${package//\//+}" --no-save --no-audit --no-fund --loglevel=error "$package"
  done
  node --enable-source-maps dist/tests/types/run.js "$at" "$compilers" "$api" "$typings"
}

lab() { # what needs families this kernel may lack, in virtual machines (tests/lab/); TESTS as above; LAB="command" runs that there instead
  build
  local at=.cache/lab source=tests/lab
  newer "$at/ready" "$source/packages.sh" || "$source/packages.sh" "$at"
  newer "$at/initrd" "$at/ready" "$source/image.ts" "$source/init.sh" "$source/modules.txt" || node dist/tests/lab/image.js "$at"
  if [ -n "${LAB:-}" ]; then node dist/tests/lab/machine.js sh -c "$LAB"; else node dist/tests/run.js --lab ${TESTS:-}; fi
}

interop() { # libraries that were written for net.Socket over toDuplex(), with real servers from Debian's packages
  mkdir -p .cache
  build
  command -v redis-server > /dev/null && [ -d /usr/lib/postgresql ] && [ -x /usr/sbin/mosquitto ] || {
    [ "$(id -u)" = 0 ] || { echo "build.sh: servers are missing: apt-get install redis-server postgresql mosquitto" >&2; exit 1; }
    debian redis-server postgresql mosquitto
  }
  local packages="ioredis@5 pg@8 postgres@3 smtp-server@3 nodemailer@7 undici@6 ws@8 mqtt@5"
  if [ "$(cat .cache/interop/packages 2> /dev/null)" != "$packages" ]; then
    # shellcheck disable=SC2086
    npm install --prefix .cache/interop --no-save --no-audit --no-fund --loglevel=error $packages
    echo "$packages" > .cache/interop/packages
  fi
  node dist/tests/interop/drivers.js .cache/interop
}

model() { # random programs held to a model of sockets (tests/model/): two minutes, or MODEL_MINUTES; MODEL_SEED begins with that one
  build
  need cc gcc
  newer dist/tests/model/preload.so tests/model/preload.c || cc -O2 -Wall -Wextra -shared -fPIC -o dist/tests/model/preload.so tests/model/preload.c -ldl
  MODEL_MINUTES=${MODEL_MINUTES:-2} node --expose-gc --enable-source-maps dist/tests/model/run.js
}

sanitize() { # host/ under AddressSanitizer, UndefinedBehaviorSanitizer, ThreadSanitizer and LeakSanitizer; TESTS as above
  need setarch util-linux
  build
  tests/sanitize/run.sh
}

coverage() { # which lines of ts/, shim/, host/ and wasm/ the suite and the guests reach (tests/coverage/); TESTS as above: no guests
  need gcov gcc; need python3 python3
  build
  pyodide
  PYODIDES=$pyodides tests/coverage/run.sh
}

cpython() { # CPython's own test_socket.py, whose calls this package makes (tests/bridge/)
  build
  local python=/usr/bin/python3.11
  [ -f /usr/lib/python3.11/test/test_socket.py ] || {
    [ "$(id -u)" = 0 ] || { echo "build.sh: CPython's tests are missing: apt-get install python3.11 libpython3.11-testsuite" >&2; exit 1; }
    debian python3.11 libpython3.11-testsuite
  }
  mkdir -p .cache
  BRIDGE_SERVE=$PWD/dist/tests/bridge/serve.js "$python" tests/bridge/run.py .cache/cpython.txt
}

mutants() { # three faults put into a copy of the tree, which the model or the suite must find; MUTANTS=all: the whole list, MUTANTS="word…": these
  build
  node dist/tests/mutants/run.js "$PWD/.cache/mutants" ${MUTANTS:-}
}

runtimes() { # the suite on Bun, Deno and Node 26; on Node 22, 24 and on a poller of its own thread the promises; RUNTIMES="bun deno": these only
  build
  local at=.cache/runtimes package name
  for package in bun@1 deno@2 node@22 node@24 node@26; do
    name=${package/@*/}
    [ "$name" != node ] || name=${package/@/}
    [ -d "$at/$name/node_modules" ] || npm install --prefix "$at/$name" --no-save --no-audit --no-fund --loglevel=error "$package"
  done
  node --enable-source-maps dist/tests/runtimes.js "$at" ${RUNTIMES:-}
}

pyodide() { # .cache/guests: the Pyodides of guests and coverage
  local at=.cache/guests version
  for version in $pyodides; do
    [ -d "$at/$version/node_modules/pyodide" ] || npm install --prefix "$at/$version" --no-save --no-audit --no-fund --loglevel=error "pyodide@$version"
  done
}

guests() { # Python programs and CPython's own tests of sockets, natively and in Pyodide over this package
  need python3 python3
  build
  pyodide
  local at=.cache/guests modules=tests/guests/modules.txt
  # The servers that programs talk to, CPython's tests, and pip: what CI's machine is given.
  if may_install && ! { [ -f /usr/lib/python3.11/test/test_socket.py ] && command -v redis-server > /dev/null && [ -d /usr/lib/postgresql ] && python3 -m pip --version > /dev/null 2>&1; }; then
    debian python3.11 libpython3.11-testsuite redis-server postgresql python3-pip || true # what lacks is skipped, and says so
  fi
  if ! cmp -s "$modules" "$at/site/modules.txt"; then
    rm -rf "$at/site"
    python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$at/site" --no-deps --no-compile --only-binary :all: --platform any -r "$modules"
    cp "$modules" "$at/site/modules.txt"
  fi
  # shellcheck disable=SC2086
  node --enable-source-maps dist/tests/guests/run.js "$PWD/.cache/guests" $pyodides
}
pyodides="314.0.7 0.29.5" # the newest releases of its two newest lines

guests_c() { # small C programs, natively and by Emscripten as guests over this package (tests/guests/c)
  need cc gcc
  build
  mkdir -p .cache
  # 800 MB, which a machine of CI's is given for this stage alone.
  if may_install && ! command -v emcc > /dev/null; then debian emscripten || true; fi # the stage says what it lacks
  node --enable-source-maps dist/tests/guests/c.js "$PWD/.cache/guests-c"
}

wit() { # the components of wasm/component in jco, the echo guest in both glues, and what a call costs in each
  build
  component
  mkdir -p .cache/wit
  node dist/tests/wit/cost.js "$PWD/.cache/wit"
  node --enable-source-maps dist/tests/wit/components.js "$PWD/.cache/wit"
}

wasmtime() { # the Rust crate for guests of wasmtime (shim/wasmtime/): its tests, clippy, guests in C and AssemblyScript, a benchmark; what is built is kept in the user's cache directory
  local least=1.95 found
  found=$(rustc --version 2> /dev/null | cut -d ' ' -f 2) || true
  if [ -z "$found" ] || [ "$(printf '%s\n' "$least" "$found" | sort -V | head -n 1)" != "$least" ]; then
    echo "build.sh: wasmtime: cargo with Rust $least or newer is missing${found:+, this is $found}"
    echo "0 passed, 0 failed, 1 skipped"
    return
  fi
  build
  component
  if may_install; then debian clang lld wasi-libc libclang-rt-dev-wasm32 strace; fi
  shim/wasmtime/run.sh
}

clean() { rm -rf build dist .cache; }

stages="setup wasm component host shim ts bundle build demo test check bench plot reference pack types lab interop model mutants runtimes sanitize coverage cpython guests guests_c wit wasmtime clean"
[ $# -gt 0 ] || { echo "usage: ./build.sh STAGE…   stages: $stages"; exit 2; }
for stage in "$@"; do
  case " $stages " in
    *" $stage "*) if [ "$stage" = test ]; then test_; else "$stage"; fi ;;
    *) echo "build.sh: no stage $stage; there are: $stages" >&2; exit 2 ;;
  esac
done
