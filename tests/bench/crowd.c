// The load generator of the works on an event loop, the same for every side: crowd WORK PORT COUNT. Prints
// the microseconds that it took.
#define _GNU_SOURCE
#include "side.h"
#include <fcntl.h>
#include <netinet/udp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

enum { MOST = 256, ACTIVE = 100, PACE = 4000, SEGMENT = 1200, SEGMENTS = 54 };

static char chunk[CHUNK * 2 + 1];
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
      if (must(recv(events[i].data.fd, chunk, MESSAGE, 0), "recv") != MESSAGE)
        fprintf(stderr, "an answer came in parts\n"), exit(1);
      got++;
      if (sent < count) sendAll(events[i].data.fd, chunk, MESSAGE), sent++;
    }
  }
  for (int i = 0; i < connections; i++) close(fds[i]);
  close(epoll);
}

// Takes what there is of an answer; `left` is how much of its body is missing, -1 before its head. Heads come
// whole. Returns whether that was all.
static int answered(int fd, long* left) {
  static const char length[] = "\r\nContent-Length: ";
  long n = must(recv(fd, chunk, CHUNK, 0), "recv");
  if (n == 0) fprintf(stderr, "the http server closed\n"), exit(1);
  if (*left < 0) {
    chunk[n] = 0;
    char *said = strcasestr(chunk, length), *body = strstr(chunk, "\r\n\r\n");
    if (!said || !body) fprintf(stderr, "an answer has no whole head\n"), exit(1);
    *left = atol(said + sizeof length - 1) + (body + 4 - chunk);
  }
  *left -= n;
  if (*left < 0) fprintf(stderr, "an answer is too long\n"), exit(1);
  return *left == 0;
}

// COUNT requests over HTTP/1.1 on connections that stay, one in flight each.
static void requests(long count, int connections) {
  static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  int epoll = must(epoll_create1(0), "epoll_create1"), fds[MOST];
  long sent = 0, got = 0, left[MOST];
  for (int i = 0; i < connections; i++) {
    fds[i] = connected(), left[i] = -1;
    nodelay(fds[i]);
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &e), "epoll_ctl");
  }
  for (int i = 0; i < connections && sent < count; i++, sent++) sendAll(fds[i], request, sizeof request - 1);
  while (got < count) {
    struct epoll_event events[MOST];
    int n = must(epoll_wait(epoll, events, MOST, 10000), "epoll_wait");
    if (n == 0) fprintf(stderr, "the http server is silent\n"), exit(1);
    for (int k = 0; k < n; k++) {
      int i = events[k].data.u32;
      if (!answered(fds[i], &left[i])) continue;
      got++, left[i] = -1;
      if (sent < count) sendAll(fds[i], request, sizeof request - 1), sent++;
    }
  }
  for (int i = 0; i < connections; i++) close(fds[i]);
  close(epoll);
}

// Sends until the side under test closes the connection.
static void endless(void) {
  int fd = connected();
  while (send(fd, chunk, CHUNK, MSG_NOSIGNAL) > 0) continue;
  close(fd);
}

// COUNT connections, opened at a pace that a queue of 1024 bears, and held until the server closes the first.
// Says when they are open.
static void hold(long count) {
  struct rlimit most;
  must(getrlimit(RLIMIT_NOFILE, &most), "getrlimit");
  most.rlim_cur = most.rlim_max;
  must(setrlimit(RLIMIT_NOFILE, &most), "setrlimit");
  double start = wall();
  int first = connected();
  for (long i = 1; i < count; i++) {
    connected();
    if (i % BURST == 0) usleep(PACE);
  }
  printf("%.0f\n", wall() - start), fflush(stdout);
  recv(first, chunk, 1, 0);
}

static void come(int epoll) {
  struct linger reset = {.l_onoff = 1};  // nothing stays in TIME_WAIT, on neither side
  int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "SO_LINGER");
  if (connect(fd, (struct sockaddr*)&server, sizeof server) < 0 && errno != EINPROGRESS) must(-1, "connect");
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
}

