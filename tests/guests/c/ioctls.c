// ioctl(2) and MSG_PEEK: what waits to be read, looked at before it is taken.
#include "program.h"
#include <sys/ioctl.h>

int main(void) {
  int ends[2], count = -1;
  char bytes[16];
  struct sockaddr_in first, second;
  connected(ends);
  TELL(ioctl(ends[1], FIONREAD, &count));
  printf("waiting: %d\n", count);
  MUST(send(ends[0], "look at it", 10, 0));
  show("peeked", bytes, recv(ends[1], bytes, 4, MSG_PEEK));
  TELL(ioctl(ends[1], FIONREAD, &count));
  printf("waiting: %d\n", count);
  show("taken", bytes, recv(ends[1], bytes, 4, 0));
  TELL(ioctl(ends[1], FIONREAD, &count));
  printf("waiting: %d\n", count);
  show("rest", bytes, recv(ends[1], bytes, sizeof bytes, 0));
  int on = 1;
  TELL(ioctl(ends[1], FIONBIO, &on));
  printf("nonblocking: %d\n", (fcntl(ends[1], F_GETFL) & O_NONBLOCK) != 0);
  TELL(recv(ends[1], bytes, sizeof bytes, MSG_PEEK));
  on = 0;
  TELL(ioctl(ends[1], FIONBIO, &on));
  TELL(recv(ends[1], bytes, sizeof bytes, MSG_DONTWAIT));
  // Urgent data: where its mark is.
  MUST(send(ends[0], "ab", 2, 0));
  MUST(send(ends[0], "!", 1, MSG_OOB));
  struct pollfd urgent = {ends[1], POLLPRI, 0};
  TELL(poll(&urgent, 1, 1000));
  TELL(sockatmark(ends[1]));
  show("before the mark", bytes, recv(ends[1], bytes, sizeof bytes, 0));
  TELL(sockatmark(ends[1]));
  show("urgent", bytes, recv(ends[1], bytes, 1, MSG_OOB));
  // A datagram's length.
  int a = bound(SOCK_DGRAM, &first), b = bound(SOCK_DGRAM, &second);
  MUST(sendto(a, "four", 4, 0, (struct sockaddr*)&second, sizeof second));
  MUST(sendto(a, "a longer one", 12, 0, (struct sockaddr*)&second, sizeof second));
  struct pollfd there = {b, POLLIN, 0};
  MUST(poll(&there, 1, 1000));
  TELL(ioctl(b, FIONREAD, &count));
  printf("the first alone: %d\n", count);
  TELL(recv(b, bytes, 1, MSG_PEEK | MSG_TRUNC));
  TELL(ioctl(b, 0x12345, &count));
}
