// Names: getaddrinfo(3), getnameinfo(3), the hosts, services and protocols databases, interfaces, the host name.
#pragma once
#include "state.h"

namespace resolve {
int if_nametoindex(State&, Bytes name);
}
