// rtnetlink: a dump of the interfaces, in which the loopback is looked for, and an error in its data.
#include "program.h"

// linux/netlink.h and linux/rtnetlink.h, which not every libc brings.
#ifndef AF_NETLINK
#define AF_NETLINK 16
#endif
struct netlink_address {
  uint16_t family, pad;
  uint32_t pid, groups;
};
struct netlink_header {
  uint32_t length;
  uint16_t type, flags;
  uint32_t sequence, pid;
};
struct interface_info {
  uint8_t family, pad;
  uint16_t type;
  int32_t index;
  uint32_t flags, change;
};
enum { ERROR_TYPE = 2, DONE = 3, NEW_LINK = 16, GET_LINK = 18, REQUEST = 1, ACK = 4, DUMP = 0x300, NAME = 3 };

static void about(const char* data, size_t size) {
  struct interface_info info;
  memcpy(&info, data, sizeof info);
  for (size_t at = sizeof info; at + 4 <= size;) {
    uint16_t attribute[2];
    memcpy(attribute, data + at, sizeof attribute);
    if (attribute[0] < 4) break;
    if (attribute[1] == NAME && strcmp(data + at + 4, "lo") == 0)
      printf("lo: index %d, type %d, up %d\n", info.index, info.type, info.flags & 1);
    at += (attribute[0] + 3) & ~3;
  }
}

int main(void) {
  struct netlink_address kernel = {.family = AF_NETLINK}, own;
  socklen_t length = sizeof own;
  static char bytes[65536];
  int fd = MUST(socket(AF_NETLINK, SOCK_RAW, 0));
  TELL(bind(fd, (struct sockaddr*)&kernel, sizeof kernel));
  TELL(getsockname(fd, (struct sockaddr*)&own, &length));
  printf("family %d, %u bytes, a number of its own: %d\n", own.family, (unsigned)length, own.pid != 0);
  struct {
    struct netlink_header header;
    struct interface_info info;
  } ask = {.header = {sizeof ask, GET_LINK, REQUEST | DUMP, 7, 0}};
  TELL(sendto(fd, &ask, sizeof ask, 0, (struct sockaddr*)&kernel, sizeof kernel));
  for (int done = 0; !done;) {
    long got = MUST(recv(fd, bytes, sizeof bytes, 0));
    for (long at = 0; at + (long)sizeof(struct netlink_header) <= got;) {
      struct netlink_header header;
      memcpy(&header, bytes + at, sizeof header);
      if (header.sequence != 7) printf("an answer to somebody else\n");
      if (header.type == NEW_LINK) about(bytes + at + sizeof header, header.length - sizeof header);
      if (header.type == DONE) done = 1;
      at += (header.length + 3) & ~3u;
    }
  }
  // An interface that is none: an error in the data, negative.
  ask.header.flags = REQUEST | ACK;
  ask.header.sequence = 8;
  ask.info.index = 999999;
  TELL(send(fd, &ask, sizeof ask, 0));
  MUST(recv(fd, bytes, sizeof bytes, 0));
  struct netlink_header header;
  int32_t error;
  memcpy(&header, bytes, sizeof header);
  memcpy(&error, bytes + sizeof header, sizeof error);
  printf("type %d: %s\n", header.type, error_name(-error));
}
