/* A server of TCP: argv HOST. Says its port, and sends back what one connection brings. */
#include "guest.h"

int main(int argc, char** argv) {
  error_code code = 0;
  own_socket own = opened(INET, STREAM);
  address here = inet(argc > 1 ? argv[1] : "127.0.0.1", 0);
  must(berkeley_sockets_sockets_method_socket_bind(borrowed(own), &here, &code), "bind", code);
  must(berkeley_sockets_sockets_method_socket_listen(borrowed(own), 1, &code), "listen", code);
  address name;
  must(berkeley_sockets_sockets_method_socket_getsockname(borrowed(own), &name, &code), "getsockname", code);
  printf("port %d\n", name.val.inet.port);
  fflush(stdout);
  berkeley_sockets_sockets_tuple2_own_socket_address_t accepted;
  must(berkeley_sockets_sockets_method_socket_accept(borrowed(own), &accepted, &code), "accept", code);
  socket_handle peer = borrowed(accepted.f0);
  for (;;) {
    bindings_list_u8_t data;
    must(berkeley_sockets_sockets_method_socket_recv(peer, 4096, 0, &data, &code), "recv", code);
    if (data.len == 0) break;
    uint32_t sent;
    must(berkeley_sockets_sockets_method_socket_send(peer, &data, 0, &sent, &code), "send", code);
    bindings_list_u8_free(&data);
  }
  must(berkeley_sockets_sockets_method_socket_close(peer, &code), "close", code);
  if (berkeley_sockets_sockets_method_socket_close(peer, &code) ||
      code != BERKELEY_SOCKETS_SOCKETS_ERROR_CODE_EBADF) {
    printf("a second close is no EBADF\n");
    return finished(1);
  }
  printf("ended\n");
  return finished(0);
}
