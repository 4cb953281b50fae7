// What the programs of this folder share. Each does one thing with sockets and prints what came of it,
// the same natively and as a guest: errors by their names, no number of a descriptor, no port.
#ifndef PROGRAM_H
#define PROGRAM_H
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static const struct {
  int number;
  const char* name;
} errors[] = {
#define ERROR(name) \
  { name, #name }
    ERROR(EACCES),       ERROR(EADDRINUSE),      ERROR(EADDRNOTAVAIL),   ERROR(EAFNOSUPPORT),
    ERROR(EAGAIN),       ERROR(EALREADY),        ERROR(EBADF),           ERROR(ECONNREFUSED),
    ERROR(ECONNRESET),   ERROR(EDESTADDRREQ),    ERROR(EFAULT),          ERROR(EINPROGRESS),
    ERROR(EINTR),        ERROR(EINVAL),          ERROR(EISCONN),         ERROR(EMFILE),
    ERROR(EMSGSIZE),     ERROR(ENOENT),          ERROR(ENOPROTOOPT),     ERROR(ENOSYS),
    ERROR(ENOTCONN),     ERROR(ENOTSOCK),        ERROR(ENOTTY),          ERROR(EOPNOTSUPP),
    ERROR(EPERM),        ERROR(EPIPE),           ERROR(EPROTONOSUPPORT), ERROR(EPROTOTYPE),
    ERROR(ESPIPE),       ERROR(ESOCKTNOSUPPORT), ERROR(ETIMEDOUT),       ERROR(ENODEV),
    ERROR(EHOSTUNREACH), ERROR(ENETUNREACH),     ERROR(ENXIO),           ERROR(ENODATA),
};

static inline const char* error_name(int number) {
  if (number == 0) return "0";
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].number == number) return errors[i].name;
  return "an error without a name here";
}

// Prints what a call gave, or its error.
static inline long tell(const char* what, long result) {
  if (result < 0) {
    printf("%s: %s\n", what, error_name(errno));
  } else {
    printf("%s: %ld\n", what, result);
  }
  return result;
}

// A call that the rest of the program needs.
static inline int must(const char* what, int result) {
  if (result < 0) {
    printf("%s: %s, which ends this program\n", what, error_name(errno));
    exit(1);
  }
  return result;
}
#define MUST(call) must(#call, call)
#define TELL(call) tell(#call, call)

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A socket of AF_INET that is bound to a free port, whose address `address` then has.
static inline int bound(int type, struct sockaddr_in* address) {
  socklen_t length = sizeof *address;
  int fd = MUST(socket(AF_INET, type, 0));
  *address = loopback(0);
  MUST(bind(fd, (struct sockaddr*)address, sizeof *address));
  MUST(getsockname(fd, (struct sockaddr*)address, &length));
  return fd;
}

// A connection of TCP: its ends.
static inline void connected(int ends[2]) {
  struct sockaddr_in address;
  int listener = bound(SOCK_STREAM, &address);
  MUST(listen(listener, 1));
  ends[0] = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(ends[0], (struct sockaddr*)&address, sizeof address));
  ends[1] = MUST(accept(listener, NULL, NULL));
  close(listener);
}

// Text that came, as it is.
static inline void show(const char* what, const char* bytes, long length) {
  if (length < 0) {
    printf("%s: %s\n", what, error_name(errno));
  } else {
    printf("%s: \"%.*s\"\n", what, (int)length, bytes);
  }
}
#endif
