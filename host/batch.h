// Many datagrams in one system call: recvmmsg(2), sendmmsg(2). One implementation a system: batch_linux.cc.
#pragma once
#include "state.h"

namespace batch {
int recvmmsg(State&, int fd, Bytes data, Bytes names, Bytes control, Ints words, int count, int flags);
int sendmmsg(State&, int fd, Bytes data, Bytes names, Bytes control, Ints words, int first, int count,
             int flags);
}  // namespace batch
