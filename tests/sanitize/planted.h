// Faults that the sanitizers must report: what sees nothing proves nothing.
#pragma once
#include <cstring>
#include <thread>
#include <vector>

namespace {

// A race and a write behind a block, to see that they are reported.
int faults(const char* which) {
  if (std::strcmp(which, "race") == 0) {
    static int counter;
    std::thread other([] {
      for (int i = 0; i < 10000; i++) counter++;
    });
    for (int i = 0; i < 10000; i++) counter++;
    other.join();
    return counter > 0 ? 0 : 1;
  }
  if (std::strcmp(which, "overflow") == 0) {
    Life life(1);
    auto [a, b] = life.pair(SOCK_STREAM);
    std::vector<uint8_t> bytes(8);
    Scope scope(life.env);
    napi_value lying = life.env.bytes(bytes);
    lying->length = 9;
    life.env.ask("send", {life.n(a), lying, life.n(0)});
    return 0;
  }
  if (std::strcmp(which, "leak") == 0) {
    auto volatile lost = new int[10];
    lost = nullptr;
    return lost != nullptr;
  }
  return std::fprintf(stderr, "driver: no fault %s\n", which), 2;
}

}  // namespace
