// poll(2) over an Int32Array of [descriptor, events, result] triples.
#include "poll.h"
#include <poll.h>
#include <cerrno>
#include <vector>

namespace wait {

int poll(State&, Ints entries, int milliseconds) {
  size_t count = entries.length / 3;
  pollfd one;
  std::vector<pollfd> many;
  pollfd* list = &one;  // one descriptor is the usual case: no allocation
  if (count != 1) many.resize(count), list = many.data();
  for (size_t i = 0; i < count; i++)
    list[i] = {entries.data[3 * i], static_cast<short>(entries.data[3 * i + 1]), 0};
  int r = ::poll(list, count, milliseconds);
  if (r < 0) return -errno;
  for (size_t i = 0; i < count; i++) entries.data[3 * i + 2] = list[i].revents;
  return r;
}

}  // namespace wait
