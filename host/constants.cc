// The constants' values as a Float64Array in the order of host/constants.txt, NaN where these headers lack a
// name. constants.inc is made of that list by host/constants.mjs while the addon is built.
#include "compiled_tables.h"
#include <cmath>
#include <cstring>
#include "headers.h"

namespace {

const double values[] = {
#include "constants.inc"
};

}  // namespace

namespace tables {

napi_value constants(State& s) {
  napi_value buffer, array;
  void* data;
  if (napi_create_arraybuffer(s.env, sizeof values, &data, &buffer) != napi_ok) return nullptr;
  std::memcpy(data, values, sizeof values);
  napi_create_typedarray(s.env, napi_float64_array, sizeof values / sizeof *values, buffer, 0, &array);
  return array;
}

}  // namespace tables
