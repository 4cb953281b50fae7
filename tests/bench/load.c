// The load generator, the same for every side: load WORK PORT COUNT. Prints the microseconds that it took.
#include "side.h"

static char chunk[CHUNK];

// COUNT messages of 64 bytes to an echo server, 32 of them in flight.
static void tcpEcho(int fd, long count) {
  long total = count * MESSAGE, sent = 0, received = 0;
  while (received < total) {
    long open = (received / MESSAGE + IN_FLIGHT) * MESSAGE;
    if (open > total) open = total;
    if (open > sent) sendAll(fd, chunk, open - sent), sent = open;
    long n = must(recv(fd, chunk, IN_FLIGHT * MESSAGE, 0), "recv");
    if (n == 0) fprintf(stderr, "the echo server closed\n"), exit(1);
    received += n;
  }
}

// COUNT datagrams of 64 bytes, in bursts of 64 that must all come back.
static void udpEcho(int fd, long count) {
  struct timeval limit = {.tv_sec = 10};
  must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), "SO_RCVTIMEO");
  for (long done = 0; done < count; done += BURST) {
    for (int i = 0; i < BURST; i++) must(send(fd, chunk, MESSAGE, 0), "send");
    for (int i = 0; i < BURST; i++) must(recv(fd, chunk, MESSAGE, 0), "recv: a datagram was lost");
  }
}

// COUNT chunks of 64 KiB out of the side under test, or into it.
static void drain(int fd, long count) {
  for (long left = count * CHUNK; left > 0;) {
    long n = must(recv(fd, chunk, CHUNK, 0), "recv");
    if (n == 0) fprintf(stderr, "the sender closed\n"), exit(1);
    left -= n;
  }
}
static void fill(int fd, long count) {
  for (long i = 0; i < count; i++) sendAll(fd, chunk, CHUNK);
  must(shutdown(fd, SHUT_WR), "shutdown");
  must(recv(fd, chunk, 1, 0), "recv");  // the end: the side under test has it all
}

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: load WORK PORT COUNT\n"), 2;
  const char* work = argv[1];
  long count = atol(argv[3]);
  int udp = strcmp(work, "udp-echo") == 0;
  int fd = must(socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0), "socket");
  struct sockaddr_in server = loopback(atoi(argv[2]));
  must(connect(fd, (struct sockaddr*)&server, sizeof server), "connect");
  if (!udp) nodelay(fd);
  double start = wall();
  if (udp)
    udpEcho(fd, count);
  else if (strcmp(work, "tcp-echo") == 0)
    tcpEcho(fd, count);
  else if (strcmp(work, "bulk-send") == 0)
    drain(fd, count);
  else if (strcmp(work, "bulk-receive") == 0)
    fill(fd, count);
  else
    return fprintf(stderr, "load: no work %s\n", work), 2;
  printf("%.0f\n", wall() - start);
  return 0;
}
