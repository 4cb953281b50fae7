// Exercises host/ from several threads at once, each with an environment of its own, as workers have: driver
// SECONDS [SEED]. What it looks at is what sanitizers see; the answers are checked so that it is certain that
// the calls did their work. Its last line is the count of exercises that passed, failed and could not run.
#include "life.h"
#include "planted.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

// Each receiving and each sending call over a pair, with sizes from none to some.
void transfers(Life& l) {
  auto [a, b] = l.pair(SOCK_STREAM);
  for (int i = 0; i < 8; i++) {
    size_t size = 1 + l.chance() % 300;
    std::vector<uint8_t> sent = pattern(size, l.chance()), got(size), first(size / 3),
                         second(size - size / 3), control(64);
    same("send", l.with("send", a, sent, {0}), size);
    switch (i % 4) {
      case 0:
        same("recv", l.with("recv", b, got, {double(size), 0}), size);
        break;
      case 1:
        same("recvfrom", l.with("recvfrom", b, got, {double(size), 0}), size);
        break;
      case 2:
        same("read", l.with("read", b, got, {double(size)}), size);
        break;
      default: {
        Scope scope(l.env);
        napi_value parts = l.env.array({l.env.bytes(first), l.env.bytes(second)});
        same("recvmsg", l.env.ask("recvmsg", {l.n(b), parts, l.env.bytes(control), l.n(0)}), size);
        std::copy(first.begin(), first.end(), got.begin());
        std::copy(second.begin(), second.end(), got.begin() + first.size());
      }
    }
    check(got == sent, "the bytes of a pair", i);
  }
  std::vector<uint8_t> empty, small(4);
  same("recv of more than the view holds", l.with("recv", b, small, {5, 0}), -EFAULT);
  same("recv of a negative length", l.with("recv", b, small, {-1, 0}), -EFAULT);
  same("send of nothing", l.with("send", a, empty, {0}), 0);
  same("recv when nothing is there", l.with("recv", b, small, {4, double(MSG_DONTWAIT)}), -EAGAIN);
  l.close(a);
  same("recv at the end", l.with("recv", b, small, {4, 0}), 0);
  l.close(b);
  same("recv of a closed descriptor's number beyond all", l.with("recv", 1 << 20, small, {4, 0}), -EBADF);
}

// A descriptor travels as SCM_RIGHTS, from an address in the block to another thread's memory or its own.
void rights(Life& l) {
  auto [a, b] = l.pair(SOCK_DGRAM);
  std::vector<uint8_t> byte(1), control(CMSG_SPACE(sizeof(int))), room(CMSG_SPACE(3 * sizeof(int)));
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(sizeof(int)), header.cmsg_level = SOL_SOCKET, header.cmsg_type = SCM_RIGHTS;
  std::memcpy(control.data(), &header, sizeof header);
  std::memcpy(control.data() + CMSG_LEN(0), &a, sizeof a);
  Scope scope(l.env);
  same("sendmsg",
       l.env.ask("sendmsg", {l.n(a), l.env.array({l.env.bytes(byte)}), l.env.bytes(control), l.n(0), l.n(0)}),
       1);
  same("recvmsg", l.env.ask("recvmsg", {l.n(b), l.env.array({l.env.bytes(byte)}), l.env.bytes(room), l.n(0)}),
       1);
  int passed;
  std::memcpy(&passed, room.data() + CMSG_LEN(0), sizeof passed);
  done("fcntl of a passed descriptor", fcntl(passed, F_GETFD));
  l.close(passed);
  same("sendmsg of what is no view",
       l.env.ask("sendmsg", {l.n(a), l.env.array({l.n(1)}), l.env.nothing(), l.n(0), l.n(0)}), -EINVAL);
  l.close(a);
  l.close(b);
}

