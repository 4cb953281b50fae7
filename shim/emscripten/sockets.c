// Linked into a program that Emscripten makes, together with library.js: the socket functions of which
// its libc has only stubs. berkeley-sockets/emscripten answers them; without it they say ENOSYS.
#include <emscripten.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// Imports, which library.js names. Each gives what a system call does: a result, or a negative errno.
int berkeley_sockets_layout(int timeval);
int berkeley_sockets_setsockopt(int fd, int level, int name, const void* value, socklen_t length);
int berkeley_sockets_shutdown(int fd, int how);
int berkeley_sockets_socketpair(int family, int type, int protocol, int* out);
int berkeley_sockets_gethostname(char* name, size_t length);

static int answer(int result) {
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t length) {
  return answer(berkeley_sockets_setsockopt(fd, level, name, value, length));
}

int shutdown(int fd, int how) {
  return answer(berkeley_sockets_shutdown(fd, how));
}

int socketpair(int family, int type, int protocol, int out[2]) {
  return answer(berkeley_sockets_socketpair(family, type, protocol, out));
}

int gethostname(char* name, size_t length) {
  return answer(berkeley_sockets_gethostname(name, length));
}

// What the host calls, by names that no build minifies.
EMSCRIPTEN_KEEPALIVE void* berkeley_sockets_allocate(size_t size) {
  return malloc(size);
}

EMSCRIPTEN_KEEPALIVE void berkeley_sockets_free(void* memory) {
  free(memory);
}

EMSCRIPTEN_KEEPALIVE int* berkeley_sockets_errno(void) {
  return &errno;
}

// How long a struct timeval is depends on the libc's version, and no option or message says it.
__attribute__((constructor)) static void tell(void) {
  berkeley_sockets_layout(sizeof(struct timeval));
}
