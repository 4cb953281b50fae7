// IP_PKTINFO, IP_RECVTTL and IP_RECVTOS: control messages that come with a datagram, and one that goes.
#include "program.h"
#include <net/if.h>

int main(void) {
  struct sockaddr_in first, second, from;
  int on = 1, ttl = 77;
  int a = bound(SOCK_DGRAM, &first), b = bound(SOCK_DGRAM, &second);
  TELL(setsockopt(b, IPPROTO_IP, IP_PKTINFO, &on, sizeof on));
  TELL(setsockopt(b, IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
  TELL(setsockopt(a, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl));
  char out[CMSG_SPACE(sizeof(struct in_pktinfo))] = {0};
  struct iovec part = {"packet", 6};
  struct msghdr message = {.msg_name = &second,
                           .msg_namelen = sizeof second,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = out,
                           .msg_controllen = sizeof out};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK)};
  memcpy(CMSG_DATA(header), &info, sizeof info);
  TELL(sendmsg(a, &message, 0));

  char bytes[16], control[256];
  struct iovec room = {bytes, sizeof bytes};
  message = (struct msghdr){.msg_name = &from,
                            .msg_namelen = sizeof from,
                            .msg_iov = &room,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
  show("received", bytes, recvmsg(b, &message, 0));
  for (header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    printf("level %d, type %d, ", header->cmsg_level, header->cmsg_type);
    if (header->cmsg_type == IP_PKTINFO) {
      memcpy(&info, CMSG_DATA(header), sizeof info);
      printf("to %s, by the loopback: %d\n", inet_ntoa(info.ipi_addr),
             (unsigned)info.ipi_ifindex == if_nametoindex("lo"));
    } else {
      int value;
      memcpy(&value, CMSG_DATA(header), sizeof value);
      printf("ttl %d\n", value);
    }
  }
  // Room for one of the two: the flag says that there was more.
  message.msg_controllen = CMSG_SPACE(sizeof(struct in_pktinfo));
  MUST(sendto(a, "again", 5, 0, (struct sockaddr*)&second, sizeof second));
  TELL(recvmsg(b, &message, 0));
  header = CMSG_FIRSTHDR(&message);
  printf("type %d, more: %d, cut: %d\n", header->cmsg_type, CMSG_NXTHDR(&message, header) != NULL,
         (message.msg_flags & MSG_CTRUNC) != 0);
}
