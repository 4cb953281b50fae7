// shutdown(2): each half, both, and what comes after.
#include "program.h"

int main(void) {
  int ends[2];
  char bytes[16];
  connected(ends);
  TELL(send(ends[0], "last words", 10, 0));
  TELL(shutdown(ends[0], SHUT_WR));
  TELL(send(ends[0], "x", 1, MSG_NOSIGNAL));
  show("received", bytes, recv(ends[1], bytes, sizeof bytes, 0));
  TELL(recv(ends[1], bytes, sizeof bytes, 0));
  TELL(send(ends[1], "the other way", 13, 0));
  show("received", bytes, recv(ends[0], bytes, sizeof bytes, 0));
  TELL(shutdown(ends[1], SHUT_RD));
  TELL(shutdown(ends[1], SHUT_RDWR));
  TELL(recv(ends[0], bytes, sizeof bytes, 0));
  TELL(shutdown(ends[0], 3));
  TELL(shutdown(900, SHUT_RD));
  TELL(shutdown(0, SHUT_RD));
  int alone = MUST(socket(AF_INET, SOCK_STREAM, 0));
  TELL(shutdown(alone, SHUT_RDWR));
}
