// getaddrinfo(3) and getnameinfo(3), the same on every system (RFC 3493, section 6).
#include "lookup.h"
#include <netdb.h>
#include <sys/socket.h>
#include <cerrno>
#include <memory>

namespace {

// Room for any name, as NI_MAXHOST and NI_MAXSERV where headers have them.
constexpr size_t HOST_ROOM = 1025, SERVICE_ROOM = 32;

const char* pointer(const lookup::Text& text) {
  return text ? text->c_str() : nullptr;
}

// errno holds only until the next call.
lookup::Outcome outcome(int status) {
  return {status, status == EAI_SYSTEM ? errno : 0};
}

}  // namespace

namespace lookup {

AddrInfoResult getaddrinfo(const AddrInfoRequest& request) {
  addrinfo hints{};
  hints.ai_family = request.family;
  hints.ai_socktype = request.type;
  hints.ai_protocol = request.protocol;
  hints.ai_flags = request.flags;
  addrinfo* found = nullptr;
  Outcome status = outcome(::getaddrinfo(pointer(request.node), pointer(request.service), &hints, &found));
  if (status.status != 0) return {status, {}};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
  AddrInfoResult result;
  for (const addrinfo* r = found; r; r = r->ai_next)
    result.rows.push_back({r->ai_family, r->ai_socktype, r->ai_protocol,
                           r->ai_canonname ? r->ai_canonname : "",
                           std::string(reinterpret_cast<const char*>(r->ai_addr), r->ai_addrlen)});
  return result;
}

NameInfoResult getnameinfo(const NameInfoRequest& request) {
  char host[HOST_ROOM], service[SERVICE_ROOM];
  Outcome status =
      outcome(::getnameinfo(reinterpret_cast<const sockaddr*>(request.address.data()), request.address.size(),
                            host, sizeof host, service, sizeof service, request.flags));
  if (status.status != 0) return {status, {}, {}};
  return {{}, host, service};
}

}  // namespace lookup
