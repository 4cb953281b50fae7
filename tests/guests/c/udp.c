// Datagrams: to an address, to a connected peer, empty ones, ones that are cut.
#include "program.h"

int main(void) {
  struct sockaddr_in first, second, from;
  socklen_t length = sizeof from;
  char bytes[64];
  int a = bound(SOCK_DGRAM, &first), b = bound(SOCK_DGRAM, &second);
  TELL(sendto(a, "hello", 5, 0, (struct sockaddr*)&second, sizeof second));
  show("received", bytes, recvfrom(b, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &length));
  printf("from the first: %d, %u bytes\n", from.sin_port == first.sin_port, (unsigned)length);
  TELL(send(a, "no address", 10, 0));
  TELL(connect(a, (struct sockaddr*)&second, sizeof second));
  TELL(send(a, "", 0, 0));
  TELL(send(a, "cut short", 9, 0));
  TELL(send(a, "whole length", 12, 0));
  TELL(recv(b, bytes, sizeof bytes, 0));
  show("received", bytes, recv(b, bytes, 3, 0));
  TELL(recv(b, bytes, 3, MSG_TRUNC));
  TELL(recv(b, bytes, sizeof bytes, MSG_DONTWAIT));
  // A short room for the address: it is cut, its whole length told.
  TELL(send(a, "x", 1, 0));
  length = 4;
  memset(&from, 0, sizeof from);
  TELL(recvfrom(b, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &length));
  printf("length %u, family %d, port %d, host %d\n", (unsigned)length, from.sin_family,
         from.sin_port == first.sin_port, from.sin_addr.s_addr != 0);
  static char big[70000];
  TELL(send(a, big, sizeof big, 0));
}
