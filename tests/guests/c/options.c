// Options: numbers, structs, what is read only, what is no socket.
#include "program.h"
#include <netinet/tcp.h>

static void number(int fd, const char* what, int level, int name, int value) {
  int got = -1;
  socklen_t length = sizeof got;
  int set = setsockopt(fd, level, name, &value, sizeof value);
  if (set < 0) printf("set %s: %s\n", what, error_name(errno));
  if (getsockopt(fd, level, name, &got, &length) < 0) {
    printf("get %s: %s\n", what, error_name(errno));
  } else {
    printf("%s: %d, %u bytes\n", what, got, (unsigned)length);
  }
}
#define NUMBER(fd, level, name, value) number(fd, #name, level, name, value)

int main(void) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  NUMBER(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  NUMBER(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  NUMBER(fd, SOL_SOCKET, SO_RCVBUF, 8192);
  NUMBER(fd, SOL_SOCKET, SO_SNDBUF, 16384);
  NUMBER(fd, SOL_SOCKET, SO_RCVLOWAT, 7);
  NUMBER(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  NUMBER(fd, IPPROTO_TCP, TCP_KEEPIDLE, 123);
  NUMBER(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 4567);
  NUMBER(fd, IPPROTO_IP, IP_TTL, 33);
  NUMBER(fd, IPPROTO_IP, IP_TOS, 0x10);

  struct linger linger = {1, 7};
  socklen_t length = sizeof linger;
  TELL(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  memset(&linger, 0, sizeof linger);
  TELL(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length));
  printf("linger %d, %d s, %u bytes\n", linger.l_onoff, linger.l_linger, (unsigned)length);
  linger.l_onoff = 0;
  MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));

  struct timeval time = {3, 500000};
  length = sizeof time;
  TELL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  memset(&time, 0, sizeof time);
  TELL(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &length));
  printf("%ld s, %ld us, all of it: %d\n", (long)time.tv_sec, (long)time.tv_usec, length == sizeof time);
  TELL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, 2));

  int ends[2];
  connected(ends);
  int kinds[] = {SO_TYPE, SO_ERROR, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    int kind = -1;
    length = sizeof kind;
    TELL(getsockopt(ends[0], SOL_SOCKET, kinds[i], &kind, &length));
    printf("option %d: %d\n", kinds[i], kind);
  }
  unsigned char info[256] = {0};
  length = sizeof info;
  TELL(getsockopt(ends[0], IPPROTO_TCP, TCP_INFO, info, &length));
  printf("state %d, long enough: %d\n", info[0], length >= 104);
  char name[16] = {0};
  length = sizeof name;
  TELL(getsockopt(ends[0], IPPROTO_TCP, TCP_CONGESTION, name, &length));
  printf("congestion has a name: %d\n", name[0] != 0);
  int value = 1;
  TELL(setsockopt(900, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
  TELL(setsockopt(0, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
}