void batches(Life& l) {
  auto [a, b] = l.pair(SOCK_DGRAM);
  constexpr int SLOTS = 7, SIZE = 13;
  std::vector<uint8_t> data = pattern(SLOTS * SIZE, l.chance()), got(SLOTS * SIZE), none, names(SLOTS * 20),
                       control(SLOTS * 24);
  std::vector<int32_t> words(SLOTS * 4), results(SLOTS * 4);
  for (int i = 0; i < SLOTS; i++) words[4 * i] = SIZE - i;
  Scope scope(l.env);
  auto send = [&](int first, int count) {
    return l.env.ask("sendmmsg", {l.n(a), l.env.bytes(data), l.env.bytes(none), l.env.bytes(none),
                                  l.env.ints(words), l.n(first), l.n(count), l.n(0)});
  };
  same("sendmmsg", send(0, SLOTS), SLOTS);
  same("sendmmsg beyond the slots", send(1, SLOTS), -EINVAL);
  same("sendmmsg of a negative slot", send(-1, 1), -EINVAL);
  int received = l.env.ask("recvmmsg", {l.n(b), l.env.bytes(got), l.env.bytes(names), l.env.bytes(control),
                                        l.env.ints(results), l.n(SLOTS), l.n(0)});
  same("recvmmsg", received, SLOTS);
  for (int i = 0; i < SLOTS; i++) {
    same("a slot's length", results[4 * i], SIZE - i);
    check(std::memcmp(&got[i * SIZE], &data[i * SIZE], SIZE - i) == 0, "a slot's bytes", i);
  }
  std::vector<int32_t> calls = {b, SIZE, b, SIZE};
  std::vector<uint8_t> one(SIZE), other(SIZE);
  same("send", l.with("send", a, data, {0}), data.size());
  same("setNonblocking", l.call("setNonblocking", {double(b), 1}), 0);
  same("isNonblocking", l.call("isNonblocking", {double(b)}), 1);
  same(
      "recvEach",
      l.env.ask("recvEach", {l.env.ints(calls), l.env.array({l.env.bytes(one), l.env.bytes(other)}), l.n(2)}),
      2);
  same("the first of recvEach", calls[1], SIZE);
  same("the second of recvEach", calls[3], -EAGAIN);
  same("recvEach of more than there is", l.env.ask("recvEach", {l.env.ints(calls), l.env.array({}), l.n(3)}),
       -EINVAL);
  l.close(a);
  l.close(b);
}

void options(Life& l) {
  int fd = done("socket", l.call("socket", {AF_INET, SOCK_STREAM, 0}));
  std::vector<uint8_t> on = {1, 0, 0, 0}, value(4), much(300), few(2), none;
  Scope scope(l.env);
  napi_value level = l.n(SOL_SOCKET), name = l.n(SO_REUSEADDR);
  same("setsockopt", l.env.ask("setsockopt", {l.n(fd), level, name, l.env.bytes(on), l.n(4)}), 0);
  same("getsockopt", l.env.ask("getsockopt", {l.n(fd), level, name, l.env.bytes(value)}), 4);
  same("the option", value[0], 1);
  same("getsockopt into more", l.env.ask("getsockopt", {l.n(fd), level, name, l.env.bytes(much)}), 4);
  same("getsockopt into less", l.env.ask("getsockopt", {l.n(fd), level, name, l.env.bytes(few)}), 2);
  same("getsockopt into nothing", l.env.ask("getsockopt", {l.n(fd), level, name, l.env.bytes(none)}), 0);
  same("getsockopt of another kind", l.env.ask("getsockopt", {l.n(fd), level, name, level}), -EINVAL);
  // SIOCGIFINDEX writes 40 bytes, whatever the view's length.
  std::vector<uint8_t> request = {'l', 'o', 0};
  same("ioctl through a short view", l.env.ask("ioctl", {l.n(fd), l.n(0x8933), l.env.bytes(request), l.n(0)}),
       0);
  much[0] = 'l', much[1] = 'o', much[2] = 0;
  same("ioctl through a long view", l.env.ask("ioctl", {l.n(fd), l.n(0x8933), l.env.bytes(much), l.n(0)}), 0);
  same("ioctl with a number", l.env.ask("ioctl", {l.n(fd), l.n(0x5451), l.env.nothing(), l.n(0)}),
       0);  // FIOCLEX
  same("isInheritable", l.call("isInheritable", {double(fd)}), 0);
  same("setInheritable", l.call("setInheritable", {double(fd), 1}), 0);
  same("isInheritable afterwards", l.call("isInheritable", {double(fd)}), 1);
  same("attach, again", l.env.ask("attach", {l.env.bytes(much)}), -EBUSY);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  l.put(&any, sizeof any);
  same("bind", l.call("bind", {double(fd), sizeof any}), 0);
  same("getsockname", l.call("getsockname", {double(fd)}), 0);
  same("getpeername", l.call("getpeername", {double(fd)}), -ENOTCONN);
  same("listen", l.call("listen", {double(fd), 1}), 0);
  same("interruptible", l.call("interruptible", {5}), 0);
  same("accept of nobody", l.call("accept", {double(fd), 0}), -EINTR);
  same("interruptible, no more", l.call("interruptible", {0}), 0);
  check(l.call("interruptions", {}) > 0, "interruptions", 0);
  same("setNonblocking", l.call("setNonblocking", {double(fd), 1}), 0);
  same("accept of nobody at once", l.call("accept", {double(fd), 0}), -EAGAIN);
  same("shutdown", l.call("shutdown", {double(fd), SHUT_RDWR}), 0);
  l.close(fd);
}

