// The state of one JavaScript environment (main thread or worker). Created by binding.cc, passed to every
// call.
#pragma once
#include <node_api.h>
#include <cstddef>
#include <cstdint>
#include <vector>
#include "interrupt.h"

// A byte view that the caller owns; {nullptr, 0} stands for null.
struct Bytes {
  uint8_t* data;
  size_t length;
};

// An Int32Array that the caller owns.
struct Ints {
  int32_t* data;
  size_t length;
};

// The codec's message block (wasm/memory.ts): three little-endian u32 results, then the address.
//   0 address length | 4 control length | 8 flags | 12 unused | 16 address
struct MessageBlock {
  uint8_t* data = nullptr;
  size_t room = 0;  // bytes for the address

  uint8_t* address() const { return data + 16; }
  // Whether an address of so many bytes fits: ts/ checks it, a caller that bypasses ts/ gets EINVAL.
  bool holds(int length) const { return data && length >= 0 && static_cast<size_t>(length) <= room; }
  void set(int word, uint32_t value) const {
    uint8_t* p = data + 4 * word;
    p[0] = value & 255;
    p[1] = value >> 8 & 255;
    p[2] = value >> 16 & 255;
    p[3] = value >> 24;
  }
  void setAddressLength(uint32_t n) const { set(0, n); }
  void setControlLength(uint32_t n) const { set(1, n); }
  void setFlags(uint32_t n) const { set(2, n); }
};

namespace poller {
struct Poller;
}

// What the environment knows of one descriptor.
struct Descriptor {
  napi_ref socket = nullptr;  // weak; null until own()
  int generation = 0;         // of that own(); 0 before
  int firstGeneration = 0;    // the first generation of the descriptor that has the number now
  bool owned = false;
  bool watched = false;  // the poller has it
};

struct State {
  napi_env env;
  poller::Poller* poller = nullptr;
  MessageBlock block;
  interrupt::Timer timer;
  std::vector<Descriptor> descriptors;  // by number, as dense as the kernel's own table
  int owned = 0;                        // how many of them are owned
  int generation = 0;                   // the last one
};
