// The descriptors that one environment owns, each with a weak reference to its socket.
// A terminated worker closes them in its cleanup hook; sweep() closes those whose socket has been collected, which a
// FinalizationRegistry can't do in a loop that never yields (measured: 0 of 1,000 dead objects finalized).
#pragma once
#include "state.h"

namespace owned {
int add(State&, int fd, napi_value socket);
int remove(State&, int fd);
napi_value sweep(State&);
void closeAll(State&);
}
