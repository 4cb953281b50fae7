#include "resolve.h"
#include <net/if.h>
#include <cerrno>
#include <string>

namespace resolve {

int if_nametoindex(State&, Bytes name) {
  std::string text(reinterpret_cast<char*>(name.data), name.length);
  unsigned index = ::if_nametoindex(text.c_str());
  return index ? static_cast<int>(index) : -errno;
}

}  // namespace resolve