// All threads accept from one listener, whoever connected, and echo; each waits for the echo of its own.
void accepts(Life& l) {
  int client = done("socket", l.call("socket", {AF_INET, SOCK_STREAM, 0}));
  l.put(&listening, sizeof listening);
  same("connect", l.call("connect", {double(client), sizeof listening}), 0);
  std::vector<uint8_t> sent = pattern(16, l.chance()), got(16), echo(16);
  same("send", l.with("send", client, sent, {0}), 16);
  bool answered = false;
  for (int tries = 0; !answered; tries++) {
    check(tries < 1000, "no echo after", tries);
    int fd = l.call("accept", {double(listener), 0});
    if (fd >= 0) {
      // What another thread's client has sent may still be on its way.
      same("recv of an accepted socket", l.with("recv", fd, echo, {16, double(MSG_WAITALL)}), 16);
      same("send to an accepted socket", l.with("send", fd, echo, {0}), 16);
      l.close(fd);
    } else
      same("accept", fd, -EAGAIN);
    std::vector<int32_t> entries = {client, POLLIN, 0, listener, POLLIN, 0};
    l.poll(entries, 20);
    answered = entries[2] != 0;
  }
  same("recv of an echo", l.with("recv", client, got, {16, double(MSG_WAITALL)}), 16);
  check(got == sent, "an echo's bytes", 0);
  l.close(client);
}

// All threads send and receive on the same two datagram sockets: each datagram is whole, whoever gets it.
void sharing(Life& l) {
  for (int i = 0; i < 20; i++) {
    unsigned seed = l.chance();
    std::vector<uint8_t> sent = pattern(1 + seed % 100, seed), got(200);
    sent[0] = static_cast<uint8_t>(seed);
    int n = l.with("send", shared[0], sent, {double(MSG_DONTWAIT)});
    check(n == static_cast<int>(sent.size()) || n == -EAGAIN, "send to a shared socket", n);
    n = l.with("recv", shared[1], got, {200, double(MSG_DONTWAIT)});
    if (n == -EAGAIN) continue;
    done("recv of a shared socket", n);
    got.resize(n);
    check(got == pattern(n, got[0]), "the bytes of a shared socket", n);
  }
}

void waits(Life& l) {
  auto [a, b] = l.pair(SOCK_STREAM);
  std::vector<uint8_t> byte(1);
  std::vector<int32_t> one = {b, POLLIN, 0}, several = {a, POLLOUT, 0, b, POLLIN, 0, -1, POLLIN, 0}, none;
  same("poll of what is not ready", l.poll(one, 0), 0);
  int writer = b;
  std::thread other([writer] {
    usleep(2000);
    ssize_t sent = write(writer, "x", 1);
    (void)sent;
  });
  std::vector<int32_t> reading = {a, POLLIN, 0};
  int ready = l.poll(reading, 5000);
  other.join();
  same("poll until another thread writes", ready, 1);
  same("its event", reading[2], POLLIN);
  same("poll of several", l.poll(several, 0), 1);
  same("poll of none", l.poll(none, 0), 0);
  l.close(a);
  l.close(b);
}

std::vector<uint8_t> text(const char* s) {
  return std::vector<uint8_t>(s, s + std::strlen(s));
}

