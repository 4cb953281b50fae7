// What the driver's exercises use: one environment a thread with its memory, and checks of what calls answer.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <cerrno>
#include <cstring>
#include <random>
#include "napi.h"

namespace {

constexpr int THREADS = 4, BLOCK = 16 + 128;

// What threads have in common: a listener, and a pair of datagram sockets on which all send and receive.
int listener, shared[2];
sockaddr_in listening;

struct Wrong {
  std::string what;
};

void check(bool good, const char* what, long got) {
  if (!good) throw Wrong{std::string(what) + ": " + std::to_string(got)};
}
int done(const char* what, int result) {
  return check(result >= 0, what, result), result;
}
void same(const char* what, int result, int wanted) {
  check(result == wanted, what, result);
}

// One environment with what exercises use. Views lie at the end of their memory: a byte more is another's.
struct Life {
  napi_env__ env;
  std::mt19937 chance;
  std::vector<uint8_t> block = std::vector<uint8_t>(BLOCK);
  std::vector<int32_t> ready = std::vector<int32_t>(3 * 64), counters = std::vector<int32_t>(3);
  std::vector<std::array<int, 3>> told;

  explicit Life(unsigned seed) : chance(seed) {
    same("attach", env.ask("attach", {env.bytes(block)}), 0);
    napi_value function = env.make(napi_value__::FUNCTION);
    function->body = [this](napi_value count) {
      for (int i = 0; i < count->number; i++)
        told.push_back({ready[3 * i], ready[3 * i + 1], ready[3 * i + 2]});
      env.post([this] { same("rearm", env.ask("rearm", {}), 0); });
    };
    same("startWatching", env.ask("startWatching", {function, env.ints(ready), env.ints(counters), n(1)}), 0);
  }

  napi_value n(double number) { return env.number(number); }
  int call(const char* name, std::initializer_list<double> numbers) {
    Scope scope(env);
    std::vector<napi_value> list;
    for (double number : numbers) list.push_back(n(number));
    switch (list.size()) {
      case 0:
        return env.ask(name, {});
      case 1:
        return env.ask(name, {list[0]});
      case 2:
        return env.ask(name, {list[0], list[1]});
      case 3:
        return env.ask(name, {list[0], list[1], list[2]});
      default:
        throw Wrong{std::string("driver: too many numbers for ") + name};
    }
  }
  int with(const char* name, int fd, std::vector<uint8_t>& buffer, std::initializer_list<double> numbers) {
    Scope scope(env);
    std::vector<napi_value> list;
    for (double number : numbers) list.push_back(n(number));
    napi_value view = env.bytes(buffer);
    switch (list.size()) {
      case 1:
        return env.ask(name, {n(fd), view, list[0]});
      case 2:
        return env.ask(name, {n(fd), view, list[0], list[1]});
      default:
        throw Wrong{std::string("driver: too many numbers for ") + name};
    }
  }
  std::array<int, 2> pair(int type) {
    std::vector<int32_t> out(2);
    Scope scope(env);
    same("socketpair", env.ask("socketpair", {n(AF_UNIX), n(type), n(0), env.ints(out)}), 0);
    return {out[0], out[1]};
  }
  void close(int fd) { same("close", call("close", {double(fd)}), 0); }
  int poll(std::vector<int32_t>& entries, int milliseconds) {
    Scope scope(env);
    return done("poll", env.ask("poll", {env.ints(entries), n(milliseconds)}));
  }
  void put(const void* address, size_t length) { std::memcpy(block.data() + 16, address, length); }
};

std::vector<uint8_t> pattern(size_t size, unsigned seed) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(seed + 31 * i);
  return bytes;
}

}  // namespace
