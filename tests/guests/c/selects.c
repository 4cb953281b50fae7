// select(2): nothing ready, something to read, to write, a closed descriptor, a timeout.
#include "program.h"
#include <sys/select.h>

static int watch(int fd, int writing, long microseconds) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  struct timeval time = {microseconds / 1000000, microseconds % 1000000};
  int result = select(fd + 1, writing ? NULL : &set, writing ? &set : NULL, NULL, &time);
  return result < 0 ? result : 10 * result + (FD_ISSET(fd, &set) != 0);
}

int main(void) {
  int ends[2];
  struct timeval before, after;
  connected(ends);
  TELL(watch(ends[0], 0, 0));
  TELL(watch(ends[0], 1, 0));
  MUST(send(ends[1], "x", 1, 0));
  TELL(watch(ends[0], 0, 1000000));
  gettimeofday(&before, NULL);
  TELL(watch(ends[1], 0, 120000));
  gettimeofday(&after, NULL);
  long waited = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_usec - before.tv_usec) / 1000;
  printf("it waited: %d\n", waited >= 115 && waited < 5000);
  fd_set both;
  FD_ZERO(&both);
  FD_SET(ends[0], &both);
  FD_SET(ends[1], &both);
  int most = ends[0] > ends[1] ? ends[0] : ends[1];
  TELL(select(most + 1, &both, NULL, NULL, NULL));
  printf("first %d, second %d\n", FD_ISSET(ends[0], &both) != 0, FD_ISSET(ends[1], &both) != 0);
  int gone = ends[1];
  close(gone);
  TELL(watch(gone, 0, 0));
  char byte;
  MUST(recv(ends[0], &byte, 1, 0));
  TELL(watch(ends[0], 0, 0));
  TELL(recv(ends[0], &byte, 1, 0));
  struct timeval wrong = {-1, 0};
  FD_ZERO(&both);
  FD_SET(ends[0], &both);
  TELL(select(ends[0] + 1, &both, NULL, NULL, &wrong));
}
