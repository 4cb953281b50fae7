// The C side of the works on an event loop: serve WORK. Speaks as peer.c describes; echo servers use
// epoll(7), datagrams come and go by recvmmsg(2) and sendmmsg(2), files by sendfile(2).
#define _GNU_SOURCE
#include "side.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <netinet/udp.h>

enum { MOST = 64, SLOTS = 64, SEGMENT = 1200, DATAGRAM = 65536 };

static int listener, epoll;
static char buffer[SLOTS * DATAGRAM];
static struct mmsghdr headers[SLOTS];
static struct iovec parts[SLOTS];
static double startCpu, startWall;

static void begin(void) {
  startWall = wall(), startCpu = cpu();
}

static void watch(int fd) {
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
}

// Until COUNT messages have been echoed and every connection is closed.
static void echo(long count) {
  long echoed = 0, open = 0;
  struct epoll_event events[MOST];
  for (int started = 0; echoed < count || open > 0;) {
    int n = must(epoll_wait(epoll, events, MOST, -1), "epoll_wait");
    if (!started) begin(), started = 1;
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        for (int c; (c = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; open++) nodelay(c), watch(c);
        continue;
      }
      long got = recv(fd, buffer, CHUNK, 0);
      if (got <= 0) {
        close(fd), open--;
        continue;
      }
      must(send(fd, buffer, got, MSG_NOSIGNAL), "send");
      echoed += got / MESSAGE;
    }
  }
}

static void acceptClose(long count) {
  struct epoll_event events[MOST];
  int started = 0;
  for (long done = 0; done < count;) {
    must(epoll_wait(epoll, events, MOST, -1), "epoll_wait");
    if (!started) begin(), started = 1;
    for (int c; (c = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; done++) close(c);
  }
}

static int blockingPeer(void) {
  struct epoll_event event;
  must(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
  int fd = must(accept4(listener, NULL, NULL, 0), "accept4");
  begin();
  return fd;
}

static void bulkSend(long count) {
  int fd = blockingPeer();
  for (long i = 0; i < count; i++) sendAll(fd, buffer, CHUNK);
  close(fd);
}

static void bulkReceive(long count) {
  int fd = blockingPeer();
  for (long left = count * CHUNK; left > 0;) left -= must(recv(fd, buffer, CHUNK, 0), "recv");
  close(fd);
}

static void file(long count) {
  int fd = blockingPeer(), in = must(open(getenv("BENCH_FILE"), O_RDONLY), "open");
  struct stat about;
  must(fstat(in, &about), "fstat");
  for (long left = count * CHUNK; left > 0; left -= about.st_size)
    for (off_t at = 0; at < about.st_size;) must(sendfile(fd, in, &at, about.st_size - at), "sendfile");
  close(in), close(fd);
}

static void slots(int size) {
  for (int i = 0; i < SLOTS; i++) {
    parts[i] = (struct iovec){buffer + i * DATAGRAM, size};
    headers[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
}

static int port;

static int udp(int port) {
  struct sockaddr_in a = loopback(port);
  int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket"), room = 4 << 20;
  must(bind(fd, (struct sockaddr*)&a, sizeof a), "bind");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  return fd;
}

static void greet(void) {  // the load's address: the side sends there, or tells it that it has enough
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  must(recvfrom(listener, buffer, CHUNK, 0, (struct sockaddr*)&from, &length), "recvfrom");
  must(connect(listener, (struct sockaddr*)&from, length), "connect");
  begin();
}
static void part(void) {
  send(listener, "done", 4, 0);
  usleep(20000);    // until the load has seen it
  close(listener);  // with what came meanwhile
  listener = udp(port);
}

static void receive(long count) {
  greet();
  slots(2048);
  while (count > 0) count -= must(recvmmsg(listener, headers, SLOTS, MSG_WAITFORONE, NULL), "recvmmsg");
}

static void receiveJoined(long count) {  // bytes
  int on = 1;
  setsockopt(listener, SOL_UDP, UDP_GRO, &on, sizeof on);
  greet();
  slots(DATAGRAM);
  while (count > 0) {
    int n = must(recvmmsg(listener, headers, SLOTS, MSG_WAITFORONE, NULL), "recvmmsg");
    for (int i = 0; i < n; i++) count -= headers[i].msg_len;
  }
}

static void sendMany(long count) {
  greet();
  slots(MESSAGE);
  while (count > 0) count -= must(sendmmsg(listener, headers, count < SLOTS ? count : SLOTS, 0), "sendmmsg");
}

static void sendSegments(long count) {  // datagrams of 1200 bytes
  int size = SEGMENT, off = 0;
  must(setsockopt(listener, SOL_UDP, UDP_SEGMENT, &size, sizeof size), "UDP_SEGMENT");
  greet();
  for (; count > 0; count -= 54) must(send(listener, buffer, 54 * SEGMENT, 0), "send");
  must(setsockopt(listener, SOL_UDP, UDP_SEGMENT, &off, sizeof off), "UDP_SEGMENT");
}

static const struct {
  const char* name;
  void (*run)(long count);
  int type;
} works[] = {
    {"serve-echo", echo, SOCK_STREAM},          {"serve-accept", acceptClose, SOCK_STREAM},
    {"serve-send", bulkSend, SOCK_STREAM},      {"serve-receive", bulkReceive, SOCK_STREAM},
    {"serve-file", file, SOCK_STREAM},          {"udp-receive", receive, SOCK_DGRAM},
    {"udp-joined", receiveJoined, SOCK_DGRAM},  {"udp-send", sendMany, SOCK_DGRAM},
    {"udp-segments", sendSegments, SOCK_DGRAM},
};

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "";
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    if (strcmp(works[i].name, name) != 0) continue;
    int stream = works[i].type == SOCK_STREAM;
    struct sockaddr_in a = loopback(0);
    socklen_t length = sizeof a;
    if (stream) {
      listener = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
      must(bind(listener, (struct sockaddr*)&a, sizeof a), "bind");
      must(listen(listener, 1024), "listen");
    } else
      listener = udp(0);
    must(getsockname(listener, (struct sockaddr*)&a, &length), "getsockname");
    epoll = must(epoll_create1(0), "epoll_create1");
    watch(listener);
    printf("port %d\n", port = ntohs(a.sin_port));
    fflush(stdout);
    char line[32];
    while (fgets(line, sizeof line, stdin)) {
      works[i].run(atol(line));
      double spent = cpu() - startCpu, took = wall() - startWall;
      if (!stream) part();
      printf("%.0f %.0f\n", spent, took);
      fflush(stdout);
    }
    return 0;
  }
  return fprintf(stderr, "serve: no work %s\n", name), 2;
}
