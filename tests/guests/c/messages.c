// sendmsg(2), recvmsg(2): several buffers, an address, flags, readv(2) and writev(2).
#include "program.h"
#include <sys/uio.h>

int main(void) {
  struct sockaddr_in first, second, from;
  int a = bound(SOCK_DGRAM, &first), b = bound(SOCK_DGRAM, &second);
  struct iovec out[3] = {{"one ", 4}, {"", 0}, {"two", 3}};
  struct msghdr message = {
      .msg_name = &second, .msg_namelen = sizeof second, .msg_iov = out, .msg_iovlen = 3};
  TELL(sendmsg(a, &message, 0));
  char left[3], right[16];
  struct iovec in[2] = {{left, sizeof left}, {right, sizeof right}};
  message = (struct msghdr){.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 2};
  int got = TELL(recvmsg(b, &message, 0));
  show("left", left, 3);
  show("right", right, got - 3);
  printf("from the first: %d, %u bytes, flags %x\n", from.sin_port == first.sin_port,
         (unsigned)message.msg_namelen, message.msg_flags);
  // Cut: the flag says so.
  MUST(sendto(a, "0123456789", 10, 0, (struct sockaddr*)&second, sizeof second));
  message.msg_iovlen = 1;
  message.msg_name = NULL;
  message.msg_namelen = 0;
  TELL(recvmsg(b, &message, 0));
  printf("cut: %d\n", message.msg_flags == MSG_TRUNC);
  TELL(recvmsg(b, &message, MSG_DONTWAIT));
  // Without an address, and without any buffer.
  message = (struct msghdr){0};
  TELL(sendmsg(a, &message, 0));
  message.msg_name = &second;
  message.msg_namelen = sizeof second;
  TELL(sendmsg(a, &message, 0));
  message.msg_name = NULL;
  TELL(recvmsg(b, &message, 0));

  int ends[2];
  connected(ends);
  TELL(writev(ends[0], out, 3));
  TELL(readv(ends[1], in, 2));
  show("left", left, 3);
  message = (struct msghdr){.msg_iov = out, .msg_iovlen = 3};
  TELL(sendmsg(ends[0], &message, MSG_NOSIGNAL));
  TELL(recv(ends[1], right, sizeof right, MSG_WAITALL | MSG_DONTWAIT));
}
