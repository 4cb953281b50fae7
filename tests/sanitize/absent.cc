// What the addon is linked with and must not call here: node-addon-api's exceptions and values. A call ends
// the program with its name.
#include <cstdio>
#include <cstdlib>

#define ABSENT(name)                                      \
  extern "C" void name() {                                \
    std::fprintf(stderr, "napi: %s was called\n", #name); \
    std::abort();                                         \
  }

ABSENT(napi_close_callback_scope)
ABSENT(napi_close_escapable_handle_scope)
ABSENT(napi_create_error)
ABSENT(napi_create_type_error)
ABSENT(napi_escape_handle)
ABSENT(napi_fatal_error)
ABSENT(napi_get_property)
ABSENT(napi_has_property)
ABSENT(napi_open_escapable_handle_scope)
ABSENT(napi_throw)
