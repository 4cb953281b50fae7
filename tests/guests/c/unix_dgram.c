// AF_UNIX datagrams: two names, an answer to where one came from.
#include "program.h"

static int named(const char* folder, const char* name, struct sockaddr_un* address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", folder, name);
  int fd = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  MUST(bind(fd, (struct sockaddr*)address, sizeof *address));
  return fd;
}

int main(int argc, char** argv) {
  struct sockaddr_un first, second, from;
  socklen_t length = sizeof from;
  char bytes[64];
  if (argc < 2) return 1;
  int a = named(argv[1], "first", &first), b = named(argv[1], "second", &second);
  TELL(sendto(a, "question", 8, 0, (struct sockaddr*)&second, sizeof second));
  show("asked", bytes, recvfrom(b, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &length));
  printf("from the first: %d\n", strcmp(from.sun_path, first.sun_path));
  TELL(sendto(b, "answer", 6, 0, (struct sockaddr*)&from, length));
  show("answered", bytes, recv(a, bytes, sizeof bytes, 0));
  close(b);
  TELL(sendto(a, "nobody", 6, 0, (struct sockaddr*)&second, sizeof second));
  int stream = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(connect(stream, (struct sockaddr*)&first, sizeof first));
}
