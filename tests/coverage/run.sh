#!/usr/bin/env bash
# ./build.sh coverage: the suite and the guests (PYODIDES) on a copy of the project under .cache/coverage/tree, whose addon
# counts lines (gcov), whose codec notes statements (instrument.ts, recorder.cts), and whose JavaScript V8 counts; then what
# was reached (report.ts).
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
at=$project/.cache/coverage tree=$project/.cache/coverage/tree tests=$project/.cache/coverage/tree/dist/tests/coverage

# The project as it is, without what was built of host/, which stays there from the last time.
mkdir -p "$tree"
find "$tree" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
tar -C "$project" --exclude=./.cache --exclude=./.git --exclude=./node_modules --exclude=./build -cf - . | tar -C "$tree" -xf -
ln -s "$project/node_modules" "$tree/node_modules"
rm -rf "$at/counts" "$at/maps" "$at/codec"
mkdir -p "$at/counts/v8" "$at/counts/codec" "$at/maps" "$at/codec"
cd "$tree"
CXXFLAGS="--coverage -O0 -fprofile-update=atomic" LDFLAGS=--coverage npm_config_jobs=max ./build.sh host
find build -name '*.gcda' -delete

# The same code as in dist/, with its maps.
node_modules/.bin/tsc -p . --sourceMap --declaration false --declarationMap false --incremental false --tsBuildInfoFile null --outDir "$at/maps"
node_modules/.bin/rolldown -c --sourcemap -d "$at/maps/lib" --log-level silent

# The codec as written, nothing optimized; binaryen writes it as text that says where each instruction comes from.
node "$tests/instrument.js" config asconfig.json > asconfig.coverage.json
node_modules/.bin/asc --config asconfig.coverage.json --outFile codec/plain.wasm
mv codec/* "$at/codec"
binaryen=$(node -p 'path.join(path.dirname(require.resolve("binaryen", { paths: [require.resolve("assemblyscript/package.json")] })), "bin")')
"$binaryen/wasm-opt" "$at/codec/plain.wasm" --all-features --input-source-map="$at/codec/plain.wasm.map" --quiet -S -o "$at/codec/plain.wat"
node "$tests/instrument.js" text "$at/codec/plain.wat" "$at/codec/points.json" > "$at/codec/counting.wat"
"$binaryen/wasm-as" "$at/codec/counting.wat" --all-features -o "$at/codec/counting.wasm"

# What counts is slower.
export TEST_SLOW=$((3 * ${TEST_SLOW:-1})) TEST_FILE_SECONDS=500
status=0
COVERAGE_CODEC=$tree/dist/codec.wasm COVERAGE_COUNTING=$at/codec/counting.wasm COVERAGE_COUNTS=$at/counts/codec \
  NODE_OPTIONS="--require=\"$tests/recorder.cjs\"" NODE_V8_COVERAGE=$at/counts/v8 \
  node --enable-source-maps dist/tests/run.js ${TESTS:-} || status=$?
# shellcheck disable=SC2086
[ -n "${TESTS:-}" ] || NODE_V8_COVERAGE=$at/counts/v8 node dist/tests/guests/run.js "$project/.cache/guests" $PYODIDES || status=$?
node "$tests/report.js" "$at" "$status"
