// An echo server for any number of clients, in one thread: what any of them sends comes back to it. It
// prints the port that it was given, and ends after as many clients as its argument says (1).
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 64 };

static int fail(const char* what) {
  perror(what);
  return 1;
}

int main(int argc, char** argv) {
  int left = argc > 1 ? atoi(argv[1]) : 1, on = 1, count = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return fail("socket");
  if (bind(listener, (struct sockaddr*)&address, sizeof address) < 0) return fail("bind");
  if (listen(listener, MOST) < 0) return fail("listen");
  if (getsockname(listener, (struct sockaddr*)&address, &length) < 0) return fail("getsockname");
  printf("Listening on port %d\n", ntohs(address.sin_port));

  struct pollfd watched[1 + MOST] = {{listener, POLLIN, 0}};
  while (left > 0) {
    if (poll(watched, count, -1) < 0) return fail("poll");
    for (int i = count - 1; i > 0; i--) {
      char bytes[4096];
      if (watched[i].revents == 0) continue;
      ssize_t got = recv(watched[i].fd, bytes, sizeof bytes, 0);
      if (got > 0 && send(watched[i].fd, bytes, got, MSG_NOSIGNAL) == got) continue;
      close(watched[i].fd);
      watched[i] = watched[--count];
      left--;
    }
    if ((watched[0].revents & POLLIN) != 0 && count <= MOST) {
      int client = accept(listener, NULL, NULL);
      if (client < 0) return fail("accept");
      if (setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) return fail("TCP_NODELAY");
      watched[count++] = (struct pollfd){client, POLLIN, 0};
    }
  }
  close(listener);
}