void lookups(Life& l) {
  std::vector<uint8_t> node = text("127.0.0.1"), service = text("http"), tcp = text("tcp"),
                       name = text("localhost"), lo = text("lo");
  std::vector<uint8_t> address(sizeof listening), wrong(3), bytes = {127, 0, 0, 1};
  std::memcpy(address.data(), &listening, sizeof listening);
  napi_env__& env = l.env;
  Scope scope(env);
  napi_value zero = l.n(0), numeric = l.n(3);  // NI_NUMERICHOST, NI_NUMERICSERV
  auto infos = [&](const char* call) {
    return env.call(call, {env.bytes(node), env.bytes(service), l.n(AF_INET), l.n(SOCK_STREAM), zero, zero});
  };
  check(infos("getaddrinfo")->items.size() == 1, "getaddrinfo", 0);
  check(env.call("getnameinfo", {env.bytes(address), numeric})->items.size() == 2, "getnameinfo", 0);
  check(env.call("getnameinfo", {env.bytes(wrong), numeric})->kind == napi_value__::OBJECT,
        "getnameinfo of 3 bytes", 0);
  check(env.call("gethostbyname", {env.bytes(name)})->items.size() == 3, "gethostbyname", 0);
  check(env.call("gethostbyaddr", {env.bytes(bytes), l.n(AF_INET)})->kind != napi_value__::UNDEFINED,
        "gethostbyaddr", 0);
  env.call("getservbyname", {env.bytes(service), env.nothing()});
  env.call("getservbyport", {l.n(80), env.bytes(tcp)});
  env.call("getprotobyname", {env.bytes(tcp)});
  done("if_nametoindex", env.ask("if_nametoindex", {env.bytes(lo)}));
  check(env.call("if_nameindex", {})->items.size() > 0, "if_nameindex", 0);
  check(env.call("gethostname", {})->kind == napi_value__::STRING, "gethostname", 0);
  check(env.call("gai_strerror", {l.n(-2)})->text.size() > 0, "gai_strerror", 0);
  check(env.call("hstrerror", {l.n(1)})->text.size() > 0, "hstrerror", 0);
  std::vector<napi_value> promises = {
      infos("getaddrinfoAsync"),
      env.call("getnameinfoAsync", {env.bytes(address), numeric}),
      env.call("gethostbynameAsync", {env.bytes(name)}),
      env.call("gethostbyaddrAsync", {env.bytes(bytes), l.n(AF_INET)}),
  };
  for (napi_value promise : promises)
    for (int tries = 0; !promise->settled; tries++) {
      check(tries < 1000, "a lookup on the thread pool does not end", tries);
      env.turn(10);
    }
}

void owning(Life& l) {
  Scope scope(l.env);
  auto [a, b] = l.pair(SOCK_STREAM);
  int before = l.env.ask("owned", {});
  napi_value kept = l.env.make(napi_value__::OBJECT);
  int first = done("own", l.env.ask("own", {l.n(a), kept}));
  int second = done("own, again", l.env.ask("own", {l.n(a), kept}));
  check(first != second, "own gives one generation twice", second);
  check(l.env.call("ownerOf", {l.n(a)}) == kept, "ownerOf", a);
  {
    Scope collected(l.env);
    napi_value socket = l.env.make(napi_value__::OBJECT);
    done("own", l.env.ask("own", {l.n(b), socket}));
    int copy = done("dup", l.call("dup", {double(b), 1}));
    done("own", l.env.ask("own", {l.n(copy), socket}));
  }
  check(l.env.call("sweep", {})->items.size() == 2, "sweep", 0);
  same("sweep of nothing", static_cast<int>(l.env.call("sweep", {})->items.size()), 0);
  same("owned", l.env.ask("owned", {}), before - 1);
  same("release of an old generation", l.call("release", {double(a), double(first)}), 0);
  same("release", l.call("release", {double(a), double(second)}), 1);
  same("own of no descriptor", l.env.ask("own", {l.n(1 << 20), kept}), -EBADF);
  l.close(a);
}

// Several descriptors are watched; another thread makes them ready.
void watches(Life& l) {
  Scope scope(l.env);
  napi_value socket = l.env.make(napi_value__::OBJECT);
  constexpr int PAIRS = 5;
  std::array<int, 2> pairs[PAIRS];
  int generations[PAIRS];
  for (int i = 0; i < PAIRS; i++) {
    pairs[i] = l.pair(SOCK_STREAM);
    generations[i] = done("own", l.env.ask("own", {l.n(pairs[i][0]), socket}));
    same("watch", l.call("watch", {double(pairs[i][0]), POLLIN, double(generations[i])}), 0);
  }
  same("watch of an old generation",
       l.call("watch", {double(pairs[0][0]), POLLIN, double(generations[0] + 1000)}), -EBADF);
  same("keepLoopAlive", l.call("keepLoopAlive", {1}), 0);
  std::thread other([&pairs] {
    for (auto& pair : pairs) {
      ssize_t sent = write(pair[1], "x", 1);
      (void)sent;
      usleep(500);
    }
  });
  bool seen[PAIRS] = {};
  int missing = PAIRS;
  for (int tries = 0; missing > 0 && tries < 1000; tries++) {
    l.env.turn(10);
    for (auto [fd, events, generation] : l.told)
      for (int i = 0; i < PAIRS; i++)
        if (fd == pairs[i][0] && generation == generations[i] && (events & POLLIN) && !seen[i])
          seen[i] = true, missing--;
    l.told.clear();
  }
  other.join();
  same("descriptors that were not told of", missing, 0);
  same("keepLoopAlive", l.call("keepLoopAlive", {0}), 0);
  // One is closed with an event on its way, one is released, and the others too in the middle of events.
  for (auto& pair : pairs) {
    ssize_t sent = write(pair[1], "y", 1);
    (void)sent;
  }
  same("release", l.call("release", {double(pairs[0][0]), double(generations[0])}), 1);
  for (auto& pair : pairs) l.close(pair[0]);
  for (int i = 0; i < 3; i++) l.env.turn(2);
  for (auto [fd, events, generation] : l.told)
    for (int i = 0; i < PAIRS; i++) check(generation != generations[i], "told of a closed descriptor", fd);
  l.told.clear();
  for (auto& pair : pairs) l.close(pair[1]);
}

