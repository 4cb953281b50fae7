// JavaScript values made from C++ ones (Node-API). Every call passes through check(): the first that fails
// becomes an exception, whatever is built after it is null.
#pragma once
#include <node_api.h>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace value {

inline bool check(napi_env env, napi_status status) {
  if (status == napi_ok) return true;
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);  // first: the next call overwrites it
  const char* message = info && info->error_message ? info->error_message : "a Node-API call failed";
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending)
    napi_throw_error(env, nullptr, message);
  return false;
}

inline napi_value number(napi_env env, int n) {
  napi_value v;
  return check(env, napi_create_int32(env, n, &v)) ? v : nullptr;
}

inline napi_value unsignedNumber(napi_env env, unsigned n) {
  napi_value v;
  return check(env, napi_create_uint32(env, n, &v)) ? v : nullptr;
}

// A byte string: one character a byte (ts/base/surrogate-escape.ts makes text of it).
inline napi_value byteString(napi_env env, std::string_view s) {
  napi_value v;
  return check(env, napi_create_string_latin1(env, s.data(), s.size(), &v)) ? v : nullptr;
}

// A Buffer with a copy of the bytes.
inline napi_value bytes(napi_env env, std::string_view s) {
  napi_value v;
  return check(env, napi_create_buffer_copy(env, s.size(), s.data(), nullptr, &v)) ? v : nullptr;
}

template <class Items>
napi_value fill(napi_env env, const Items& items) {
  napi_value array;
  if (!check(env, napi_create_array_with_length(env, items.size(), &array))) return nullptr;
  uint32_t i = 0;
  for (napi_value item : items)
    if (!item || !check(env, napi_set_element(env, array, i++, item))) return nullptr;
  return array;
}
inline napi_value array(napi_env env, std::initializer_list<napi_value> items) {
  return fill(env, items);
}

// An array of what `make` makes of each item.
template <class Items, class Make>
napi_value array(napi_env env, const Items& items, Make make) {
  std::vector<napi_value> values;
  values.reserve(items.size());
  for (const auto& item : items) values.push_back(make(env, item));
  return fill(env, values);
}

struct Property {
  const char* name;
  napi_value v;
};
inline napi_value object(napi_env env, std::initializer_list<Property> properties) {
  napi_value o;
  if (!check(env, napi_create_object(env, &o))) return nullptr;
  for (const Property& p : properties)
    if (!p.v || !check(env, napi_set_named_property(env, o, p.name, p.v))) return nullptr;
  return o;
}

}  // namespace value
