// The look-ups of lookup.h for JavaScript: arguments to requests, results to values (answer). Then what asks
// no database: interfaces (if_nametoindex(3)), the host name (gethostname(2)), the words for failures.
#include "resolve.h"
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>
#include <cerrno>
#include <memory>
#include <string>
#include "async_work.h"
#include "lookup.h"
#include "js_value.h"

namespace {

using namespace value;

std::string text(Bytes b) {
  return std::string(reinterpret_cast<const char*>(b.data), b.length);
}
lookup::Text optional(Bytes b) {
  return b.data ? lookup::Text(text(b)) : std::nullopt;
}

napi_value failure(napi_env env, const lookup::Outcome& o) {
  return object(env, {{"status", number(env, o.status)}, {"errno", number(env, o.error)}});
}

napi_value row(napi_env env, const lookup::AddrInfoRow& r) {
  return array(env, {number(env, r.family), number(env, r.type), number(env, r.protocol),
                     byteString(env, r.canonname), bytes(env, r.address)});
}

napi_value answer(napi_env env, const lookup::AddrInfoResult& r) {
  return r.status ? failure(env, r) : array(env, r.rows, row);
}

napi_value answer(napi_env env, const lookup::NameInfoResult& r) {
  return r.status ? failure(env, r) : array(env, {byteString(env, r.host), byteString(env, r.service)});
}

napi_value answer(napi_env env, const lookup::HostResult& r) {
  if (r.status) return failure(env, r);
  return array(env,
               {byteString(env, r.name), array(env, r.aliases, byteString), array(env, r.addresses, bytes)});
}

int numberOf(const lookup::EntryResult& r) {
  return r.error ? -r.error : r.number;
}

}  // namespace

namespace resolve {

napi_value getaddrinfo(State& s, Bytes node, Bytes service, int family, int type, int protocol, int flags) {
  return answer(s.env,
                lookup::getaddrinfo({optional(node), optional(service), family, type, protocol, flags}));
}

napi_value getaddrinfoAsync(State& s, Bytes node, Bytes service, int family, int type, int protocol,
                            int flags) {
  return async_work::promise(s.env, lookup::getaddrinfo,
                             {optional(node), optional(service), family, type, protocol, flags}, answer);
}

napi_value getnameinfo(State& s, Bytes address, int flags) {
  return answer(s.env, lookup::getnameinfo({text(address), flags}));
}

napi_value getnameinfoAsync(State& s, Bytes address, int flags) {
  return async_work::promise(s.env, lookup::getnameinfo, {text(address), flags}, answer);
}

napi_value gethostbyname(State& s, Bytes name) {
  return answer(s.env, lookup::gethostbyname({text(name)}));
}

napi_value gethostbynameAsync(State& s, Bytes name) {
  return async_work::promise(s.env, lookup::gethostbyname, {text(name)}, answer);
}

napi_value gethostbyaddr(State& s, Bytes address, int family) {
  return answer(s.env, lookup::gethostbyaddr({text(address), family}));
}

napi_value gethostbyaddrAsync(State& s, Bytes address, int family) {
  return async_work::promise(s.env, lookup::gethostbyaddr, {text(address), family}, answer);
}

int getservbyname(State&, Bytes name, Bytes protocol) {
  return numberOf(lookup::getservbyname({text(name), optional(protocol)}));
}

napi_value getservbyport(State& s, int port, Bytes protocol) {
  lookup::EntryResult r = lookup::getservbyport({port, optional(protocol)});
  return r.error ? number(s.env, -r.error) : byteString(s.env, r.name);
}

int getprotobyname(State&, Bytes name) {
  return numberOf(lookup::getprotobyname({text(name)}));
}

napi_value gethostname(State& s) {
  char name[1024];
  if (::gethostname(name, sizeof name - 1) < 0) return number(s.env, -errno);
  name[sizeof name - 1] = 0;  // POSIX leaves a name that was cut without an end
  return byteString(s.env, name);
}

int sethostname(State&, Bytes name) {
  return ::sethostname(reinterpret_cast<const char*>(name.data), name.length) < 0 ? -errno : 0;
}

int if_nametoindex(State&, Bytes name) {
  unsigned index = ::if_nametoindex(text(name).c_str());
  return index ? static_cast<int>(index) : -errno;
}

napi_value if_indextoname(State& s, int index) {
  char name[IF_NAMESIZE];
  return ::if_indextoname(static_cast<unsigned>(index), name) ? byteString(s.env, name)
                                                              : number(s.env, -errno);
}

napi_value if_nameindex(State& s) {
  struct if_nameindex* list = ::if_nameindex();
  if (!list) return number(s.env, -errno);
  std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> held(list, ::if_freenameindex);
  std::vector<napi_value> rows;
  for (auto* i = list; i->if_index; i++)
    rows.push_back(array(s.env, {unsignedNumber(s.env, i->if_index), byteString(s.env, i->if_name)}));
  return fill(s.env, rows);
}

napi_value gai_strerror(State& s, int status) {
  return byteString(s.env, ::gai_strerror(status));
}

napi_value hstrerror(State& s, int status) {
  return byteString(s.env, ::hstrerror(status));
}

}  // namespace resolve
