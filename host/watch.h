// Readiness for the promise classes: descriptors are watched on the event loop of their own environment.
// One implementation a system: watch_linux.cc. shim/contract.ts documents the calls.
#pragma once
#include "state.h"

namespace watch {
int start(State&, napi_value ready, Ints pairs, Ints counters);
int watch(State&, int fd, int events, int known);
int unwatch(State&, int fd);
int hold(State&, int on);
}
