/* A client of TCP: argv PORT ROUNDS. Sends and expects 64 bytes each time; says how long a round took. */
#include "guest.h"
#include <time.h>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  int rounds = atoi(argv[2]);
  error_code code = 0;
  own_socket own = opened(INET, STREAM);
  address there = inet("127.0.0.1", (uint16_t)atoi(argv[1]));
  socket_handle handle = borrowed(own);
  must(berkeley_sockets_sockets_method_socket_connect(handle, &there, &code), "connect", code);
  uint8_t message[64];
  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  for (int i = 0; i < rounds; i++) {
    memset(message, i, sizeof message);
    bindings_list_u8_t data = bytes_of(message, sizeof message);
    uint32_t sent;
    must(berkeley_sockets_sockets_method_socket_send(handle, &data, 0, &sent, &code), "send", code);
    must(berkeley_sockets_sockets_method_socket_recv(handle, 64, 0, &data, &code), "recv", code);
    if (data.len != sizeof message || memcmp(data.ptr, message, data.len) != 0) return 1;
    bindings_list_u8_free(&data);
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  double ns = (ended.tv_sec - began.tv_sec) * 1e9 + (ended.tv_nsec - began.tv_nsec);
  printf("%d rounds, %.0f ns each\n", rounds, ns / rounds);
  return finished(0);
}
