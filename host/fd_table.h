// The descriptors that one environment owns, each with a weak reference to its socket.
// A terminated worker closes them in its cleanup hook; sweep() closes those whose socket has been collected,
// which a FinalizationRegistry can't do in a loop that never yields (measured: 0 of 1,000 dead objects
// finalized).
//
// Opening and owning are one native call, and so are unwatching, disowning and closing: a worker that is
// terminated runs no JavaScript between two of them (measured: with two calls 8 of 25 terminations left
// descriptors open).
#pragma once
#include "state.h"

namespace fd_table {
// Owns the descriptor that a system call returned; leaves -errno as it is. Returns `result`.
int opened(State&, int result);
int own(State&, int fd, napi_value socket);
napi_value ownerOf(State&, int fd);
int count(State&);
int release(State&, int fd, int generation);
// Takes a number out of the poller and disowns it, before it is closed.
void forget(State&, int fd);
napi_value sweep(State&);
void closeAll(State&);
// The descriptor that own() gave this generation, or null.
Descriptor* current(State&, int fd, int generation);
// close(2) of a number, unless someone else has closed this owner's descriptor and opened the number anew.
int closeOwned(State&, int fd, int generation);
}  // namespace fd_table
