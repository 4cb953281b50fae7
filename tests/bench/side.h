// What load.c and peer.c share: clocks, sockets on loopback, failing loudly.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, IN_FLIGHT = 32, BURST = 64, CHUNK = 65536 };

static inline long must(long result, const char* what) {
  if (result < 0) fprintf(stderr, "%s: %s\n", what, strerror(errno)), exit(1);
  return result;
}

// User and system microseconds of this process.
static inline double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static inline double wall(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return a;
}

static inline void nodelay(int fd) {
  int on = 1;
  must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
}

static inline void sendAll(int fd, const char* data, size_t length) {
  while (length > 0) {
    size_t n = must(send(fd, data, length, MSG_NOSIGNAL), "send");
    data += n, length -= n;
  }
}
