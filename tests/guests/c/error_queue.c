// The error queue: what a datagram to nobody comes to, with its error in the data.
#include "program.h"

#ifndef MSG_ERRQUEUE
#define MSG_ERRQUEUE 0x2000
#endif
#ifndef IP_RECVERR
#define IP_RECVERR 11
#endif

// struct sock_extended_err of linux/errqueue.h, which not every libc brings.
struct extended_error {
  uint32_t number;
  uint8_t origin, type, code, pad;
  uint32_t info, data;
};

int main(void) {
  struct sockaddr_in first, nobody;
  int on = 1, error = -1;
  socklen_t length = sizeof error;
  int a = bound(SOCK_DGRAM, &first), gone = bound(SOCK_DGRAM, &nobody);
  close(gone);
  TELL(setsockopt(a, IPPROTO_IP, IP_RECVERR, &on, sizeof on));
  MUST(connect(a, (struct sockaddr*)&nobody, sizeof nobody));
  TELL(send(a, "anybody?", 8, 0));
  struct pollfd watched = {a, POLLIN, 0};
  TELL(poll(&watched, 1, 1000));
  printf("an error: %d\n", (watched.revents & POLLERR) != 0);
  TELL(getsockopt(a, SOL_SOCKET, SO_ERROR, &error, &length));
  printf("SO_ERROR: %s\n", error_name(error));

  char bytes[16], control[256];
  struct sockaddr_in to;
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  show("what was sent", bytes, recvmsg(a, &message, MSG_ERRQUEUE));
  printf("to nobody: %d, of the queue: %d\n", to.sin_port == nobody.sin_port,
         (message.msg_flags & MSG_ERRQUEUE) != 0);
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != NULL) {
    struct extended_error what;
    memcpy(&what, CMSG_DATA(header), sizeof what);
    struct sockaddr_in* offender = (struct sockaddr_in*)(CMSG_DATA(header) + sizeof what);
    printf("level %d, type %d: %s, origin %d, ICMP %d %d, from %s\n", header->cmsg_level, header->cmsg_type,
           error_name(what.number), what.origin, what.type, what.code, inet_ntoa(offender->sin_addr));
  }
  TELL(recvmsg(a, &message, MSG_ERRQUEUE));
}
