/* Asks the kernel for its interfaces (rtnetlink(7)), and says how many there are. */
#include "guest.h"

int main(void) {
  error_code code = 0;
  own_socket own = opened(NETLINK, RAW);
  socket_handle handle = borrowed(own);
  address kernel;
  memset(&kernel, 0, sizeof kernel);
  kernel.tag = BERKELEY_SOCKETS_TYPES_ADDRESS_NETLINK;
  /* struct nlmsghdr of RTM_GETLINK with NLM_F_REQUEST and NLM_F_DUMP, and a struct rtgenmsg. */
  uint8_t request[20] = {20, 0, 0, 0, 18, 0, 1, 3, 1};
  bindings_list_u8_t data = bytes_of(request, sizeof request);
  uint32_t sent;
  must(berkeley_sockets_sockets_method_socket_sendto(handle, &data, 0, &kernel, &sent, &code), "sendto",
       code);
  int links = 0;
  for (int done = 0; !done;) {
    bindings_list_u8_t answer;
    must(berkeley_sockets_sockets_method_socket_recv(handle, 65536, 0, &answer, &code), "recv", code);
    for (size_t at = 0; at + 16 <= answer.len;) {
      uint32_t length;
      uint16_t type;
      memcpy(&length, answer.ptr + at, 4);
      memcpy(&type, answer.ptr + at + 4, 2);
      if (type == 16) links++;
      if (type == 3 || length < 16) done = 1;
      at += (length + 3) & ~3u;
    }
    bindings_list_u8_free(&answer);
  }
  printf("%d links\n", links);
  return finished(links > 0 ? 0 : 1);
}
