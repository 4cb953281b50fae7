// poll(2): events, a hang-up, closed descriptors, ones that are passed over, a timeout.
#include "program.h"

int main(void) {
  int ends[2];
  struct timeval before, after;
  connected(ends);
  struct pollfd two[2] = {{ends[0], POLLIN | POLLOUT, 0}, {ends[1], POLLIN, 0}};
  TELL(poll(two, 2, 0));
  printf("%x %x\n", two[0].revents, two[1].revents);
  MUST(send(ends[0], "hello", 5, 0));
  TELL(poll(two, 2, 1000));
  printf("%x %x\n", two[0].revents, two[1].revents);
  struct pollfd one = {ends[0], POLLIN, 0};
  gettimeofday(&before, NULL);
  TELL(poll(&one, 1, 120));
  gettimeofday(&after, NULL);
  long waited = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_usec - before.tv_usec) / 1000;
  printf("it waited: %d\n", waited >= 115 && waited < 5000);
  two[0].fd = -1;
  TELL(poll(two, 2, 0));
  printf("%x %x\n", two[0].revents, two[1].revents);
  char bytes[8];
  MUST(recv(ends[1], bytes, sizeof bytes, 0));
  MUST(shutdown(ends[0], SHUT_WR));
  struct pollfd half = {ends[1], POLLIN | POLLRDHUP, 0};
  TELL(poll(&half, 1, 1000));
  printf("%x\n", half.revents);
  MUST(shutdown(ends[1], SHUT_WR));
  half.events = POLLIN;
  TELL(poll(&half, 1, 1000));
  printf("%x\n", half.revents);
  close(ends[1]);
  TELL(poll(&half, 1, 0));
  printf("%x\n", half.revents);
  TELL(poll(NULL, 0, 10));
}
