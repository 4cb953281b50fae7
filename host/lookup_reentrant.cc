// The hosts, services and protocols databases through the reentrant calls: gethostbyname_r(3),
// getservbyname_r(3), getprotobyname_r(3) and their like, as Linux and FreeBSD have them.
#include "lookup.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <cerrno>

namespace {

constexpr size_t FIRST_ROOM = 1024, MOST_ROOM = 1 << 20;

// Repeats a call that wants more room (ERANGE). Returns what the call returns: 0 or an errno.
template <class Call>
int growing(std::vector<char>& buffer, Call call) {
  buffer.resize(FIRST_ROOM);
  for (;;) {
    int error = call(buffer.data(), buffer.size());
    if (error != ERANGE || buffer.size() >= MOST_ROOM) return error;
    buffer.resize(2 * buffer.size());
  }
}

template <class Call>
lookup::HostResult host(int family, Call call) {
  std::vector<char> buffer;
  hostent space, *found = nullptr;
  int status = 0;
  int error =
      growing(buffer, [&](char* room, size_t size) { return call(&space, room, size, &found, &status); });
  lookup::HostResult result;
  if (error != 0 || !found) {
    result.status = status ? status : NETDB_INTERNAL;
    if (result.status == NETDB_INTERNAL) result.error = error;
  } else if (found->h_addrtype != family) {
    result.status = NETDB_INTERNAL;
    result.error = EAFNOSUPPORT;
  } else {
    result.name = found->h_name;
    for (char** alias = found->h_aliases; *alias; alias++) result.aliases.push_back(*alias);
    for (char** address = found->h_addr_list; *address; address++)
      result.addresses.emplace_back(*address, found->h_length);
  }
  return result;
}

template <class Entry, class Call>
lookup::EntryResult entry(int (*number)(const Entry&), char* Entry::*name, Call call) {
  std::vector<char> buffer;
  Entry space, *found = nullptr;
  int error = growing(buffer, [&](char* room, size_t size) { return call(&space, room, size, &found); });
  if (error == 0 && found) return {0, number(*found), found->*name};
  return {error ? error : ENOENT, 0, {}};
}

const char* pointer(const lookup::Text& text) {
  return text ? text->c_str() : nullptr;
}
int portOf(const servent& s) {
  return ntohs(static_cast<uint16_t>(s.s_port));
}
int protocolOf(const protoent& p) {
  return p.p_proto;
}

}  // namespace

namespace lookup {

HostResult gethostbyname(const HostByNameRequest& r) {
  return host(AF_INET, [&](auto... rest) { return ::gethostbyname_r(r.name.c_str(), rest...); });
}

HostResult gethostbyaddr(const HostByAddressRequest& r) {
  return host(r.family, [&](auto... rest) {
    return ::gethostbyaddr_r(r.address.data(), r.address.size(), r.family, rest...);
  });
}

EntryResult getservbyname(const ServiceByNameRequest& r) {
  return entry(portOf, &servent::s_name,
               [&](auto... rest) { return ::getservbyname_r(r.name.c_str(), pointer(r.protocol), rest...); });
}

EntryResult getservbyport(const ServiceByPortRequest& r) {
  int port = htons(static_cast<uint16_t>(r.port));
  return entry(portOf, &servent::s_name,
               [&](auto... rest) { return ::getservbyport_r(port, pointer(r.protocol), rest...); });
}

EntryResult getprotobyname(const ProtocolRequest& r) {
  return entry(protocolOf, &protoent::p_name,
               [&](auto... rest) { return ::getprotobyname_r(r.name.c_str(), rest...); });
}

}  // namespace lookup
