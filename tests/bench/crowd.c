// The load generator of the works on an event loop, the same for every side: crowd WORK PORT COUNT. Prints the microseconds that it took.
#define _GNU_SOURCE
#include "side.h"
#include <fcntl.h>
#include <netinet/udp.h>
#include <sys/epoll.h>

enum { MOST = 256, IDLE = 10000, ACTIVE = 100, SEGMENT = 1200, SEGMENTS = 54 };

static char chunk[CHUNK * 2];
static struct sockaddr_in server;

static int connected(void) {
  int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(connect(fd, (struct sockaddr*)&server, sizeof server), "connect");
  return fd;
}

// COUNT messages of 64 bytes over `connections`, one in flight each.
static void many(long count, int connections) {
  int epoll = must(epoll_create1(0), "epoll_create1"), fds[MOST];
  long sent = 0, got = 0;
  for (int i = 0; i < connections; i++) {
    fds[i] = connected();
    nodelay(fds[i]);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fds[i]};
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &e), "epoll_ctl");
  }
  for (int i = 0; i < connections && sent < count; i++, sent++) sendAll(fds[i], chunk, MESSAGE);
  while (got < count) {
    struct epoll_event events[MOST];
    int n = must(epoll_wait(epoll, events, MOST, 10000), "epoll_wait");
    if (n == 0) fprintf(stderr, "the echo server is silent\n"), exit(1);
    for (int i = 0; i < n; i++) {
      if (must(recv(events[i].data.fd, chunk, MESSAGE, 0), "recv") != MESSAGE) fprintf(stderr, "an answer came in parts\n"), exit(1);
      got++;
      if (sent < count) sendAll(events[i].data.fd, chunk, MESSAGE), sent++;
    }
  }
  for (int i = 0; i < connections; i++) close(fds[i]);
  close(epoll);
}

static int idle[IDLE];
static double idleTime;

// The same over 100 connections while 10,000 are open; opening them is not counted.
static void amongIdle(long count) {
  double start = wall();
  for (int i = 0; i < IDLE; i++) idle[i] = connected();
  idleTime = wall() - start;
  many(count, ACTIVE);
  start = wall();
  for (int i = 0; i < IDLE; i++) close(idle[i]);
  idleTime += wall() - start;
}

static void comeAndGo(long count) {
  for (long i = 0; i < count; i++) {
    int fd = connected();
    recv(fd, chunk, 1, 0);  // the server closes first: no port of ours stays in TIME_WAIT
    close(fd);
  }
}

// Datagrams until the side under test says that it has enough.
static void flood(int size, int segment) {
  int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(connect(fd, (struct sockaddr*)&server, sizeof server), "connect");
  if (segment) must(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment), "UDP_SEGMENT");
  send(fd, chunk, 1, 0);
  double limit = wall() + 30e6;
  do {
    for (int i = 0; i < BURST; i++) send(fd, chunk, size, 0);  // refused while the side changes its socket
    if (wall() > limit) fprintf(stderr, "the receiver never has enough\n"), exit(1);
  } while (recv(fd, chunk, CHUNK, MSG_DONTWAIT) < 0);
  close(fd);
}

// Takes what comes until the side under test says that it was all.
static void sink(void) {
  struct timeval limit = {.tv_sec = 10};
  int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket"), room = 4 << 20, on = 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
  must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), "SO_RCVTIMEO");
  must(connect(fd, (struct sockaddr*)&server, sizeof server), "connect");
  send(fd, chunk, 1, 0);
  while (must(recv(fd, chunk, sizeof chunk, 0), "recv: the sender is silent") != 4) continue;
  close(fd);
}

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: crowd WORK PORT COUNT\n"), 2;
  const char* work = argv[1];
  long count = atol(argv[3]);
  server = loopback(atoi(argv[2]));
  double start = wall();
  if (strcmp(work, "1") == 0) many(count, 1);
  else if (strcmp(work, "64") == 0) many(count, 64);
  else if (strcmp(work, "100") == 0) many(count, ACTIVE);
  else if (strcmp(work, "among-idle") == 0) amongIdle(count);
  else if (strcmp(work, "come-and-go") == 0) comeAndGo(count);
  else if (strcmp(work, "flood") == 0) flood(MESSAGE, 0);
  else if (strcmp(work, "flood-segments") == 0) flood(SEGMENTS * SEGMENT, SEGMENT);
  else if (strcmp(work, "sink") == 0) sink();
  else return fprintf(stderr, "crowd: no work %s\n", work), 2;
  printf("%.0f\n", wall() - start - idleTime);
  return 0;
}
