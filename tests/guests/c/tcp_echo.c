// A server and a client of TCP, with 20 lines and a megabyte that takes many calls.
#include "program.h"

int main(void) {
  struct sockaddr_in address, peer;
  socklen_t length = sizeof peer;
  char line[64], back[64];
  int listener = bound(SOCK_STREAM, &address);
  TELL(listen(listener, 5));
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  int server = MUST(accept(listener, (struct sockaddr*)&peer, &length));
  printf("peer: %s, %u bytes, family %d\n", inet_ntoa(peer.sin_addr), (unsigned)length, peer.sin_family);
  for (int i = 0; i < 20; i++) {
    int size = sprintf(line, "line %d of 20", i);
    MUST(send(client, line, size, 0));
    int got = MUST(recv(server, back, sizeof back, 0));
    MUST(send(server, back, got, 0));
    got = MUST(recv(client, back, sizeof back, 0));
    if (got != size || memcmp(line, back, size) != 0) printf("line %d came back wrong\n", i);
  }
  // As much as both buffers hold at once, then what was sent is read, again and again.
  static char block[16384], read[16384];
  long sent = 0, received = 0, sum = 0, expected = 0;
  while (received < 1000000) {
    for (size_t i = 0; i < sizeof block; i++) block[i] = (char)((sent + i) % 251);
    long part = 1000000 - sent < (long)sizeof block ? 1000000 - sent : (long)sizeof block;
    if (part > 0) {
      part = MUST(send(client, block, part, 0));
      for (long i = 0; i < part; i++) expected += (unsigned char)block[i];
      sent += part;
    }
    long got = MUST(recv(server, read, sizeof read, 0));
    for (long i = 0; i < got; i++) sum += (unsigned char)read[i];
    received += got;
  }
  printf("%ld bytes, sum %s\n", received, sum == expected ? "right" : "wrong");
  close(client);
  TELL(recv(server, back, sizeof back, 0));
  close(server);
  close(listener);
}
