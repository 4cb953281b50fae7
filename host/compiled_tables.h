// What the compiler knows: the values of the constants and the layouts of the structs.
#pragma once
#include "state.h"

namespace tables {
napi_value constants(State&);
napi_value layouts(State&);
}  // namespace tables
