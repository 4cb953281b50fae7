// What Emscripten's libc has no more than a stub for, in a program that was linked without sockets.c: none
// of it may succeed.
#include "program.h"
#include <sys/select.h>

int main(void) {
  int ends[2], on = 1;
  struct sockaddr_in address;
  struct mmsghdr none = {0};
  struct timespec time = {0, 0};
  int fd = bound(SOCK_DGRAM, &address);
  TELL(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
  TELL(shutdown(fd, SHUT_RDWR));
  TELL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  TELL(sendmmsg(fd, &none, 1, 0));
  TELL(recvmmsg(fd, &none, 1, MSG_DONTWAIT, NULL));
  TELL(pselect(fd + 1, NULL, NULL, NULL, &time, NULL));
}
