// socketpair(2): of each type, what can't be had, the end of one half.
#include "program.h"

static void pair(const char* what, int type) {
  int ends[2];
  char bytes[32];
  printf("%s\n", what);
  if (TELL(socketpair(AF_UNIX, type, 0, ends)) < 0) return;
  TELL(send(ends[0], "first", 5, 0));
  TELL(send(ends[0], "second", 6, 0));
  show("received", bytes, recv(ends[1], bytes, sizeof bytes, 0));
  int value = -1;
  socklen_t length = sizeof value;
  TELL(getsockopt(ends[1], SOL_SOCKET, SO_TYPE, &value, &length));
  printf("type right: %d\n", value == (type & 0xf));
  TELL(fcntl(ends[1], F_GETFL) & O_NONBLOCK ? 1 : 0);
  TELL(fcntl(ends[1], F_GETFD));
  close(ends[0]);
  close(ends[1]);
}

int main(void) {
  int ends[2];
  char byte;
  pair("stream", SOCK_STREAM);
  pair("datagram", SOCK_DGRAM);
  pair("seqpacket", SOCK_SEQPACKET);
  pair("nonblocking, close-on-exec", SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
  TELL(socketpair(AF_INET, SOCK_STREAM, 0, ends));
  TELL(socketpair(AF_UNIX, SOCK_STREAM, 9, ends));
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  close(ends[0]);
  TELL(recv(ends[1], &byte, 1, 0));
  TELL(send(ends[1], "x", 1, MSG_NOSIGNAL));
}
