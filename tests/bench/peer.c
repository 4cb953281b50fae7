// The C side: peer WORK. Every side of a comparison speaks as this one: it prints `port N`, 0 where the work
// needs no load; then each line on stdin is a count of operations to run, answered by `CPU WALL` in
// microseconds.
#include "side.h"

static int listener = -1;
static char buffer[CHUNK];
static double startCpu, startWall;

static void begin(void) {
  startWall = wall(), startCpu = cpu();
}

static int accepted(void) {
  int fd = must(accept(listener, NULL, NULL), "accept");
  nodelay(fd);
  begin();
  return fd;
}

static void tcpEcho(long count) {
  int fd = accepted();
  for (long left = count * MESSAGE; left > 0;) {
    long n = must(recv(fd, buffer, MESSAGE, 0), "recv");
    sendAll(fd, buffer, n);
    left -= n;
  }
  close(fd);
}

static void udpEcho(long count) {
  begin();
  for (long i = 0; i < count; i++) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    long n = must(recvfrom(listener, buffer, MESSAGE, 0, (struct sockaddr*)&from, &length), "recvfrom");
    must(sendto(listener, buffer, n, 0, (struct sockaddr*)&from, length), "sendto");
  }
}

static void bulkSend(long count) {
  int fd = accepted();
  for (long i = 0; i < count; i++) sendAll(fd, buffer, CHUNK);
  close(fd);
}

static void bulkReceive(long count) {
  int fd = accepted();
  for (long left = count * CHUNK; left > 0;) left -= must(recv(fd, buffer, CHUNK, 0), "recv");
  close(fd);
}

static const char* const texts4[] = {"127.0.0.1", "192.168.100.200", "10.0.0.1", "8.8.8.8"};
static const char* const texts6[] = {"2001:db8::1", "fe80::dead:beef:1234:5678", "::1",
                                     "2001:db8:85a3::8a2e:370:7334"};
static unsigned char packed4[4][4], packed6[4][16];
static volatile unsigned char sink;

static void pton(long count, int family, const char* const* texts) {
  unsigned char out[16];
  begin();
  for (long i = 0; i < count; i += 4)
    for (int k = 0; k < 4; k++) must(inet_pton(family, texts[k], out) - 1, "inet_pton"), sink = out[3];
}
static void pton4(long count) {
  pton(count, AF_INET, texts4);
}
static void pton6(long count) {
  pton(count, AF_INET6, texts6);
}

static void ntop(long count, int family, const void* packed, int size) {
  char out[INET6_ADDRSTRLEN];
  begin();
  for (long i = 0; i < count; i += 4)
    for (int k = 0; k < 4; k++)
      inet_ntop(family, (const char*)packed + k * size, out, sizeof out), sink = out[3];
}
static void ntop4(long count) {
  ntop(count, AF_INET, packed4, 4);
}
static void ntop6(long count) {
  ntop(count, AF_INET6, packed6, 16);
}

// An address into a call and out of one: connect(2) of no descriptor, getsockname(2).
static void address6(long count) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  char out[INET6_ADDRSTRLEN];
  int fd = must(socket(AF_INET6, SOCK_DGRAM, 0), "socket");
  must(bind(fd, (struct sockaddr*)&a, sizeof a), "bind");
  begin();
  for (long i = 0; i < count; i += 4)
    for (int k = 0; k < 4; k++) {
      struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(5000)};
      inet_pton(AF_INET6, texts6[k], &to.sin6_addr);
      if (connect(-1, (struct sockaddr*)&to, sizeof to) == 0) exit(1);
      socklen_t length = sizeof to;
      must(getsockname(fd, (struct sockaddr*)&to, &length), "getsockname");
      inet_ntop(AF_INET6, &to.sin6_addr, out, sizeof out);
      sink = out[0] + ntohs(to.sin6_port);
    }
  close(fd);
}

static const struct {
  const char* name;
  void (*run)(long count);
  int type;
} works[] = {
    {"tcp-echo", tcpEcho, SOCK_STREAM},
    {"udp-echo", udpEcho, SOCK_DGRAM},
    {"bulk-send", bulkSend, SOCK_STREAM},
    {"bulk-receive", bulkReceive, SOCK_STREAM},
    {"inet_pton-4", pton4, 0},
    {"inet_pton-6", pton6, 0},
    {"inet_ntop-4", ntop4, 0},
    {"inet_ntop-6", ntop6, 0},
    {"address-6", address6, 0},
};

int main(int argc, char** argv) {
  size_t i = 0, last = sizeof works / sizeof *works;
  while (argc == 2 && i < last && strcmp(works[i].name, argv[1])) i++;
  if (argc != 2 || i == last) return fprintf(stderr, "usage: peer WORK\n"), 2;
  for (int k = 0; k < 4; k++)
    inet_pton(AF_INET, texts4[k], packed4[k]), inet_pton(AF_INET6, texts6[k], packed6[k]);
  struct sockaddr_in own = loopback(0);
  if (works[i].type) {
    socklen_t length = sizeof own;
    listener = must(socket(AF_INET, works[i].type, 0), "socket");
    must(bind(listener, (struct sockaddr*)&own, length), "bind");
    if (works[i].type == SOCK_STREAM) must(listen(listener, 1), "listen");
    must(getsockname(listener, (struct sockaddr*)&own, &length), "getsockname");
  }
  printf("port %d\n", ntohs(own.sin_port)), fflush(stdout);
  char line[32];
  while (fgets(line, sizeof line, stdin)) {
    works[i].run(atol(line));
    double c = cpu() - startCpu, w = wall() - startWall;
    printf("%.0f %.0f\n", c, w), fflush(stdout);
  }
  return 0;
}
