// dup(2), dup2(2), fcntl(2): what duplicates share, and what each has for itself.
#include "program.h"

int main(void) {
  int ends[2], others[2];
  char bytes[16];
  connected(ends);
  connected(others);
  int twin = MUST(dup(ends[0]));
  MUST(close(ends[0]));
  TELL(send(ends[1], "to the twin", 11, 0));
  show("received", bytes, recv(twin, bytes, sizeof bytes, 0));
  // The mode is the description's, close-on-exec the descriptor's.
  int third = MUST(fcntl(twin, F_DUPFD_CLOEXEC, 0));
  TELL(fcntl(third, F_GETFD));
  TELL(fcntl(twin, F_GETFD));
  TELL(fcntl(twin, F_SETFL, fcntl(twin, F_GETFL) | O_NONBLOCK));
  printf("shared mode: %d\n", (fcntl(third, F_GETFL) & O_NONBLOCK) != 0);
  printf("access: %d\n", fcntl(third, F_GETFL) & O_ACCMODE);
  TELL(recv(third, bytes, sizeof bytes, 0));
  TELL(fcntl(third, F_SETFD, 0));
  TELL(fcntl(third, F_GETFD));
  TELL(fcntl(twin, F_SETFL, fcntl(twin, F_GETFL) & ~O_NONBLOCK));
  // Another socket's number: what was there is closed.
  printf("dup2: %d\n", dup2(twin, others[0]) == others[0]);
  TELL(recv(others[1], bytes, sizeof bytes, 0));
  TELL(send(ends[1], "by dup2", 7, 0));
  show("received", bytes, recv(others[0], bytes, sizeof bytes, 0));
  printf("dup2 of itself: %d\n", dup2(twin, twin) == twin);
  printf("dup3 of itself: %s\n", dup3(twin, twin, 0) < 0 ? error_name(errno) : "a number");
  TELL(dup(900));
  TELL(dup2(900, twin));
  TELL(fcntl(twin, 9999));
  close(twin);
  close(third);
  TELL(send(ends[1], "still", 5, 0));
  close(others[0]);
  TELL(recv(others[0], bytes, sizeof bytes, 0));
}
