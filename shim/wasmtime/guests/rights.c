/* Two ends of an AF_UNIX SOCK_SEQPACKET socket: messages keep their bounds, and a socket of UDP goes
 * from one to the other as a descriptor. */
#include "guest.h"

int main(void) {
  error_code code = 0;
  berkeley_sockets_sockets_tuple2_own_socket_own_socket_t pair;
  must(berkeley_sockets_sockets_static_socket_pair(UNIX, SEQPACKET, 0, &pair, &code), "pair", code);
  socket_handle one = borrowed(pair.f0), other = borrowed(pair.f1);
  own_socket udp = opened(INET, DATAGRAM);
  address here = inet("127.0.0.1", 0), name;
  must(berkeley_sockets_sockets_method_socket_bind(borrowed(udp), &here, &code), "bind", code);
  must(berkeley_sockets_sockets_method_socket_getsockname(borrowed(udp), &name, &code), "getsockname", code);

  bindings_list_u8_t first = bytes_of("first", 5), second = bytes_of("2nd", 3);
  berkeley_sockets_sockets_list_control_message_t control = {0, 0};
  socket_handle passed = borrowed(udp);
  berkeley_sockets_sockets_list_borrow_socket_t rights = {&passed, 1}, none = {0, 0};
  address nowhere;
  memset(&nowhere, 0, sizeof nowhere);
  nowhere.tag = BERKELEY_SOCKETS_TYPES_ADDRESS_UNSPECIFIED;
  uint32_t sent;
  must(berkeley_sockets_sockets_method_socket_sendmsg(one, &first, &control, &rights, 0, &nowhere, &sent,
                                                      &code),
       "sendmsg", code);
  must(berkeley_sockets_sockets_method_socket_sendmsg(one, &second, &control, &none, 0, &nowhere, &sent,
                                                      &code),
       "sendmsg", code);

  berkeley_sockets_sockets_message_t message, more;
  must(berkeley_sockets_sockets_method_socket_recvmsg(other, 100, 64, 0, &message, &code), "recvmsg", code);
  must(berkeley_sockets_sockets_method_socket_recvmsg(other, 100, 64, 0, &more, &code), "recvmsg", code);
  if (message.data.len != 5 || message.rights.len != 1 || more.data.len != 3 || more.rights.len != 0)
    return 1;

  /* What came is the same socket: it has its name, and what is sent to it comes. */
  socket_handle came = borrowed(message.rights.ptr[0]);
  address again;
  must(berkeley_sockets_sockets_method_socket_getsockname(came, &again, &code), "getsockname", code);
  if (again.val.inet.port != name.val.inet.port) return 1;
  bindings_list_u8_t hello = bytes_of("hello", 5), got;
  must(berkeley_sockets_sockets_method_socket_sendto(came, &hello, 0, &again, &sent, &code), "sendto", code);
  must(berkeley_sockets_sockets_method_socket_recv(passed, 100, 0, &got, &code), "recv", code);
  printf("%.*s over a socket that was passed\n", (int)got.len, (const char*)got.ptr);
  return finished(got.len == 5 ? 0 : 1);
}
