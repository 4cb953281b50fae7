// SO_TIMESTAMP and SO_TIMESTAMPNS: when a datagram came, in the words of this libc.
#include "program.h"
#include <time.h>

static void stamped(int fd, time_t about) {
  char bytes[16], control[128];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  show("received", bytes, recvmsg(fd, &message, 0));
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == NULL) {
    printf("no stamp\n");
    return;
  }
  int nanoseconds = header->cmsg_type == SCM_TIMESTAMPNS;
  printf("level %d, a stamp: %d, in nanoseconds: %d, ", header->cmsg_level,
         nanoseconds || header->cmsg_type == SCM_TIMESTAMP, nanoseconds);
  struct timeval time = {0};
  struct timespec precise = {0};
  int right;
  if (nanoseconds) {
    right = header->cmsg_len == CMSG_LEN(sizeof precise);
    memcpy(&precise, CMSG_DATA(header), sizeof precise);
    time.tv_sec = precise.tv_sec;
    time.tv_usec = precise.tv_nsec / 1000;
  } else {
    right = header->cmsg_len == CMSG_LEN(sizeof time);
    memcpy(&time, CMSG_DATA(header), sizeof time);
  }
  printf("length right: %d, a time of now: %d %d\n", right, time.tv_sec >= about && time.tv_sec < about + 60,
         time.tv_usec >= 0 && time.tv_usec < 1000000);
}

int main(void) {
  struct sockaddr_in first, second;
  int on = 1, off = 0, value = -1;
  socklen_t length = sizeof value;
  int a = bound(SOCK_DGRAM, &first), b = bound(SOCK_DGRAM, &second);
  time_t about = time(NULL);
  MUST(connect(a, (struct sockaddr*)&second, sizeof second));
  TELL(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on));
  TELL(getsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &value, &length));
  printf("on: %d\n", value);
  MUST(send(a, "micro", 5, 0));
  stamped(b, about);
  TELL(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &off, sizeof off));
  TELL(setsockopt(b, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on));
  MUST(send(a, "nano", 4, 0));
  stamped(b, about);
  TELL(setsockopt(b, SOL_SOCKET, SO_TIMESTAMPNS, &off, sizeof off));
  MUST(send(a, "none", 4, 0));
  stamped(b, about);
}
