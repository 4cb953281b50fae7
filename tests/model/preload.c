/* Preloaded: the C library's calls are sometimes interrupted, and the poller is told of one event at a time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One of so many calls. */
enum { INTERRUPTED = 25, ONE_EVENT = 3 };

static __thread unsigned state;

static int once(unsigned of) {
  if (state == 0) state = ((unsigned)time(0) * 2654435761u ^ (unsigned)(size_t)&state) | 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % of == 0;
}

#define REAL(name)               \
  static __typeof__(name)* real; \
  if (!real) real = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)

#define INTERRUPT(name, ...) \
  REAL(name);                \
  if (once(INTERRUPTED)) {   \
    errno = EINTR;           \
    return -1;               \
  }                          \
  return real(__VA_ARGS__)

ssize_t recv(int fd, void* data, size_t length, int flags) {
  INTERRUPT(recv, fd, data, length, flags);
}
ssize_t send(int fd, const void* data, size_t length, int flags) {
  INTERRUPT(send, fd, data, length, flags);
}
ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  INTERRUPT(recvmsg, fd, message, flags);
}
ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  INTERRUPT(sendmsg, fd, message, flags);
}
int accept4(int fd, struct sockaddr* address, socklen_t* length, int flags) {
  INTERRUPT(accept4, fd, address, length, flags);
}
int poll(struct pollfd* entries, nfds_t count, int milliseconds) {
  INTERRUPT(poll, entries, count, milliseconds);
}

int epoll_wait(int epoll, struct epoll_event* events, int most, int milliseconds) {
  REAL(epoll_wait);
  return real(epoll, events, once(ONE_EVENT) ? 1 : most, milliseconds);
}
