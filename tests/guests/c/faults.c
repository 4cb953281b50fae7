// Errors by their names: wrong families, types, states, lengths.
#include "program.h"

int main(void) {
  struct sockaddr_in address, other = loopback(0), any;
  socklen_t length;
  char bytes[8];
  TELL(socket(99, SOCK_STREAM, 0));
  int stream = MUST(socket(AF_INET, SOCK_STREAM, 0)), datagram = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  int taken = bound(SOCK_STREAM, &address);
  MUST(listen(taken, 1));
  TELL(bind(stream, (struct sockaddr*)&address, sizeof address));
  TELL(bind(stream, (struct sockaddr*)&other, 1000));
  TELL(accept(stream, NULL, NULL));
  TELL(accept(datagram, NULL, NULL));
  TELL(recv(stream, bytes, sizeof bytes, 0));
  TELL(send(stream, bytes, 1, MSG_NOSIGNAL));
  TELL(send(datagram, bytes, 1, 0));
  length = sizeof any;
  TELL(getpeername(stream, (struct sockaddr*)&any, &length));
  TELL(recv(datagram, bytes, sizeof bytes, MSG_DONTWAIT));
  MUST(connect(stream, (struct sockaddr*)&address, sizeof address));
  TELL(connect(stream, (struct sockaddr*)&address, sizeof address));
  TELL(bind(stream, (struct sockaddr*)&other, sizeof other));
  TELL(send(0, bytes, 1, 0));
  TELL(recv(900, bytes, 1, 0));
  TELL(connect(0, (struct sockaddr*)&address, sizeof address));
}