// COUNT connections, 32 at a time, each until the server has closed it. One at a time would measure how long
// a processor takes to wake.
static void comeAndGo(long count) {
  int epoll = must(epoll_create1(0), "epoll_create1");
  long begun = 0;
  for (; begun < count && begun < IN_FLIGHT; begun++) come(epoll);
  for (long ended = 0; ended < count;) {
    struct epoll_event events[MOST];
    int n = must(epoll_wait(epoll, events, MOST, 10000), "epoll_wait");
    if (n == 0) fprintf(stderr, "the server does not close\n"), exit(1);
    for (int i = 0; i < n; i++, ended++) {
      close(events[i].data.fd);
      if (begun < count) come(epoll), begun++;
    }
  }
  close(epoll);
}

static int greeted(void) {
  int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(connect(fd, (struct sockaddr*)&server, sizeof server), "connect");
  send(fd, chunk, 1, 0);
  return fd;
}

// Sends until the side under test says that it has enough.
static void untilEnough(int fd, int size) {
  double limit = wall() + 30e6;
  do {
    for (int i = 0; i < BURST; i++) send(fd, chunk, size, 0);  // refused while the side changes its socket
    if (wall() > limit) fprintf(stderr, "the receiver never has enough\n"), exit(1);
  } while (recv(fd, chunk, CHUNK, MSG_DONTWAIT) < 0);
  close(fd);
}

// Datagrams one by one: a good receiver waits for many of them.
static void trickle(void) {
  untilEnough(greeted(), MESSAGE);
}

// More datagrams than anybody takes: the kernel cuts what one send(2) gives it into datagrams of `segment`
// bytes, and two processes send, since recvmmsg(2) in C takes 1.7 million of 64 bytes a second and one sender
// gives 1.3 million. Where there are only two processors, the receiver has to share one: its CPU time tells
// then, not the wall clock.
static void flood(int size, int segment) {
  int fd = greeted(), parent = getpid();
  must(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment), "UDP_SEGMENT");
  pid_t second = must(fork(), "fork");
  if (second == 0) {
    while (getppid() == parent) send(fd, chunk, size, 0);
    _exit(0);
  }
  untilEnough(fd, size);
  kill(second, SIGKILL), waitpid(second, NULL, 0);
}

// Takes what comes until the side under test says that it was all.
static void sink(void) {
  struct timeval limit = {.tv_sec = 10};
  int fd = greeted(), room = 4 << 20, on = 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
  must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), "SO_RCVTIMEO");
  while (must(recv(fd, chunk, sizeof chunk, 0), "recv: the sender is silent") != 4) continue;
  close(fd);
}

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: crowd WORK PORT COUNT\n"), 2;
  const char* work = argv[1];
  long count = atol(argv[3]);
  server = loopback(atoi(argv[2]));
  if (strcmp(work, "hold") == 0) return hold(count), 0;
  double start = wall();
  if (strcmp(work, "1") == 0)
    many(count, 1);
  else if (strcmp(work, "64") == 0)
    many(count, 64);
  else if (strcmp(work, "100") == 0)
    many(count, ACTIVE);
  else if (strcmp(work, "http") == 0)
    requests(count, IN_FLIGHT);
  else if (strcmp(work, "endless") == 0)
    endless();
  else if (strcmp(work, "come-and-go") == 0)
    comeAndGo(count);
  else if (strcmp(work, "trickle") == 0)
    trickle();
  else if (strcmp(work, "flood") == 0)
    flood(BURST * MESSAGE, MESSAGE);
  else if (strcmp(work, "flood-segments") == 0)
    flood(SEGMENTS * SEGMENT, SEGMENT);
  else if (strcmp(work, "sink") == 0)
    sink();
  else
    return fprintf(stderr, "crowd: no work %s\n", work), 2;
  printf("%.0f\n", wall() - start);
  return 0;
}
