// The descriptors that an environment owns, closed when it ends; those whose sockets have been collected are
// found by sweep().
#include "fd_table.h"
#include <fcntl.h>
#include <cerrno>
#include <limits>
#include <vector>
#include "sys.h"
#include "event_loop_poller.h"

namespace fd_table {

namespace {

Descriptor* find(State& s, int fd) {
  bool known = fd >= 0 && static_cast<size_t>(fd) < s.descriptors.size() && s.descriptors[fd].owned;
  return known ? &s.descriptors[fd] : nullptr;
}

// An entry for an open descriptor. Its number may have an entry still, if someone else closed it.
Descriptor& add(State& s, int fd) {
  forget(s, fd);
  if (static_cast<size_t>(fd) >= s.descriptors.size()) s.descriptors.resize(fd + 1);
  s.descriptors[fd].owned = true;
  s.owned++;
  return s.descriptors[fd];
}

// 31 bits, so that one number gets the same again only after two thousand million others.
int nextGeneration(State& s) {
  s.generation = s.generation == std::numeric_limits<int>::max() ? 1 : s.generation + 1;
  return s.generation;
}

}  // namespace

int opened(State& s, int result) {
  if (result >= 0) add(s, result).firstGeneration = s.generation + 1;
  return result;
}

int own(State& s, int fd, napi_value socket) {
  // Room is made for numbers of open descriptors alone: any other may be huge.
  if (fd < 0 || (!find(s, fd) && ::fcntl(fd, F_GETFD) < 0)) return -EBADF;
  napi_ref ref;
  if (napi_create_reference(s.env, socket, 0, &ref) != napi_ok) return -EINVAL;
  Descriptor* before = find(s, fd);
  int firstGeneration = before ? before->firstGeneration : 0;
  Descriptor& entry = add(s, fd);
  entry.firstGeneration = firstGeneration;
  entry.socket = ref;
  entry.generation = nextGeneration(s);
  return entry.generation;
}

napi_value ownerOf(State& s, int fd) {
  Descriptor* entry = find(s, fd);
  napi_value socket = nullptr;
  if (entry && entry->socket) napi_get_reference_value(s.env, entry->socket, &socket);
  if (!socket) napi_get_undefined(s.env, &socket);
  return socket;
}

int count(State& s) {
  return s.owned;
}

Descriptor* current(State& s, int fd, int generation) {
  Descriptor* entry = find(s, fd);
  return entry && generation > 0 && entry->generation == generation ? entry : nullptr;
}

int closeOwned(State& s, int fd, int generation) {
  Descriptor* entry = find(s, fd);
  return entry && generation < entry->firstGeneration ? -EBADF : sys::close(s, fd);
}

int release(State& s, int fd, int generation) {
  if (!current(s, fd, generation)) return 0;
  forget(s, fd);
  return 1;
}

void forget(State& s, int fd) {
  Descriptor* entry = find(s, fd);
  if (!entry) return;
  if (entry->watched) poller::forget(s, fd);
  if (entry->socket) napi_delete_reference(s.env, entry->socket);
  *entry = Descriptor{};
  s.owned--;
}

// Closes the descriptors of collected sockets; returns the descriptors as an array.
napi_value sweep(State& s) {
  std::vector<int> unreachable;
  for (size_t fd = 0; fd < s.descriptors.size(); fd++) {
    napi_ref ref = s.descriptors[fd].socket;
    if (!ref) continue;
    napi_value socket = nullptr;
    napi_handle_scope scope;
    napi_open_handle_scope(s.env, &scope);
    if (napi_get_reference_value(s.env, ref, &socket) == napi_ok && socket == nullptr)
      unreachable.push_back(fd);
    napi_close_handle_scope(s.env, scope);
  }
  napi_value list;
  napi_create_array_with_length(s.env, unreachable.size(), &list);
  for (size_t i = 0; i < unreachable.size(); i++) {
    sys::close(s, unreachable[i]);
    napi_value number;
    napi_create_int32(s.env, unreachable[i], &number);
    napi_set_element(s.env, list, i, number);
  }
  return list;
}

void closeAll(State& s) {
  for (size_t fd = 0; fd < s.descriptors.size(); fd++)
    if (s.descriptors[fd].owned) sys::close(s, fd);
}

}  // namespace fd_table
