// IPv6 on the loopback: a connection, a datagram, V6ONLY, hops as a control message.
#include "program.h"

int main(void) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT}, from;
  socklen_t length = sizeof address;
  char bytes[64], text[64];
  int listener = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  int on = 1, value = 0;
  TELL(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on));
  TELL(bind(listener, (struct sockaddr*)&address, sizeof address));
  TELL(getsockname(listener, (struct sockaddr*)&address, &length));
  printf("%s, %u bytes, port %d\n", inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text),
         (unsigned)length, address.sin6_port != 0);
  TELL(listen(listener, 1));
  int client = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  length = sizeof from;
  int server = MUST(accept(listener, (struct sockaddr*)&from, &length));
  printf("from %s\n", inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
  TELL(send(client, "six", 3, 0));
  show("received", bytes, recv(server, bytes, sizeof bytes, 0));
  length = sizeof value;
  TELL(getsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length));
  printf("V6ONLY: %d\n", value);

  int a = MUST(socket(AF_INET6, SOCK_DGRAM, 0)), b = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
  address.sin6_port = 0;
  MUST(bind(b, (struct sockaddr*)&address, sizeof address));
  length = sizeof address;
  MUST(getsockname(b, (struct sockaddr*)&address, &length));
  TELL(setsockopt(b, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on));
  int hops = 42;
  TELL(setsockopt(a, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops));
  TELL(sendto(a, "hop", 3, 0, (struct sockaddr*)&address, sizeof address));
  char control[64];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {.msg_name = &from,
                           .msg_namelen = sizeof from,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  show("received", bytes, recvmsg(b, &message, 0));
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != NULL) {
    memcpy(&value, CMSG_DATA(header), sizeof value);
    printf("level %d, type %d, hops %d\n", header->cmsg_level, header->cmsg_type, value);
  }
  // An IPv4 address where one of IPv6 is meant.
  struct sockaddr_in four = loopback(9);
  TELL(connect(client, (struct sockaddr*)&four, sizeof four));
}
