// An addon whose two functions do what sanitizers report: shows that they watch an addon that Node loads.
#include <node_api.h>
#include <climits>

namespace {

napi_value overflow(napi_env, napi_callback_info) {
  auto bytes = new char volatile[8];
  bytes[8] = 1;
  delete[] bytes;
  return nullptr;
}

napi_value undefined(napi_env env, napi_callback_info) {
  int volatile most = INT_MAX;
  napi_value v;
  return napi_create_int32(env, most + 1, &v) == napi_ok ? v : nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_property_descriptor list[] = {
      {"overflow", nullptr, overflow, nullptr, nullptr, nullptr, napi_default_jsproperty, nullptr},
      {"undefined", nullptr, undefined, nullptr, nullptr, nullptr, napi_default_jsproperty, nullptr},
  };
  napi_define_properties(env, exports, 2, list);
  return exports;
}