void compiled(Life& l) {
  Scope scope(l.env);
  check(l.env.call("constants", {})->length > 1000, "constants", 0);
  check(l.env.call("layouts", {})->items.size() > 10, "layouts", 0);
}

// What an environment leaves: the end closes it. In flight are a lookup, and events of watched descriptors.
void leave(Life& l) {
  auto [a, b] = l.pair(SOCK_STREAM);
  std::vector<uint8_t> name = text("localhost"), byte(1);
  l.env.call("gethostbynameAsync", {l.env.bytes(name)});
  int generation = done("own", l.env.ask("own", {l.n(a), l.env.make(napi_value__::OBJECT)}));
  same("watch", l.call("watch", {double(a), POLLIN, double(generation)}), 0);
  same("send", l.with("send", b, byte, {0}), 1);
}

struct Exercise {
  const char* name;
  void (*run)(Life&);
  std::atomic<int> passed{0}, failed{0};
};
Exercise exercises[] = {
    {"transfers", transfers}, {"rights", rights},   {"batches", batches},   {"options", options},
    {"accepts", accepts},     {"sharing", sharing}, {"waits", waits},       {"lookups", lookups},
    {"owning", owning},       {"watches", watches}, {"compiled", compiled}, {"leave", leave},
};
constexpr size_t COUNT = sizeof exercises / sizeof *exercises;

std::atomic<int> lives{0};

// Environments come and go, as workers do.
void live(unsigned seed, std::chrono::steady_clock::time_point until) {
  std::mt19937 chance(seed);
  do {
    Life life(chance());
    lives++;
    for (int i = 0; i < 12; i++) {
      Exercise& exercise = i == 11 ? exercises[COUNT - 1] : exercises[chance() % (COUNT - 1)];
      try {
        exercise.run(life);
        exercise.passed++;
      } catch (const Wrong& wrong) {
        std::fprintf(stderr, "%s: %s\n", exercise.name, wrong.what.c_str());
        exercise.failed++;
      }
    }
  } while (std::chrono::steady_clock::now() < until);
}

int openDescriptors() {
  int count = 0;
  for (int fd = 0; fd < 4096; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 2 && std::strcmp(arguments[1], "fault") == 0) return faults(arguments[2]);
  double seconds = count > 1 ? std::atof(arguments[1]) : 20;
  unsigned seed = count > 2 ? std::atoi(arguments[2]) : std::random_device()();
  std::printf("driver %g %u\n", seconds, seed);
  listener =
      socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);  // another thread may take what it saw
  listening.sin_family = AF_INET;
  listening.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof listening;
  auto address = reinterpret_cast<sockaddr*>(&listening);
  if (bind(listener, address, length) < 0 || listen(listener, 64) < 0 ||
      getsockname(listener, address, &length) < 0)
    return std::perror("listener"), 1;
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, shared) < 0) return std::perror("socketpair"), 1;
  live(seed, std::chrono::steady_clock::now());  // what the C library opens for good is open afterwards
  int before = openDescriptors();
  auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000));
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < THREADS; i++) threads.emplace_back(live, seed + 1 + i, until);
  for (std::thread& thread : threads) thread.join();
  int passed = 0, failed = 0, skipped = 0;
  for (Exercise& exercise : exercises) {
    bool none = exercise.passed == 0 && exercise.failed == 0;
    if (none)
      std::printf("SKIP %s: never run\n", exercise.name);
    else
      std::printf("%s %s: %d times\n", exercise.failed ? "FAIL" : "ok  ", exercise.name,
                  exercise.passed + exercise.failed);
    passed += !none && !exercise.failed, failed += exercise.failed > 0, skipped += none;
  }
  int after = openDescriptors();
  if (after != before)
    std::printf("FAIL descriptors: %d before, %d after\n", before, after), failed++;
  else
    passed++;
  std::printf("%d environments, %d threads at once\n", lives.load(), THREADS);
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed ? 1 : 0;
}
