// The descriptors that an environment owns, closed when it ends; those whose sockets have been collected are found by sweep().
#include "owned.h"
#include <cerrno>
#include <vector>
#include "sys.h"

namespace owned {

int add(State& s, int fd, napi_value socket) {
  napi_ref ref;
  if (napi_create_reference(s.env, socket, 0, &ref) != napi_ok) return -EINVAL;
  remove(s, fd);  // a descriptor that somebody closed behind our back comes back under the same number
  s.owned.emplace(fd, ref);
  return static_cast<int>(s.owned.size());
}

int remove(State& s, int fd) {
  auto found = s.owned.find(fd);
  if (found == s.owned.end()) return 0;
  napi_delete_reference(s.env, found->second);
  s.owned.erase(found);
  return 1;
}

// Closes what collected sockets left open; returns the descriptors as an array.
napi_value sweep(State& s) {
  std::vector<int> dead;
  for (auto& [fd, ref] : s.owned) {
    napi_value socket = nullptr;
    napi_handle_scope scope;
    napi_open_handle_scope(s.env, &scope);
    if (napi_get_reference_value(s.env, ref, &socket) == napi_ok && socket == nullptr) dead.push_back(fd);
    napi_close_handle_scope(s.env, scope);
  }
  napi_value list;
  napi_create_array_with_length(s.env, dead.size(), &list);
  for (size_t i = 0; i < dead.size(); i++) {
    remove(s, dead[i]);
    sys::closeQuietly(dead[i]);
    napi_value number;
    napi_create_int32(s.env, dead[i], &number);
    napi_set_element(s.env, list, i, number);
  }
  return list;
}

void closeAll(State& s) {
  for (auto& [fd, ref] : s.owned) {
    napi_delete_reference(s.env, ref);
    sys::closeQuietly(fd);
  }
  s.owned.clear();
}

}  // namespace owned
