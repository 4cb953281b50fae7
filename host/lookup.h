// Look-ups without JavaScript: each a function from a request to a result, both of which own all they hold,
// so that any thread may run one. Failures are in the result: an EAI_* or h_errno number, or errno.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace lookup {

using Text = std::optional<std::string>;

// 0, or an EAI_* or h_errno number; `error` is errno where that says so.
struct Outcome {
  int status = 0, error = 0;
};

// lookup.cc: getaddrinfo(3), getnameinfo(3).

struct AddrInfoRequest {
  Text node, service;
  int family, type, protocol, flags;
};
struct AddrInfoRow {
  int family, type, protocol;
  std::string canonname, address;
};
struct AddrInfoResult : Outcome {
  std::vector<AddrInfoRow> rows;
};
AddrInfoResult getaddrinfo(const AddrInfoRequest&);

struct NameInfoRequest {
  std::string address;
  int flags;
};
struct NameInfoResult : Outcome {
  std::string host, service;
};
NameInfoResult getnameinfo(const NameInfoRequest&);

// lookup_reentrant.cc: the hosts, services and protocols databases.

struct HostByNameRequest {
  std::string name;
};
struct HostByAddressRequest {
  std::string address;
  int family;
};
struct HostResult : Outcome {
  std::string name;
  std::vector<std::string> aliases, addresses;
};
HostResult gethostbyname(const HostByNameRequest&);
HostResult gethostbyaddr(const HostByAddressRequest&);

struct ServiceByNameRequest {
  std::string name;
  Text protocol;
};
struct ServiceByPortRequest {
  int port;
  Text protocol;
};
struct ProtocolRequest {
  std::string name;
};
// An entry of the services (port in host order) or protocols database; `error` is ENOENT if there is none.
struct EntryResult {
  int error = 0, number = 0;
  std::string name;
};
EntryResult getservbyname(const ServiceByNameRequest&);
EntryResult getservbyport(const ServiceByPortRequest&);
EntryResult getprotobyname(const ProtocolRequest&);

}  // namespace lookup
