// The native contract: one function per system call, integers in, result or -errno out.
// sys_posix.cc holds what POSIX shares, sys_<os>.cc what is that system's own. shim/contract.ts documents
// each call.
#pragma once
#include "state.h"

namespace sys {

int socket(State&, int family, int type, int protocol);
int socketpair(State&, int family, int type, int protocol, Ints out);
int accept(State&, int fd, int nonblocking);
int bind(State&, int fd, int addressLength);
int connect(State&, int fd, int addressLength);
int listen(State&, int fd, int backlog);
int shutdown(State&, int fd, int how);
int close(State&, int fd);
int getsockname(State&, int fd);
int getpeername(State&, int fd);

int recv(State&, int fd, Bytes buffer, int length, int flags);
int recvEach(State&, Ints calls, napi_value buffers, int count);
int recvfrom(State&, int fd, Bytes buffer, int length, int flags);
int recvmsg(State&, int fd, napi_value buffers, Bytes control, int flags);
int send(State&, int fd, Bytes data, int flags);
int sendto(State&, int fd, Bytes data, int flags, int addressLength);
int sendmsg(State&, int fd, napi_value buffers, Bytes control, int flags, int addressLength);
int sendfile(State&, int out, int in, int64_t offset, int64_t count);
int read(State&, int fd, Bytes buffer, int length);
int64_t lseek(State&, int fd, int64_t offset, int whence);

int getsockopt(State&, int fd, int level, int name, Bytes buffer);
int setsockopt(State&, int fd, int level, int name, Bytes value, int length);
int attachFilter(State&, int fd, int name, Bytes instructions);
int ioctl(State&, int fd, int64_t request, Bytes argument, int number);
int dup(State&, int fd, int owned);
int isNonblocking(State&, int fd);
int setNonblocking(State&, int fd, int on);
int isInheritable(State&, int fd);
int setInheritable(State&, int fd, int on);

}  // namespace sys
