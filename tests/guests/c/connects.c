// connect(2) without waiting: in progress, done, refused, and what SO_ERROR tells.
#include "program.h"

static void outcome(int fd) {
  struct pollfd watched = {fd, POLLOUT, 0};
  int error = -1;
  socklen_t length = sizeof error;
  TELL(poll(&watched, 1, 1000));
  printf("writable: %d\n", (watched.revents & POLLOUT) != 0);
  TELL(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length));
  printf("SO_ERROR: %s\n", error_name(error));
  TELL(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length));
  printf("SO_ERROR then: %s\n", error_name(error));
}

int main(void) {
  struct sockaddr_in address, nobody;
  int listener = bound(SOCK_STREAM, &address);
  MUST(listen(listener, 5));
  int client = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  outcome(client);
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  int server = MUST(accept(listener, NULL, NULL));
  printf("what was accepted blocks: %d\n", (fcntl(server, F_GETFL) & O_NONBLOCK) == 0);
  int other = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(other, (struct sockaddr*)&address, sizeof address));
  int flags = MUST(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
  printf("and this one does not: %d\n", (fcntl(flags, F_GETFL) & O_NONBLOCK) != 0);

  int gone = bound(SOCK_STREAM, &nobody);
  close(gone);
  int refused = MUST(socket(AF_INET, SOCK_STREAM, 0));
  TELL(connect(refused, (struct sockaddr*)&nobody, sizeof nobody));
  int later = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  TELL(connect(later, (struct sockaddr*)&nobody, sizeof nobody));
  outcome(later);
  TELL(getpeername(later, (struct sockaddr*)&nobody, &(socklen_t){sizeof nobody}));
}
