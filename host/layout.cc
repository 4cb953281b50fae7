// sizeof and offsetof of the structs that the codec lays out by its own rules: a test compares the two.
#include "tables.h"
#include <cstddef>
#include "headers.h"

namespace {

struct Field { const char* name; size_t offset, width; };
struct Layout { const char* name; size_t size; Field fields[40]; };

#define FIELD(type, member) {#member, offsetof(type, member), sizeof(static_cast<type*>(nullptr)->member)}

const Layout layouts[] = {
  {"struct_linger", sizeof(linger), {FIELD(linger, l_onoff), FIELD(linger, l_linger)}},
};

}  // namespace

namespace tables {

// [[name, size, [[member, offset, width], …]], …]
napi_value layouts(State& s) {
  napi_env env = s.env;
  auto text = [env](const char* t) { napi_value v; napi_create_string_utf8(env, t, NAPI_AUTO_LENGTH, &v); return v; };
  auto number = [env](size_t n) { napi_value v; napi_create_uint32(env, n, &v); return v; };
  auto array = [env] { napi_value v; napi_create_array(env, &v); return v; };
  auto push = [env](napi_value list, napi_value v) { uint32_t n; napi_get_array_length(env, list, &n); napi_set_element(env, list, n, v); };

  napi_value all = array();
  for (const Layout& layout : ::layouts) {
    napi_value row = array(), fields = array();
    for (const Field* f = layout.fields; f->name; f++) {
      napi_value field = array();
      push(field, text(f->name)), push(field, number(f->offset)), push(field, number(f->width));
      push(fields, field);
    }
    push(row, text(layout.name)), push(row, number(layout.size)), push(row, fields);
    push(all, row);
  }
  return all;
}

}  // namespace tables
