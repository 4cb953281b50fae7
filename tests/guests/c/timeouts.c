// SO_RCVTIMEO and SO_SNDTIMEO: receiving, accepting, sending into a full buffer, each as long as it says.
#include "program.h"

static long now(void) {
  struct timeval time;
  gettimeofday(&time, NULL);
  return time.tv_sec * 1000L + time.tv_usec / 1000;
}

// Makes a call that is to wait 150 ms and fail.
#define TIMED(call)                                            \
  do {                                                         \
    long began = now();                                        \
    tell(#call, call);                                         \
    long waited = now() - began;                               \
    printf("it waited: %d\n", waited >= 145 && waited < 5000); \
  } while (0)

int main(void) {
  struct timeval time = {0, 150000}, none = {0, 0};
  struct sockaddr_in address;
  int ends[2];
  char byte = 0;
  connected(ends);
  MUST(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  TIMED(recv(ends[0], &byte, 1, 0));
  TIMED(read(ends[0], &byte, 1));
  int listener = bound(SOCK_STREAM, &address);
  MUST(listen(listener, 1));
  MUST(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  TIMED(accept(listener, NULL, NULL));
  static char block[1 << 20];
  MUST(setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time));
  // Parts of it may be taken, until there is no room at all.
  for (int i = 0; i < 64 && send(ends[1], block, sizeof block, 0) > 0; i++) continue;
  TIMED(send(ends[1], block, sizeof block, 0));
  MUST(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none));
  TELL(recv(ends[0], &byte, 1, 0));
}
