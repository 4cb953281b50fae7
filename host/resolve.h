// Names: getaddrinfo(3), getnameinfo(3), the hosts, services and protocols databases, interfaces, the host
// name.
#pragma once
#include "state.h"

namespace resolve {

napi_value getaddrinfo(State&, Bytes node, Bytes service, int family, int type, int protocol, int flags);
napi_value getnameinfo(State&, Bytes address, int flags);
napi_value gethostbyname(State&, Bytes name);
napi_value gethostbyaddr(State&, Bytes address, int family);
// The same as promises, looked up on the thread pool.
napi_value getaddrinfoAsync(State&, Bytes node, Bytes service, int family, int type, int protocol, int flags);
napi_value getnameinfoAsync(State&, Bytes address, int flags);
napi_value gethostbynameAsync(State&, Bytes name);
napi_value gethostbyaddrAsync(State&, Bytes address, int family);
int getservbyname(State&, Bytes name, Bytes protocol);
napi_value getservbyport(State&, int port, Bytes protocol);
int getprotobyname(State&, Bytes name);
napi_value gethostname(State&);
int sethostname(State&, Bytes name);
int if_nametoindex(State&, Bytes name);
napi_value if_indextoname(State&, int index);
napi_value if_nameindex(State&);
napi_value gai_strerror(State&, int status);
napi_value hstrerror(State&, int status);

}  // namespace resolve
