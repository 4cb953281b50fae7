/* As echo-client.c, over the interface `syscalls`, with the bytes of Linux's sockaddr_in. */
#include "guest.h"
#include <time.h>

typedef berkeley_sockets_syscalls_borrow_descriptor_t descriptor;

static void must_call(bool ok, const char* call, int32_t number) {
  if (ok) return;
  printf("%s: errno %d\n", call, (int)number);
  exit(finished(1));
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  int port = atoi(argv[1]), rounds = atoi(argv[2]);
  int32_t number = 0;
  berkeley_sockets_syscalls_own_descriptor_t own;
  must_call(berkeley_sockets_syscalls_static_descriptor_open(INET, STREAM, 0, &own, &number), "open", number);
  descriptor handle = berkeley_sockets_syscalls_borrow_descriptor(own);
  uint8_t address[16] = {INET, 0, (uint8_t)(port >> 8), (uint8_t)port, 127, 0, 0, 1};
  bindings_list_u8_t there = bytes_of(address, sizeof address);
  must_call(berkeley_sockets_syscalls_method_descriptor_connect(handle, &there, &number), "connect", number);
  uint8_t message[64];
  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  for (int i = 0; i < rounds; i++) {
    memset(message, i, sizeof message);
    bindings_list_u8_t data = bytes_of(message, sizeof message);
    uint32_t sent;
    must_call(berkeley_sockets_syscalls_method_descriptor_send(handle, &data, 0, &sent, &number), "send",
              number);
    must_call(berkeley_sockets_syscalls_method_descriptor_recv(handle, 64, 0, &data, &number), "recv",
              number);
    if (data.len != sizeof message || memcmp(data.ptr, message, data.len) != 0) return 1;
    bindings_list_u8_free(&data);
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  double ns = (ended.tv_sec - began.tv_sec) * 1e9 + (ended.tv_nsec - began.tv_nsec);
  printf("%d rounds, %.0f ns each\n", rounds, ns / rounds);
  return finished(0);
}
