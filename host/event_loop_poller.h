// Readiness for the promise classes: descriptors are watched on the event loop of their own environment.
// One implementation a system: event_loop_poller_linux.cc. shim/contract.ts documents the calls.
#pragma once
#include "state.h"

namespace poller {
// `thread`: not on the runtime's own loop (loop.h). JavaScript then calls rearm() a turn after each call of
// `ready`.
int start(State&, napi_value ready, Ints triples, Ints counters, int thread);
int rearm(State&);
int watch(State&, int fd, int events, int generation);
// Takes a descriptor out again, before it is closed or given away.
void forget(State&, int fd);
int keepLoopAlive(State&, int on);
}  // namespace poller
